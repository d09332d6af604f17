#include "script-call.h"

/* Directories and symbolic links. */

static NTSTATUS run_create_directory(Call *call) {
        return call_named(call, ENTRY(call, CreateDirectoryObject));
}

static NTSTATUS run_create_directory_ex(Call *call) {
        g_auto(Attributes) attributes = { 0 };
        NTSTATUS status;

        attributes_init(&attributes, call);
        status = ENTRY(call, CreateDirectoryObjectEx)(attributes.handle, call_ulong(call, "access"),
                        attributes.pointer, call_handle(call, "shadow"), call_ulong(call, "flags"));
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        return status;
}

static const Parameter create_directory_ex_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        OBJECT_PARAMETERS,
        { "shadow", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "flags", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_open_directory(Call *call) {
        return call_named(call, ENTRY(call, OpenDirectoryObject));
}

static NTSTATUS run_open_symbolic_link(Call *call) {
        return call_named(call, ENTRY(call, OpenSymbolicLinkObject));
}

/* Hands out the entries that are in @buffer, which ends with one that is all 0. */
static void give_entries(Call *call, const OBJECT_DIRECTORY_INFORMATION *entry) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);
        g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);

        for (; entry->Name.Buffer; entry++) {
                g_ptr_array_add(names,
                                name_new(entry->Name.Buffer, entry->Name.Length / sizeof(WCHAR)));
                g_ptr_array_add(types, name_new(entry->TypeName.Buffer,
                                                       entry->TypeName.Length / sizeof(WCHAR)));
        }
        call_give_integer(call, "entries", names->len);
        call_give(call, "names", script_list_new(names));
        call_give(call, "types", script_list_new(types));
}

static NTSTATUS run_query_directory(Call *call) {
        ULONG length = call_ulong(call, "length");
        g_autofree void *buffer =
                        g_try_malloc0(MAX(length, 2 * sizeof(OBJECT_DIRECTORY_INFORMATION)));
        ULONG context = call_ulong(call, "context");
        ULONG return_length = 0;
        NTSTATUS status;

        if (!buffer)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QueryDirectoryObject)(call_handle(call, "handle"), buffer, length,
                        call_integer(call, "single") != 0, call_integer(call, "restart") != 0,
                        &context, &return_length);
        call_give_integer(call, "context", context);
        call_give_integer(call, "return_length", return_length);
        if (NT_SUCCESS(status) && length >= sizeof(OBJECT_DIRECTORY_INFORMATION))
                give_entries(call, buffer);
        return status;
}

static const Parameter query_directory_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 1024 * 1024 },
        { "single", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "restart", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "context", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output query_directory_outputs[] = {
        { "names", SCRIPT_LIST },
        { "types", SCRIPT_LIST },
        { "entries", SCRIPT_INTEGER },
        { "context", SCRIPT_INTEGER },
        { "return_length", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_create_symbolic_link(Call *call) {
        g_auto(Attributes) attributes = { 0 };
        g_autoptr(Name) name = call_name(call, "target");
        UNICODE_STRING target = call_string(call, name, "target_length", "target_maximum");
        PUNICODE_STRING pointer = &target;
        NTSTATUS status;

        if (call_has(call, "link_target"))
                pointer = call_pointer(call, "link_target");
        /* NT wants room, if for nothing: an empty target is one with a buffer. */
        if (!call_has(call, "target_maximum"))
                target.MaximumLength = (USHORT) MIN(target.Length + sizeof(WCHAR), G_MAXUINT16);

        attributes_init(&attributes, call);
        status = ENTRY(call, CreateSymbolicLinkObject)(
                        attributes.handle, call_ulong(call, "access"), attributes.pointer, pointer);
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        return status;
}

static const Parameter create_symbolic_link_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        OBJECT_PARAMETERS,
        { "target", SCRIPT_NAME, PARAMETER_NAMED, 0 },
        { "target_length", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "target_maximum", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "link_target", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_query_symbolic_link(Call *call) {
        uint64_t maximum = call_integer(call, "maximum");
        g_autofree WCHAR *units = g_new0(WCHAR, NAME_UNITS_MAX + 1);
        UNICODE_STRING target = {
                .MaximumLength = (USHORT) MIN(maximum, G_MAXUINT16 - 1),
                .Buffer = units,
        };
        ULONG return_length = 0;
        bool wanted = call_integer(call, "want_length") != 0;
        NTSTATUS status;

        status = ENTRY(call, QuerySymbolicLinkObject)(
                        call_handle(call, "handle"), &target, wanted ? &return_length : NULL);
        call_give_integer(call, "return_length", return_length);
        if (NT_SUCCESS(status))
                call_give_string(call, "target", &target);
        return status;
}

static const Parameter query_symbolic_link_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "maximum", SCRIPT_INTEGER, PARAMETER_NAMED, NAME_UNITS_MAX * sizeof(WCHAR) },
        { "want_length", SCRIPT_INTEGER, PARAMETER_NAMED, 1 },
        { NULL, 0, 0, 0 },
};

static const Output query_symbolic_link_outputs[] = {
        { "target", SCRIPT_NAME },
        { "return_length", SCRIPT_INTEGER },
        { NULL, 0 },
};

const Service script_directory_services[] = {
        { "NtCreateDirectoryObject", call_named_parameters, call_handle_outputs,
                        run_create_directory },
        { "NtCreateDirectoryObjectEx", create_directory_ex_parameters, call_handle_outputs,
                        run_create_directory_ex },
        { "NtOpenDirectoryObject", call_named_parameters, call_handle_outputs, run_open_directory },
        { "NtQueryDirectoryObject", query_directory_parameters, query_directory_outputs,
                        run_query_directory },
        { "NtCreateSymbolicLinkObject", create_symbolic_link_parameters, call_handle_outputs,
                        run_create_symbolic_link },
        { "NtOpenSymbolicLinkObject", call_named_parameters, call_handle_outputs,
                        run_open_symbolic_link },
        { "NtQuerySymbolicLinkObject", query_symbolic_link_parameters, query_symbolic_link_outputs,
                        run_query_symbolic_link },
        { NULL, NULL, NULL, NULL },
};
