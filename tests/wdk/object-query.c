/*
 * What can be asked of any object: name, type, counts, flags of handles; and handles of a handle.
 */

#include <ntifs.h>

#include "say.h"

static DECLSPEC_ALIGN(8) UCHAR Buffer[1024];

static VOID QueryName(_In_ PCSTR What, _In_ HANDLE Handle, _In_ ULONG Length) {
        ULONG needed = 0;
        NTSTATUS status = ZwQueryObject(
                        Handle, (OBJECT_INFORMATION_CLASS) 1, Buffer, Length, &needed);

        say_status(What, status);
        if (NT_SUCCESS(status))
                say_string("name", (PUNICODE_STRING) Buffer);
}

static VOID QueryBasic(_In_ HANDLE Handle) {
        PUBLIC_OBJECT_BASIC_INFORMATION *basic = (PUBLIC_OBJECT_BASIC_INFORMATION *) Buffer;
        NTSTATUS status =
                        ZwQueryObject(Handle, ObjectBasicInformation, Buffer, sizeof(*basic), NULL);

        say_status("basic", status);
        if (!NT_SUCCESS(status))
                return;
        say_number("granted", basic->GrantedAccess);
        say_number("handles", basic->HandleCount);
}

static VOID QueryType(_In_ HANDLE Handle) {
        ULONG needed = 0;

        say_status("type", ZwQueryObject(Handle, ObjectTypeInformation, Buffer, sizeof(Buffer),
                                           &needed));
        say_string("its name", (PUNICODE_STRING) Buffer);
        say_status("type without room",
                        ZwQueryObject(Handle, ObjectTypeInformation, Buffer, 16, &needed));
}

static VOID Duplicate(_In_ HANDLE Handle) {
        HANDLE copy = NULL;

        say_status("fewer rights", ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(),
                                                   &copy, SECTION_QUERY, OBJ_INHERIT, 0));
        QueryBasic(copy);
        say_status("close the source",
                        ZwDuplicateObject(NtCurrentProcess(), copy, NtCurrentProcess(), &copy, 0, 0,
                                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
        QueryBasic(copy);
        say_status("of no handle",
                        ZwDuplicateObject(NtCurrentProcess(), (HANDLE) (ULONG_PTR) 0xFFFF0,
                                        NtCurrentProcess(), &copy, 0, 0, DUPLICATE_SAME_ACCESS));
        ZwClose(copy);
}

int main(void) {
        UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\WdkQueried");
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;
        HANDLE named = NULL, unnamed = NULL;

        size.QuadPart = 3 * PAGE_SIZE;
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        say_status("named", ZwCreateSection(&named, SECTION_MAP_READ | SECTION_QUERY, &attributes,
                                            &size, PAGE_READONLY, SEC_COMMIT, NULL));
        say_status("unnamed", ZwCreateSection(&unnamed, SECTION_ALL_ACCESS, NULL, &size,
                                              PAGE_READWRITE, SEC_COMMIT, NULL));
        QueryName("query", named, sizeof(Buffer));
        QueryName("query without room", named, 4);
        QueryName("query", unnamed, sizeof(Buffer));
        QueryBasic(named);
        QueryType(named);
        Duplicate(named);
        QueryBasic(named);
        say_status("no handle", ZwQueryObject(NULL, ObjectBasicInformation, Buffer, 56, NULL));
        ZwClose(named);
        ZwClose(unnamed);
        return 0;
}
