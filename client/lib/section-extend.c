#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "probe.h"
#include "section-file.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

static NTSTATUS extend_ask(const Client *client, const HandleRef *ref, uint64_t *size) {
        Nt__Grant grant = handle_grant(ref);
        Nt__ExtendSectionRequest body = NT__EXTEND_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        GrantInfo info = ref->info;
        NTSTATUS status;

        body.grant = &grant;
        body.size = *size;
        request.body_case = NT__REQUEST__BODY_EXTEND_SECTION;
        request.extend_section = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        *size = info.size = reply.message->extend_section->size;
        (void) grant_info_record(client->grants, ref->slot, &info); /* else it is asked again */
        return STATUS_SUCCESS;
}

/* @size: gets what the caller's variable says, and then what is written to it. */
static NTSTATUS extend(HANDLE section, PLARGE_INTEGER size_at, uint64_t *size) {
        autocleanup(handle_release) HandleRef ref;
        const Client *client;
        NTSTATUS entered, status;

        handle_ref_init(&ref);
        entered = client_enter(CLIENT_HANDLES, &client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = probe_writable(size_at, sizeof(*size_at), 1);
        if (NT_SUCCESS(status))
                status = probe_read_64(size, size_at);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(entered))
                return handle_pseudo(section) != PSEUDO_NONE ? STATUS_OBJECT_TYPE_MISMATCH
                                                             : entered;

        status = handle_reference(client, section, NT__OBJECT_KIND__OBJECT_KIND_SECTION,
                        SECTION_EXTEND_SIZE, &ref);
        if (!NT_SUCCESS(status))
                return status;
        if (!section_is_data_file(&ref.info))
                return STATUS_SECTION_NOT_EXTENDED;
        if (*size > INT64_MAX)
                *size = 0; /* a negative number is less than any size */
        status = extend_ask(client, &ref, size);
        return NT_SUCCESS(status) ? probe_write_64(size_at, *size) : status;
}

NTSTATUS zw_extend_section(HANDLE section, PLARGE_INTEGER size) {
        uint64_t value = 0;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = extend(section, size, &value);
        if (TRACING())
                trace_end("NtExtendSection", status, "handle=%p, size=0x%llx", section,
                                (unsigned long long) value);
        return status;
}

SERVICE(ExtendSection, zw_extend_section, (HANDLE section, PLARGE_INTEGER size), (section, size));
