#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "sddl-names.h"
#include "sddl.h"
#include "security-descriptor.h"

/* Text that grows. Once there is no memory, nothing is added any more. */
typedef struct Text {
        char *chars;
        size_t length;
        size_t capacity;
        bool failed;
} Text;

static void text_clear(Text *text) {
        free(text->chars);
}

static void add(Text *text, const char *more) {
        size_t length = strlen(more);

        if (text->failed)
                return;
        if (text->capacity - text->length <= length) {
                size_t capacity = 2 * text->capacity + length + 64;
                char *chars = realloc(text->chars, capacity);

                if (!chars) {
                        text->failed = true;
                        return;
                }
                text->chars = chars;
                text->capacity = capacity;
        }
        memcpy(text->chars + text->length, more, length + 1);
        text->length += length;
}

static void add_sid(Text *text, const SID *sid) {
        const char *alias = sddl_alias_of(sid);
        char number[SID_TEXT_MAX];

        if (alias) {
                add(text, alias);
                return;
        }
        sid_format(sid, number);
        add(text, number);
}

static bool add_words(Text *text, const SddlWord *table, uint32_t value) {
        for (const SddlWord *word = table; word->word; word++) {
                if (value & word->value) {
                        add(text, word->word);
                        value &= ~word->value;
                }
        }
        return value == 0;
}

/* Letters where all bits have some that mean the same for every type, otherwise a number. */
static void add_rights(Text *text, uint8_t kind, ACCESS_MASK mask) {
        const ACCESS_MASK common = GENERIC_ALL | GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE |
                                   STANDARD_RIGHTS_REQUIRED;
        const ACCESS_MASK label = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP |
                                  SYSTEM_MANDATORY_LABEL_NO_READ_UP |
                                  SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP;
        bool is_label = kind == SYSTEM_MANDATORY_LABEL_ACE_TYPE;
        char number[16];

        if (mask != 0 && (mask & ~(is_label ? label : common)) == 0) {
                add_words(text, is_label ? sddl_label_rights : sddl_rights, mask);
                return;
        }
        snprintf(number, sizeof(number), "0x%x", mask);
        add(text, number);
}

static NTSTATUS add_ace(Text *text, const ACE_HEADER *ace) {
        const SddlWord *kind = sddl_word_of(sddl_kinds, ace->AceType);

        if (!kind)
                return STATUS_INVALID_ACL;

        add(text, "(");
        add(text, kind->word);
        add(text, ";");
        if (!add_words(text, sddl_flags, ace->AceFlags))
                return STATUS_INVALID_ACL;
        add(text, ";");
        add_rights(text, ace->AceType, ace_mask(ace));
        add(text, ";;;");
        add_sid(text, ace_sid(ace));
        add(text, ")");
        return STATUS_SUCCESS;
}

static NTSTATUS add_acl(Text *text, const ACL *acl, bool labels_only) {
        AclCursor cursor = acl_begin(acl);
        const ACE_HEADER *ace;
        NTSTATUS status = STATUS_SUCCESS;

        if (!acl)
                add(text, SDDL_NULL_ACL);
        while (NT_SUCCESS(status) && (ace = acl_next(&cursor))) {
                if (!labels_only || ace->AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                        status = add_ace(text, ace);
        }
        return status;
}

static bool has_label(const ACL *acl) {
        AclCursor cursor = acl_begin(acl);
        const ACE_HEADER *ace;

        while ((ace = acl_next(&cursor))) {
                if (ace->AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                        return true;
        }
        return false;
}

static NTSTATUS add_sacl(Text *text, const DescriptorView *view, SECURITY_INFORMATION information) {
        if (information & SACL_SECURITY_INFORMATION && view->control & SE_SACL_PRESENT) {
                add(text, "S:");
                add_words(text, sddl_sacl_control, view->control);
                return add_acl(text, view->sacl, false);
        }
        if (information & LABEL_SECURITY_INFORMATION &&
                        !(information & SACL_SECURITY_INFORMATION) && has_label(view->sacl)) {
                add(text, "S:");
                return add_acl(text, view->sacl, true);
        }
        return STATUS_SUCCESS;
}

NTSTATUS sddl_format(const void *data, size_t size, SECURITY_INFORMATION information, char **ret) {
        autocleanup(text_clear) Text text = { 0 };
        DescriptorView view;
        NTSTATUS status = descriptor_view(data, size, &view);

        if (!NT_SUCCESS(status))
                return status;
        add(&text, "");
        if (information & OWNER_SECURITY_INFORMATION && view.owner) {
                add(&text, "O:");
                add_sid(&text, view.owner);
        }
        if (information & GROUP_SECURITY_INFORMATION && view.group) {
                add(&text, "G:");
                add_sid(&text, view.group);
        }
        if (information & DACL_SECURITY_INFORMATION && view.control & SE_DACL_PRESENT) {
                add(&text, "D:");
                add_words(&text, sddl_dacl_control, view.control);
                status = add_acl(&text, view.dacl, false);
                if (!NT_SUCCESS(status))
                        return status;
        }
        status = add_sacl(&text, &view, information);
        if (!NT_SUCCESS(status))
                return status;
        if (text.failed)
                return STATUS_NO_MEMORY;

        *ret = text.chars;
        text.chars = NULL;
        return STATUS_SUCCESS;
}
