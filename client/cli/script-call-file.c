#include "script-call.h"

/* Files: only what a story needs; with NtCreateSection's file a handle goes on from here. */

#define READ_MAX (1024u * 1024)

static NTSTATUS run_create_file(Call *call) {
        g_auto(Attributes) attributes = { 0 };
        LARGE_INTEGER allocation = { .QuadPart = (LONGLONG) call_integer(call, "allocation") };
        IO_STATUS_BLOCK io = { { 0 }, 0 };
        NTSTATUS status;

        attributes_init(&attributes, call);
        status = ENTRY(call, CreateFile)(attributes.handle, call_ulong(call, "access"),
                        attributes.pointer, &io, call_has(call, "allocation") ? &allocation : NULL,
                        call_ulong(call, "file_attributes"), call_ulong(call, "share"),
                        call_ulong(call, "disposition"), call_ulong(call, "options"), NULL, 0);
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        call_give_integer(call, "information", io.Information);
        return status;
}

static const Parameter create_file_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        OBJECT_PARAMETERS,
        { "allocation", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "file_attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "share", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "disposition", SCRIPT_INTEGER, PARAMETER_NAMED, FILE_OPEN },
        { "options", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output create_file_outputs[] = {
        { "handle", SCRIPT_INTEGER },
        { "information", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_read_file(Call *call) {
        LARGE_INTEGER offset = { .QuadPart = (LONGLONG) call_integer(call, "offset") };
        ULONG size = MIN(call_ulong(call, "size"), READ_MAX);
        g_autofree uint8_t *bytes = g_malloc0(size + 1);
        IO_STATUS_BLOCK io = { { 0 }, 0 };
        NTSTATUS status;

        status = ENTRY(call, ReadFile)(call_handle(call, "file"), NULL, NULL, NULL, &io, bytes,
                        size, call_has(call, "offset") ? &offset : NULL, NULL);
        call_give_integer(call, "information", io.Information);
        if (NT_SUCCESS(status))
                call_give(call, "bytes", script_bytes_new(bytes, MIN(io.Information, size)));
        return status;
}

static const Parameter read_file_parameters[] = {
        { "file", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "size", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "offset", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output read_file_outputs[] = {
        { "bytes", SCRIPT_BYTES },
        { "information", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_write_file(Call *call) {
        LARGE_INTEGER offset = { .QuadPart = (LONGLONG) call_integer(call, "offset") };
        IO_STATUS_BLOCK io = { { 0 }, 0 };
        size_t size = 0;
        const uint8_t *bytes = script_bytes(call->arguments[2], &size);
        NTSTATUS status;

        status = ENTRY(call, WriteFile)(call_handle(call, "file"), NULL, NULL, NULL, &io,
                        (PVOID) bytes, (ULONG) size, call_has(call, "offset") ? &offset : NULL,
                        NULL);
        call_give_integer(call, "information", io.Information);
        return status;
}

static const Parameter write_file_parameters[] = {
        { "file", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "offset", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "bytes", SCRIPT_BYTES, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output information_output[] = {
        { "information", SCRIPT_INTEGER },
        { NULL, 0 },
};

/* What FileStandardInformation and FilePositionInformation say, which are the ones that change. */
static NTSTATUS run_query_file(Call *call) {
        FILE_POSITION_INFORMATION position = { .CurrentByteOffset.QuadPart = 0 };
        FILE_STANDARD_INFORMATION standard;
        HANDLE file = call_handle(call, "file");
        IO_STATUS_BLOCK io;
        NTSTATUS status;

        status = ENTRY(call, QueryInformationFile)(
                        file, &io, &standard, sizeof(standard), FileStandardInformation);
        if (NT_SUCCESS(status))
                status = ENTRY(call, QueryInformationFile)(
                                file, &io, &position, sizeof(position), FilePositionInformation);
        if (!NT_SUCCESS(status))
                return status;
        call_give_integer(call, "size", (uint64_t) standard.EndOfFile.QuadPart);
        call_give_integer(call, "delete_pending", standard.DeletePending);
        call_give_integer(call, "directory", standard.Directory);
        call_give_integer(call, "position", (uint64_t) position.CurrentByteOffset.QuadPart);
        return status;
}

static const Parameter query_file_parameters[] = {
        { "file", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output query_file_outputs[] = {
        { "size", SCRIPT_INTEGER },
        { "delete_pending", SCRIPT_INTEGER },
        { "directory", SCRIPT_INTEGER },
        { "position", SCRIPT_INTEGER },
        { NULL, 0 },
};

/* Classes that are a number: the position, sizes, and whether the file is to be deleted. */
static NTSTATUS run_set_file(Call *call) {
        union {
                LONGLONG number;
                BOOLEAN yes;
        } value = { .number = (LONGLONG) call_integer(call, "value") };
        FILE_INFORMATION_CLASS class = (FILE_INFORMATION_CLASS) call_ulong(call, "class");
        IO_STATUS_BLOCK io;

        if (class == FileDispositionInformation)
                value.yes = value.number != 0;
        return ENTRY(call, SetInformationFile)(call_handle(call, "file"), &io, &value,
                        class == FileDispositionInformation ? sizeof(value.yes) : sizeof(value),
                        class);
}

static const Parameter set_file_parameters[] = {
        { "file", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "class", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "value", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

const Service script_file_services[] = {
        { "NtCreateFile", create_file_parameters, create_file_outputs, run_create_file },
        { "NtReadFile", read_file_parameters, read_file_outputs, run_read_file },
        { "NtWriteFile", write_file_parameters, information_output, run_write_file },
        { "NtQueryInformationFile", query_file_parameters, query_file_outputs, run_query_file },
        { "NtSetInformationFile", set_file_parameters, call_no_outputs, run_set_file },
        { NULL, NULL, NULL, NULL },
};
