#include "object-type.h"

#include <string.h>

#include "cleanup.h"
#include "ntobapi.h"
#include "ntstatus.h"
#include "object-types.h"
#include "probe.h"

/* Entries begin at multiples of a pointer (Wine's test of object types). */
#define ENTRY_ALIGNMENT sizeof(PVOID)

/* The first entry after NumberOfTypes. */
#define ENTRIES_AT ENTRY_ALIGNMENT

/* Windows numbers its types from 2 on; the number itself is a promise of nobody. */
#define TYPE_INDEX_OF_KIND 1u

/* Types have short names. */
#define NAME_UNITS_MAX 32u

ULONG object_type_name_size(uint32_t kind) {
        const ObjectTypeRules *rules = object_type_rules(kind);
        size_t n_units = rules ? strlen(rules->name) : 0;

        return (ULONG) (sizeof(OBJECT_TYPE_INFORMATION) + (n_units + 1) * sizeof(WCHAR));
}

static ULONG entry_size(uint32_t kind) {
        return (object_type_name_size(kind) + (ULONG) ENTRY_ALIGNMENT - 1) &
               ~((ULONG) ENTRY_ALIGNMENT - 1);
}

static void
entry_fill(OBJECT_TYPE_INFORMATION *entry, const ObjectTypeRules *rules, const Nt__TypeInfo *info) {
        *entry = (OBJECT_TYPE_INFORMATION){
                .TotalNumberOfObjects = info->n_objects,
                .TotalNumberOfHandles = info->n_grants,
                .HighWaterNumberOfObjects = info->most_objects,
                .HighWaterNumberOfHandles = info->most_grants,
                .InvalidAttributes = rules->invalid_attributes,
                .GenericMapping = rules->mapping,
                .ValidAccessMask = rules->valid,
                .SecurityRequired = rules->security_required,
                .TypeIndex = (UCHAR) (info->kind + TYPE_INDEX_OF_KIND),
        };
}

/* Writes one entry, the name right behind it, and a NUL. */
static NTSTATUS entry_write(uint8_t *at, const Nt__TypeInfo *info) {
        const ObjectTypeRules *rules = object_type_rules(info->kind);
        size_t n_units = strlen(rules->name);
        struct {
                OBJECT_TYPE_INFORMATION entry;
                WCHAR name[NAME_UNITS_MAX];
        } text = { 0 };

        if (n_units >= NAME_UNITS_MAX)
                return STATUS_NAME_TOO_LONG;
        entry_fill(&text.entry, rules, info);
        text.entry.TypeName.Length = (USHORT) (n_units * sizeof(WCHAR));
        text.entry.TypeName.MaximumLength = (USHORT) ((n_units + 1) * sizeof(WCHAR));
        text.entry.TypeName.Buffer = (PWSTR) (at + sizeof(text.entry));
        for (size_t i = 0; i < n_units; i++)
                text.name[i] = (WCHAR) rules->name[i];
        return probe_write(at, &text, sizeof(text.entry) + (n_units + 1) * sizeof(WCHAR));
}

/* Asks the daemon to count. @kind: one only, or OBJECT_KIND_NONE for all. */
static NTSTATUS types_fetch(const Client *client, uint32_t kind, CallReply *reply) {
        Nt__QueryTypesRequest body = NT__QUERY_TYPES_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.has_kind = kind != NT__OBJECT_KIND__OBJECT_KIND_NONE;
        body.kind = kind;
        request.body_case = NT__REQUEST__BODY_QUERY_TYPES;
        request.query_types = &body;
        return connection_call(client, &request, reply);
}

NTSTATUS object_type_query(const Client *client,
                uint32_t kind,
                PVOID information,
                ULONG length,
                ULONG *ret_needed) {
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryTypesReply *answer;
        NTSTATUS status;

        call_reply_init(&reply);
        if (!object_type_rules(kind))
                return STATUS_NOT_SUPPORTED; /* of a daemon that knows more kinds than we */
        *ret_needed = entry_size(kind);
        if (length < *ret_needed)
                return STATUS_INFO_LENGTH_MISMATCH;

        status = types_fetch(client, kind, &reply);
        if (!NT_SUCCESS(status))
                return status;
        answer = reply.message->query_types;
        if (answer->n_types != 1 || answer->types[0]->kind != kind)
                return STATUS_PORT_DISCONNECTED;
        return entry_write(information, answer->types[0]);
}

static NTSTATUS types_write(
                const Nt__QueryTypesReply *answer, uint8_t *information, uint32_t n_types) {
        uint8_t *at = information + ENTRIES_AT;
        NTSTATUS status;

        status = probe_write_64(information, n_types);
        for (size_t i = 0; NT_SUCCESS(status) && i < answer->n_types; i++) {
                if (!object_type_rules(answer->types[i]->kind))
                        continue;
                status = entry_write(at, answer->types[i]);
                at += entry_size(answer->types[i]->kind);
        }
        return status;
}

NTSTATUS object_types_query(
                const Client *client, PVOID information, ULONG length, ULONG *ret_needed) {
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryTypesReply *answer;
        uint32_t n_types = 0;
        NTSTATUS status;

        call_reply_init(&reply);
        status = types_fetch(client, NT__OBJECT_KIND__OBJECT_KIND_NONE, &reply);
        if (!NT_SUCCESS(status))
                return status;

        answer = reply.message->query_types;
        *ret_needed = ENTRIES_AT;
        for (size_t i = 0; i < answer->n_types; i++) {
                if (!object_type_rules(answer->types[i]->kind))
                        continue;
                *ret_needed += entry_size(answer->types[i]->kind);
                n_types++;
        }
        if (length < *ret_needed)
                return STATUS_INFO_LENGTH_MISMATCH;
        return types_write(answer, information, n_types);
}
