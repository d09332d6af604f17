#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "sddl-names.h"
#include "sddl.h"
#include "security-descriptor.h"

/* What has been read so far. Parts of @view lead into the buffers below. */
typedef struct Parser {
        const char *at;
        unsigned seen; /* parts, as SECURITY_INFORMATION names them */
        DescriptorView view;
        SidBuffer owner;
        SidBuffer group;
        ACL *dacl; /* DESCRIPTOR_SIZE_MAX bytes each, made when needed */
        ACL *sacl;
} Parser;

static void parser_clear(Parser *parser) {
        free(parser->dacl);
        free(parser->sacl);
}

static void skip_spaces(Parser *parser) {
        parser->at += strspn(parser->at, " \t\r\n");
}

static bool skip(Parser *parser, char c) {
        skip_spaces(parser);
        if (*parser->at != c)
                return false;

        parser->at++;
        return true;
}

static NTSTATUS parse_sid(Parser *parser, SidBuffer *ret) {
        skip_spaces(parser);
        if (sid_parse(parser->at, &parser->at, ret))
                return STATUS_SUCCESS;
        if (!sddl_alias_at(parser->at, ret))
                return STATUS_INVALID_SID;

        parser->at += 2;
        return STATUS_SUCCESS;
}

/* As many words as there are. */
static uint32_t parse_words(Parser *parser, const SddlWord *table) {
        uint32_t value = 0;
        const SddlWord *word;

        skip_spaces(parser);
        while ((word = sddl_word_at(table, parser->at))) {
                value |= word->value;
                parser->at += strlen(word->word);
        }
        return value;
}

/* Words, or one number: decimal, octal or hexadecimal. */
static NTSTATUS parse_rights(Parser *parser, uint8_t kind, ACCESS_MASK *ret) {
        unsigned long long number;
        char *end;

        skip_spaces(parser);
        if (*parser->at < '0' || *parser->at > '9') {
                *ret = parse_words(parser, kind == SYSTEM_MANDATORY_LABEL_ACE_TYPE
                                                           ? sddl_label_rights
                                                           : sddl_rights);
                return STATUS_SUCCESS;
        }
        number = strtoull(parser->at, &end, 0);
        if (number > UINT32_MAX)
                return STATUS_INVALID_PARAMETER;

        parser->at = end;
        *ret = (ACCESS_MASK) number;
        return STATUS_SUCCESS;
}

static NTSTATUS parse_kind(Parser *parser, uint8_t *ret) {
        const SddlWord *word;

        skip_spaces(parser);
        if (sddl_word_at(sddl_refused_kinds, parser->at))
                return STATUS_INVALID_ACL;
        word = sddl_word_at(sddl_kinds, parser->at);
        if (!word)
                return STATUS_INVALID_PARAMETER;

        parser->at += strlen(word->word);
        *ret = (uint8_t) word->value;
        return STATUS_SUCCESS;
}

/* Behind the opening bracket: kind;flags;rights;;;sid) */
static NTSTATUS parse_ace(Parser *parser, ACL *acl) {
        SidBuffer sid = { 0 };
        ACCESS_MASK mask = 0;
        uint8_t kind = 0, flags;
        NTSTATUS status = parse_kind(parser, &kind);

        if (!NT_SUCCESS(status))
                return status;
        if (!skip(parser, ';'))
                return STATUS_INVALID_PARAMETER;
        flags = (uint8_t) parse_words(parser, sddl_flags);
        if (!skip(parser, ';'))
                return STATUS_INVALID_PARAMETER;
        status = parse_rights(parser, kind, &mask);
        if (!NT_SUCCESS(status))
                return status;
        /* No entry that is accepted has GUIDs. */
        if (!skip(parser, ';') || !skip(parser, ';') || !skip(parser, ';'))
                return STATUS_INVALID_PARAMETER;
        status = parse_sid(parser, &sid);
        if (!NT_SUCCESS(status))
                return status;
        if (!skip(parser, ')'))
                return STATUS_INVALID_PARAMETER;

        status = acl_append(acl, DESCRIPTOR_SIZE_MAX, kind, flags, mask, &sid.sid);
        return NT_SUCCESS(status) ? status : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS parse_acl(Parser *parser, const SddlWord *words, ACL **buffer, const ACL **ret) {
        NTSTATUS status = STATUS_SUCCESS;
        uint32_t control = parse_words(parser, words);

        parser->view.control = (SECURITY_DESCRIPTOR_CONTROL) (parser->view.control | control);
        if (strncmp(parser->at, SDDL_NULL_ACL, strlen(SDDL_NULL_ACL)) == 0) {
                parser->at += strlen(SDDL_NULL_ACL);
                return STATUS_SUCCESS;
        }

        *buffer = malloc(DESCRIPTOR_SIZE_MAX);
        if (!*buffer)
                return STATUS_NO_MEMORY;
        acl_init(*buffer);
        *ret = *buffer;
        while (NT_SUCCESS(status) && skip(parser, '('))
                status = parse_ace(parser, *buffer);
        return status;
}

static NTSTATUS parse_part(Parser *parser, char letter) {
        NTSTATUS status;

        switch (letter) {
        case 'O':
                status = parse_sid(parser, &parser->owner);
                parser->view.owner = &parser->owner.sid;
                return status;
        case 'G':
                status = parse_sid(parser, &parser->group);
                parser->view.group = &parser->group.sid;
                return status;
        case 'D':
                parser->view.control |= SE_DACL_PRESENT;
                return parse_acl(parser, sddl_dacl_control, &parser->dacl, &parser->view.dacl);
        default:
                parser->view.control |= SE_SACL_PRESENT;
                return parse_acl(parser, sddl_sacl_control, &parser->sacl, &parser->view.sacl);
        }
}

/* Parts come in any order, each once. */
static NTSTATUS parse_parts(Parser *parser) {
        static const char letters[] = "OGDS";
        NTSTATUS status = STATUS_SUCCESS;

        for (skip_spaces(parser); *parser->at != '\0'; skip_spaces(parser)) {
                const char *letter = strchr(letters, *parser->at);
                unsigned bit = letter ? 1u << (letter - letters) : 0;

                if (!letter || parser->at[1] != ':' || parser->seen & bit)
                        return STATUS_INVALID_PARAMETER;
                parser->seen |= bit;
                parser->at += 2;
                status = parse_part(parser, *letter);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return status;
}

NTSTATUS sddl_parse(const char *text, void **ret, size_t *ret_size, size_t *ret_error) {
        autocleanup(parser_clear) Parser parser = { .at = text };
        NTSTATUS status = parse_parts(&parser);
        size_t size;
        void *data;

        if (NT_SUCCESS(status) && descriptor_size(&parser.view) > DESCRIPTOR_SIZE_MAX)
                status = STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status)) {
                if (ret_error)
                        *ret_error = (size_t) (parser.at - text);
                return status;
        }

        size = descriptor_size(&parser.view);
        data = malloc(size);
        if (!data)
                return STATUS_NO_MEMORY;
        descriptor_write(&parser.view, data);
        *ret = data;
        *ret_size = size;
        return STATUS_SUCCESS;
}
