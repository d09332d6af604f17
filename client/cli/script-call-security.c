#include <stdlib.h>

#include "cleanup.h"
#include "script-call.h"
#include "sddl.h"

/* Security descriptors of objects, as text in SDDL. */

static void free_p(void *pointer) {
        free(*(void **) pointer);
}

#define autofree autocleanup(free_p)

static NTSTATUS run_query(Call *call) {
        SECURITY_INFORMATION information = call_ulong(call, "information");
        ULONG length = call_ulong(call, "length");
        g_autofree void *buffer = g_try_malloc0(MAX(length, 1));
        autofree char *text = NULL;
        ULONG needed = 0;
        NTSTATUS status;

        if (!buffer)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QuerySecurityObject)(
                        call_handle(call, "handle"), information, buffer, length, &needed);
        call_give_integer(call, "needed", needed);
        if (!NT_SUCCESS(status))
                return status;

        if (NT_SUCCESS(sddl_format(buffer, needed, information, &text)))
                call_give_text(call, "sd", text);
        else
                call_spoil(call, "what was given is no security descriptor");
        return status;
}

static const Parameter query_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "information", SCRIPT_INTEGER, PARAMETER_PLACED, DACL_SECURITY_INFORMATION },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 65536 },
        { NULL, 0, 0, 0 },
};

static const Output query_outputs[] = {
        { "sd", SCRIPT_NAME },
        { "needed", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_set(Call *call) {
        autofree PSECURITY_DESCRIPTOR descriptor = call_descriptor(call, "sd");

        return ENTRY(call, SetSecurityObject)(
                        call_handle(call, "handle"), call_ulong(call, "information"), descriptor);
}

static const Parameter set_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "information", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "sd", SCRIPT_NAME, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_access_check(Call *call) {
        autofree PSECURITY_DESCRIPTOR descriptor = call_descriptor(call, "sd");
        GENERIC_MAPPING mapping = {
                .GenericRead = call_ulong(call, "generic_read"),
                .GenericWrite = call_ulong(call, "generic_write"),
                .GenericExecute = call_ulong(call, "generic_execute"),
                .GenericAll = call_ulong(call, "generic_all"),
        };
        ULONG length = call_ulong(call, "length");
        g_autofree PRIVILEGE_SET *privileges = g_try_malloc0(MAX(length, sizeof(PRIVILEGE_SET)));
        ACCESS_MASK granted = 0;
        NTSTATUS answer = STATUS_SUCCESS;
        NTSTATUS status;

        if (!privileges)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, AccessCheck)(descriptor, call_handle(call, "token"),
                        call_ulong(call, "access"), &mapping, privileges, &length, &granted,
                        &answer);
        call_give_integer(call, "length", length);
        if (!NT_SUCCESS(status))
                return status;
        call_give_integer(call, "granted", granted);
        call_give_integer(call, "answer", (ULONG) answer);
        return status;
}

static const Parameter access_check_parameters[] = {
        { "token", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "sd", SCRIPT_NAME, PARAMETER_NAMED, 0 },
        { "generic_read", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "generic_write", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "generic_execute", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "generic_all", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 256 },
        { NULL, 0, 0, 0 },
};

static const Output access_check_outputs[] = {
        { "granted", SCRIPT_INTEGER },
        { "answer", SCRIPT_INTEGER },
        { "length", SCRIPT_INTEGER },
        { NULL, 0 },
};

const Service script_security_services[] = {
        { "NtQuerySecurityObject", query_parameters, query_outputs, run_query },
        { "NtSetSecurityObject", set_parameters, call_no_outputs, run_set },
        { "NtAccessCheck", access_check_parameters, access_check_outputs, run_access_check },
        { NULL, NULL, NULL, NULL },
};
