#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "sid.h"
#include "token.h"
#include "trace.h"
#include "zw.h"

/*
 * NtQueryInformationToken: one message brings all that is known of the token; what the class asks
 * for is put together in memory of ours, with pointers that will be right in the caller's, and
 * written in one piece.
 */

#define INFORMATION_ALIGNMENT 4u

/* What the caller's buffer is going to hold. Initialise with {0}; ends with image_clear(). */
typedef struct Image {
        uint8_t *bytes;
        size_t size;       /* in bytes */
        size_t used;       /* of them; what is variable in length is added behind */
        uintptr_t address; /* of the caller's buffer */
} Image;

static void image_clear(Image *image) {
        free(image->bytes);
        image->bytes = NULL;
}

/* @fixed bytes of a structure at the beginning, and @variable behind it. */
static NTSTATUS image_begin(Image *image, size_t fixed, size_t variable) {
        image->size = fixed + variable;
        image->used = fixed;
        image->bytes = calloc(1, image->size);
        return image->bytes ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

/* Adds bytes behind the rest. Return: where they will be in the caller's buffer. */
static void *image_add(Image *image, const ProtobufCBinaryData *bytes) {
        size_t at = image->used;

        memcpy(image->bytes + at, bytes->data, bytes->len);
        image->used += bytes->len;
        return (void *) (image->address + at);
}

static NTSTATUS image_of(Image *image, const void *value, size_t size) {
        NTSTATUS status = image_begin(image, size, 0);

        if (NT_SUCCESS(status))
                memcpy(image->bytes, value, size);
        return status;
}

static NTSTATUS image_of_word(Image *image, ULONG word) {
        return image_of(image, &word, sizeof(word));
}

/* A structure that is one pointer: TOKEN_OWNER, TOKEN_PRIMARY_GROUP, TOKEN_DEFAULT_DACL. */
static NTSTATUS image_of_pointer(Image *image, const ProtobufCBinaryData *to) {
        NTSTATUS status = image_begin(image, sizeof(PVOID), to->len);
        PVOID pointer;

        if (!NT_SUCCESS(status))
                return status;
        pointer = to->len > 0 ? image_add(image, to) : NULL;
        memcpy(image->bytes, &pointer, sizeof(pointer));
        return STATUS_SUCCESS;
}

/* A structure that is one SID_AND_ATTRIBUTES: TOKEN_USER, TOKEN_MANDATORY_LABEL. */
static NTSTATUS image_of_sid(Image *image, const ProtobufCBinaryData *sid, ULONG attributes) {
        SID_AND_ATTRIBUTES entry = { NULL, attributes };
        NTSTATUS status = image_begin(image, sizeof(entry), sid->len);

        if (!NT_SUCCESS(status))
                return status;
        entry.Sid = image_add(image, sid);
        memcpy(image->bytes, &entry, sizeof(entry));
        return STATUS_SUCCESS;
}

static NTSTATUS image_of_groups(Image *image, Nt__SidAndAttributes *const *groups, size_t n) {
        size_t header = offsetof(TOKEN_GROUPS, Groups), sids = 0;
        const ULONG count = (ULONG) n;
        NTSTATUS status;

        for (size_t i = 0; i < n; i++)
                sids += groups[i]->sid.len;
        status = image_begin(image, header + n * sizeof(SID_AND_ATTRIBUTES), sids);
        if (!NT_SUCCESS(status))
                return status;

        memcpy(image->bytes, &count, sizeof(count));
        for (size_t i = 0; i < n; i++) {
                SID_AND_ATTRIBUTES entry = { NULL, groups[i]->attributes };

                entry.Sid = image_add(image, &groups[i]->sid);
                memcpy(image->bytes + header + i * sizeof(entry), &entry, sizeof(entry));
        }
        return STATUS_SUCCESS;
}

static NTSTATUS image_of_privileges(Image *image, const Nt__QueryTokenReply *token) {
        size_t header = offsetof(TOKEN_PRIVILEGES, Privileges), n = token->n_privileges;
        const ULONG count = (ULONG) n;
        NTSTATUS status = image_begin(image, header + n * sizeof(LUID_AND_ATTRIBUTES), 0);

        if (!NT_SUCCESS(status))
                return status;
        memcpy(image->bytes, &count, sizeof(count));
        for (size_t i = 0; i < n; i++) {
                LUID_AND_ATTRIBUTES entry = {
                        .Luid = luid_from_number(token->privileges[i]->luid),
                        .Attributes = token->privileges[i]->attributes,
                };

                memcpy(image->bytes + header + i * sizeof(entry), &entry, sizeof(entry));
        }
        return STATUS_SUCCESS;
}

static NTSTATUS image_of_statistics(Image *image, const Nt__QueryTokenReply *token) {
        TOKEN_STATISTICS statistics = {
                .TokenId = luid_from_number(token->token_id),
                .AuthenticationId = luid_from_number(token->logon_id),
                .ExpirationTime.QuadPart = INT64_MAX, /* never */
                .TokenType = (TOKEN_TYPE) token->type,
                .ImpersonationLevel = (SECURITY_IMPERSONATION_LEVEL) token->impersonation_level,
                .DynamicCharged = (ULONG) (token->primary_group.len +
                                           (token->has_default_dacl ? token->default_dacl.len : 0)),
                .GroupCount = (ULONG) token->n_groups,
                .PrivilegeCount = (ULONG) token->n_privileges,
                .ModifiedId = luid_from_number(token->modified_id),
        };

        return image_of(image, &statistics, sizeof(statistics));
}

static NTSTATUS image_of_label(Image *image, const Nt__QueryTokenReply *token) {
        ProtobufCBinaryData sid;
        SidBuffer label;

        sid_of_integrity(&label, token->integrity_level);
        sid.data = label.bytes;
        sid.len = sid_size(&label.sid);
        return image_of_sid(image, &sid, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED);
}

static NTSTATUS image_of_class(
                Image *image, const Nt__QueryTokenReply *token, TOKEN_INFORMATION_CLASS which) {
        static const ProtobufCBinaryData nothing;

        switch ((ULONG) which) {
        case TokenUser:
                return image_of_sid(image, &token->user, 0);
        case TokenGroups:
                return image_of_groups(image, token->groups, token->n_groups);
        case TokenPrivileges:
                return image_of_privileges(image, token);
        case TokenOwner:
                return image_of_pointer(image, &token->owner);
        case TokenPrimaryGroup:
                return image_of_pointer(image, &token->primary_group);
        case TokenDefaultDacl:
                return image_of_pointer(
                                image, token->has_default_dacl ? &token->default_dacl : &nothing);
        case TokenType:
                return image_of_word(image, token->type);
        case TokenImpersonationLevel:
                if (token->type != TokenImpersonation)
                        return STATUS_INVALID_INFO_CLASS;
                return image_of_word(image, token->impersonation_level);
        case TokenStatistics:
                return image_of_statistics(image, token);
        case TokenRestrictedSids:
        case TokenCapabilities:
                return image_of_groups(image, NULL, 0);
        case TokenSessionId:
                return image_of_word(image, token->session_id);
        case TokenElevationType:
                return image_of_word(image, TokenElevationTypeDefault);
        case TokenLinkedToken:
                return STATUS_NO_SUCH_LOGON_SESSION;
        case TokenElevation:
                return image_of_word(image, token->integrity_level >= SECURITY_MANDATORY_HIGH_RID);
        case TokenIntegrityLevel:
                return image_of_label(image, token);
        case TokenMandatoryPolicy:
                return image_of_word(image, TOKEN_MANDATORY_POLICY_NO_WRITE_UP);
        case TokenAppContainerSid:
                return image_of_pointer(image, &nothing);
        case TokenOrigin:
                return image_of(image, &(LUID){ 0, 0 }, sizeof(LUID));
        default: /* what no token here is or has */
                return image_of_word(image, 0);
        }
}

/* Classes of fixed length, for which a buffer that is too short is told before anything else. */
static size_t class_length(TOKEN_INFORMATION_CLASS which) {
        switch ((ULONG) which) {
        case TokenLinkedToken:
                return sizeof(TOKEN_LINKED_TOKEN);
        case TokenOrigin:
                return sizeof(TOKEN_ORIGIN);
        case TokenSessionId:
        case TokenSandBoxInert:
        case TokenElevationType:
        case TokenElevation:
        case TokenHasRestrictions:
        case TokenVirtualizationAllowed:
        case TokenVirtualizationEnabled:
        case TokenUIAccess:
        case TokenMandatoryPolicy:
        case TokenIsAppContainer:
        case TokenAppContainerNumber:
        case TokenIsRestricted:
        case TokenIsLessPrivilegedAppContainer:
        case TokenIsSandboxed:
        case TokenIsAppSilo:
                return sizeof(ULONG);
        default:
                return 0;
        }
}

static NTSTATUS class_check(TOKEN_INFORMATION_CLASS which) {
        switch ((ULONG) which) {
        case TokenSessionReference: /* can only be set */
        case TokenAuditPolicy:
                return STATUS_INVALID_INFO_CLASS;
        case TokenIntegrityLevel:
        case TokenCapabilities:
        case TokenAppContainerSid:
                return STATUS_SUCCESS;
        default:
                if (which >= TokenUser && which <= TokenRestrictedSids)
                        return STATUS_SUCCESS;
                if (class_length(which) > 0)
                        return STATUS_SUCCESS;
                if (which >= TokenUser && which < MaxTokenInfoClass)
                        return STATUS_NOT_IMPLEMENTED;
                return STATUS_INVALID_INFO_CLASS;
        }
}

/* One call. */
typedef struct TokenQuery {
        Target target;
        TOKEN_INFORMATION_CLASS which;
        PVOID information;
        ULONG length;
        PULONG return_length;
} TokenQuery;

static NTSTATUS query_check(const TokenQuery *query) {
        size_t least = class_length(query->which);
        NTSTATUS status;

        status = probe_writable(query->return_length, sizeof(*query->return_length), 1);
        if (NT_SUCCESS(status))
                status = class_check(query->which);
        if (NT_SUCCESS(status))
                status = probe_writable(query->information, query->length, INFORMATION_ALIGNMENT);
        if (!NT_SUCCESS(status) || query->length >= least)
                return status;
        status = probe_write_32(query->return_length, (uint32_t) least);
        return NT_SUCCESS(status) ? STATUS_INFO_LENGTH_MISMATCH : status;
}

/* Who made the token is the same for all of them, and all that TOKEN_QUERY_SOURCE is for. */
static NTSTATUS query_source(TokenQuery *query, Image *image) {
        static const TOKEN_SOURCE source = { "ntobjd", { 0, 0 } };
        NTSTATUS status = token_reference(&query->target, TOKEN_QUERY_SOURCE);

        return NT_SUCCESS(status) ? image_of(image, &source, sizeof(source)) : status;
}

static NTSTATUS query_image(TokenQuery *query, Image *image) {
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        call_reply_init(&reply);
        if (query->which == TokenSource)
                return query_source(query, image);
        status = token_reference(&query->target, TOKEN_QUERY);
        if (NT_SUCCESS(status))
                status = token_fetch(&query->target, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return image_of_class(image, reply.message->query_token, query->which);
}

static NTSTATUS token_query(TokenQuery *query) {
        autocleanup(image_clear) Image image = { .address = (uintptr_t) query->information };
        NTSTATUS status;

        status = query_check(query);
        if (NT_SUCCESS(status))
                status = query_image(query, &image);
        if (NT_SUCCESS(status))
                status = probe_write_32(query->return_length, (uint32_t) image.size);
        if (!NT_SUCCESS(status))
                return status;
        if (query->length < image.size)
                return STATUS_BUFFER_TOO_SMALL;
        return probe_write(query->information, image.bytes, image.size);
}

NTSTATUS zw_query_information_token(HANDLE token,
                TOKEN_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        TokenQuery query = {
                .which = information_class,
                .information = information,
                .length = length,
                .return_length = return_length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = target_enter(&query.target, token);
        if (NT_SUCCESS(status))
                status = token_query(&query);
        target_clear(&query.target);
        if (TRACING())
                trace_end("NtQueryInformationToken", status, "token=%p, class=%u, length=%u", token,
                                (unsigned) information_class, length);
        return status;
}

SERVICE(QueryInformationToken,
                zw_query_information_token,
                (HANDLE token,
                                TOKEN_INFORMATION_CLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (token, information_class, information, length, return_length));
