#include "script-call.h"

/* Sections and their views. */

static NTSTATUS run_create_section(Call *call) {
        g_auto(Attributes) attributes = { 0 };
        LARGE_INTEGER size = { .QuadPart = (LONGLONG) call_integer(call, "size") };
        NTSTATUS status;

        attributes_init(&attributes, call);
        status = ENTRY(call, CreateSection)(attributes.handle, call_ulong(call, "access"),
                        attributes.pointer, call_has(call, "size") ? &size : NULL,
                        call_ulong(call, "protect"), call_ulong(call, "sec"),
                        call_handle(call, "file"));
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        return status;
}

static const Parameter create_section_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        OBJECT_PARAMETERS,
        { "size", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "protect", SCRIPT_INTEGER, PARAMETER_NAMED, PAGE_READWRITE },
        { "sec", SCRIPT_INTEGER, PARAMETER_NAMED, SEC_COMMIT },
        { "file", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_open_section(Call *call) {
        return call_named(call, ENTRY(call, OpenSection));
}

static NTSTATUS run_map_view(Call *call) {
        PVOID base = call_pointer(call, "base");
        LARGE_INTEGER offset = { .QuadPart = (LONGLONG) call_integer(call, "offset") };
        SIZE_T size = call_integer(call, "size");
        NTSTATUS status;

        status = ENTRY(call, MapViewOfSection)(call_handle(call, "section"),
                        call_handle(call, "process"), &base, call_integer(call, "zero_bits"),
                        call_integer(call, "commit"), call_has(call, "offset") ? &offset : NULL,
                        &size, (SECTION_INHERIT) call_ulong(call, "inherit"),
                        call_ulong(call, "allocation"), call_ulong(call, "protect"));
        call_give_integer(call, "base", (ULONG_PTR) base);
        call_give_integer(call, "size", size);
        call_give_integer(call, "offset", (uint64_t) offset.QuadPart);
        return status;
}

static const Parameter map_view_parameters[] = {
        { "section", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "process", SCRIPT_INTEGER, PARAMETER_NAMED, (uint64_t) -1 },
        { "base", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "zero_bits", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "commit", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "offset", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "size", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "inherit", SCRIPT_INTEGER, PARAMETER_NAMED, ViewShare },
        { "allocation", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "protect", SCRIPT_INTEGER, PARAMETER_NAMED, PAGE_READWRITE },
        { NULL, 0, 0, 0 },
};

static const Output map_view_outputs[] = {
        { "base", SCRIPT_INTEGER },
        { "size", SCRIPT_INTEGER },
        { "offset", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_unmap_view(Call *call) {
        return ENTRY(call, UnmapViewOfSection)(
                        call_handle(call, "process"), call_pointer(call, "base"));
}

static const Parameter unmap_view_parameters[] = {
        { "base", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "process", SCRIPT_INTEGER, PARAMETER_NAMED, (uint64_t) -1 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_query_section(Call *call) {
        SIZE_T length = call_integer(call, "length");
        g_autofree SECTION_BASIC_INFORMATION *basic = g_try_malloc0(MAX(length, sizeof(*basic)));
        SIZE_T return_length = 0;
        NTSTATUS status;

        if (!basic)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QuerySection)(call_handle(call, "section"),
                        (SECTION_INFORMATION_CLASS) call_ulong(call, "class"), basic, length,
                        &return_length);
        call_give_integer(call, "return_length", return_length);
        if (!NT_SUCCESS(status))
                return status;
        call_give_integer(call, "size", (uint64_t) basic->MaximumSize.QuadPart);
        call_give_integer(call, "attributes", basic->AllocationAttributes);
        call_give_integer(call, "base", (ULONG_PTR) basic->BaseAddress);
        return status;
}

static const Parameter query_section_parameters[] = {
        { "section", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "class", SCRIPT_INTEGER, PARAMETER_PLACED, SectionBasicInformation },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, sizeof(SECTION_BASIC_INFORMATION) },
        { NULL, 0, 0, 0 },
};

static const Output query_section_outputs[] = {
        { "size", SCRIPT_INTEGER },
        { "attributes", SCRIPT_INTEGER },
        { "base", SCRIPT_INTEGER },
        { "return_length", SCRIPT_INTEGER },
        { NULL, 0 },
};

const Service script_section_services[] = {
        { "NtCreateSection", create_section_parameters, call_handle_outputs, run_create_section },
        { "NtOpenSection", call_named_parameters, call_handle_outputs, run_open_section },
        { "NtMapViewOfSection", map_view_parameters, map_view_outputs, run_map_view },
        { "NtUnmapViewOfSection", unmap_view_parameters, call_no_outputs, run_unmap_view },
        { "NtQuerySection", query_section_parameters, query_section_outputs, run_query_section },
        { NULL, NULL, NULL, NULL },
};
