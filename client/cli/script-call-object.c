#include "script-call.h"

/* Services that every kind of object has. */

#define NAME_BUFFER_SIZE (sizeof(OBJECT_NAME_INFORMATION) + (NAME_UNITS_MAX + 1) * sizeof(WCHAR))

static NTSTATUS run_close(Call *call) {
        return ENTRY(call, Close)(call_handle(call, "handle"));
}

static const Parameter close_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_duplicate(Call *call) {
        HANDLE handle = (HANDLE) (ULONG_PTR) HANDLE_UNTOUCHED;
        PHANDLE place = call_has(call, "handle") ? call_pointer(call, "handle") : &handle;
        NTSTATUS status;

        status = ENTRY(call, DuplicateObject)(call_handle(call, "source_process"),
                        call_handle(call, "source"), call_handle(call, "target_process"), place,
                        call_ulong(call, "access"), call_ulong(call, "attributes"),
                        call_ulong(call, "options"));
        call_give_integer(call, "handle", (ULONG_PTR) handle);
        return status;
}

static const Parameter duplicate_parameters[] = {
        { "source", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "source_process", SCRIPT_INTEGER, PARAMETER_NAMED, (uint64_t) -1 },
        { "target_process", SCRIPT_INTEGER, PARAMETER_NAMED, (uint64_t) -1 },
        { "access", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "options", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "handle", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static void give_basic(Call *call, const OBJECT_BASIC_INFORMATION *basic) {
        call_give_integer(call, "attributes", basic->Attributes);
        call_give_integer(call, "access", basic->GrantedAccess);
        call_give_integer(call, "handles", basic->HandleCount);
        call_give_integer(call, "references", basic->PointerCount);
        call_give_integer(call, "name_size", basic->NameInfoSize);
        call_give_integer(call, "type_size", basic->TypeInfoSize);
        call_give_integer(call, "descriptor_size", basic->SecurityDescriptorSize);
        call_give_integer(call, "created", (uint64_t) basic->CreationTime.QuadPart);
}

static void give_flags(Call *call, const OBJECT_HANDLE_FLAG_INFORMATION *flags) {
        call_give_integer(call, "inherit", flags->Inherit);
        call_give_integer(call, "protect", flags->ProtectFromClose);
}

/* Without a length in the script the buffer is as long as the class wants it. */
static ULONG query_length(const Call *call, ULONG class) {
        if (call_has(call, "length"))
                return call_ulong(call, "length");
        if (class == ObjectBasicInformation)
                return sizeof(OBJECT_BASIC_INFORMATION);
        if (class == ObjectHandleFlagInformation)
                return sizeof(OBJECT_HANDLE_FLAG_INFORMATION);
        return NAME_BUFFER_SIZE;
}

static void give_type(Call *call, const OBJECT_TYPE_INFORMATION *type) {
        call_give_string(call, "type", &type->TypeName);
        call_give_integer(call, "objects", type->TotalNumberOfObjects);
        call_give_integer(call, "all_handles", type->TotalNumberOfHandles);
        call_give_integer(call, "valid_access", type->ValidAccessMask);
        call_give_integer(call, "invalid_attributes", type->InvalidAttributes);
        call_give_integer(call, "generic_read", type->GenericMapping.GenericRead);
        call_give_integer(call, "generic_write", type->GenericMapping.GenericWrite);
        call_give_integer(call, "generic_execute", type->GenericMapping.GenericExecute);
        call_give_integer(call, "generic_all", type->GenericMapping.GenericAll);
}

static NTSTATUS run_query_object(Call *call) {
        ULONG class = call_ulong(call, "class");
        ULONG length = query_length(call, class);
        g_autofree void *buffer = g_try_malloc0(MAX(length, NAME_BUFFER_SIZE));
        ULONG return_length = 0;
        NTSTATUS status;

        if (!buffer)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QueryObject)(
                        call_handle(call, "handle"), class, buffer, length, &return_length);
        call_give_integer(call, "return_length", return_length);
        if (!NT_SUCCESS(status))
                return status;

        if (class == ObjectBasicInformation)
                give_basic(call, buffer);
        else if (class == ObjectNameInformation)
                call_give_string(call, "name", &((OBJECT_NAME_INFORMATION *) buffer)->Name);
        else if (class == ObjectHandleFlagInformation)
                give_flags(call, buffer);
        else if (class == ObjectTypeInformation)
                give_type(call, buffer);
        else if (class == ObjectTypesInformation)
                call_give_integer(call, "types",
                                ((OBJECT_TYPES_INFORMATION *) buffer)->NumberOfTypes);
        return status;
}

static const Parameter query_object_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "class", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output query_object_outputs[] = {
        { "return_length", SCRIPT_INTEGER },
        { "name", SCRIPT_NAME },
        { "attributes", SCRIPT_INTEGER },
        { "access", SCRIPT_INTEGER },
        { "handles", SCRIPT_INTEGER },
        { "references", SCRIPT_INTEGER },
        { "name_size", SCRIPT_INTEGER },
        { "type_size", SCRIPT_INTEGER },
        { "descriptor_size", SCRIPT_INTEGER },
        { "created", SCRIPT_INTEGER },
        { "inherit", SCRIPT_INTEGER },
        { "protect", SCRIPT_INTEGER },
        { "type", SCRIPT_NAME },
        { "objects", SCRIPT_INTEGER },
        { "all_handles", SCRIPT_INTEGER },
        { "valid_access", SCRIPT_INTEGER },
        { "invalid_attributes", SCRIPT_INTEGER },
        { "generic_read", SCRIPT_INTEGER },
        { "generic_write", SCRIPT_INTEGER },
        { "generic_execute", SCRIPT_INTEGER },
        { "generic_all", SCRIPT_INTEGER },
        { "types", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_set_object(Call *call) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = {
                .Inherit = (BOOLEAN) call_integer(call, "inherit"),
                .ProtectFromClose = (BOOLEAN) call_integer(call, "protect"),
        };
        PVOID information =
                        call_has(call, "information") ? call_pointer(call, "information") : &flags;

        return ENTRY(call, SetInformationObject)(call_handle(call, "handle"),
                        call_ulong(call, "class"), information, call_ulong(call, "length"));
}

static const Parameter set_object_parameters[] = {
        { "handle", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "class", SCRIPT_INTEGER, PARAMETER_PLACED, ObjectHandleFlagInformation },
        { "inherit", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "protect", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, sizeof(OBJECT_HANDLE_FLAG_INFORMATION) },
        { "information", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_make_temporary(Call *call) {
        return ENTRY(call, MakeTemporaryObject)(call_handle(call, "handle"));
}

static NTSTATUS run_make_permanent(Call *call) {
        return ENTRY(call, MakePermanentObject)(call_handle(call, "handle"));
}

static NTSTATUS run_compare_objects(Call *call) {
        return ENTRY(call, CompareObjects)(call_handle(call, "first"), call_handle(call, "second"));
}

static const Parameter compare_parameters[] = {
        { "first", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "second", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

const Service script_object_services[] = {
        { "NtClose", close_parameters, call_no_outputs, run_close },
        { "NtDuplicateObject", duplicate_parameters, call_handle_outputs, run_duplicate },
        { "NtQueryObject", query_object_parameters, query_object_outputs, run_query_object },
        { "NtSetInformationObject", set_object_parameters, call_no_outputs, run_set_object },
        { "NtMakeTemporaryObject", close_parameters, call_no_outputs, run_make_temporary },
        { "NtMakePermanentObject", close_parameters, call_no_outputs, run_make_permanent },
        { "NtCompareObjects", compare_parameters, call_no_outputs, run_compare_objects },
        { NULL, NULL, NULL, NULL },
};
