/*
 * Two parts of a program meet in a named section: who makes it, who opens it, what each may do.
 */

#include <wdm.h>

#include "say.h"

#define SECTION_NAME L"\\BaseNamedObjects\\WdkNamedSection"

typedef struct _SHARED_COUNTERS {
        LONG Generation;
        ULONG Reserved;
        LONGLONG Values[8];
} SHARED_COUNTERS, *PSHARED_COUNTERS;

C_ASSERT(FIELD_OFFSET(SHARED_COUNTERS, Values) == 8);

_IRQL_requires_max_(PASSIVE_LEVEL) _Must_inspect_result_ static NTSTATUS
                CreateShared(_In_ ULONG Attributes, _In_ LONGLONG Size, _Out_ PHANDLE Section) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;

        PAGED_CODE();
        RtlInitUnicodeString(&name, SECTION_NAME);
        InitializeObjectAttributes(
                        &attributes, &name, OBJ_CASE_INSENSITIVE | Attributes, NULL, NULL);
        size.QuadPart = Size;
        return ZwCreateSection(Section, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

static NTSTATUS OpenShared(_In_ ACCESS_MASK Access, _Out_ PHANDLE Section) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&name, L"\\BaseNamedObjects\\wdkNAMEDsection");
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return ZwOpenSection(Section, Access, &attributes);
}

static NTSTATUS MapShared(_In_ HANDLE Section, _In_ ULONG Protect, _Outptr_ PVOID *View) {
        SIZE_T size = 0;

        *View = NULL;
        return ZwMapViewOfSection(Section, NtCurrentProcess(), View, 0, 0, NULL, &size, ViewUnmap,
                        0, Protect);
}

static void CountTogether(HANDLE Writer, HANDLE Reader) {
        PSHARED_COUNTERS written = NULL;
        PSHARED_COUNTERS read = NULL;
        ULONG i;

        say_status("map for writing", MapShared(Writer, PAGE_READWRITE, (PVOID *) &written));
        say_status("map for reading", MapShared(Reader, PAGE_READONLY, (PVOID *) &read));
        if (!written || !read)
                return;
        for (i = 0; i < ARRAYSIZE(written->Values); i++)
                written->Values[i] = Int32x32To64(i, -3);
        InterlockedIncrement(&written->Generation);
        say_number("views differ", written != read);
        say_number("generation", (ULONG) read->Generation);
        say_number("last value", (ULONGLONG) -read->Values[7]);
        say_status("unmap", ZwUnmapViewOfSection(NtCurrentProcess(), written));
        say_status("unmap again", ZwUnmapViewOfSection(NtCurrentProcess(), written));
        say_status("unmap the other", ZwUnmapViewOfSection(NtCurrentProcess(), read));
}

int main(void) {
        HANDLE section = NULL, again = NULL, reader = NULL;
        PVOID view;

        say_status("open what is not there", OpenShared(SECTION_MAP_READ, &reader));
        say_status("create", CreateShared(0, 100000, &section));
        say_status("create again", CreateShared(0, 65536, &again));
        say_status("create or open", CreateShared(OBJ_OPENIF, 65536, &again));
        say_status("open", OpenShared(SECTION_MAP_READ, &reader));
        CountTogether(section, reader);
        say_status("write with a handle for reading", MapShared(reader, PAGE_READWRITE, &view));
        ZwClose(again);
        ZwClose(section);
        say_status("open while a handle is left", OpenShared(SECTION_QUERY, &again));
        ZwClose(again);
        ZwClose(reader);
        say_status("open after the last handle", OpenShared(SECTION_QUERY, &again));
        say_status("close a closed handle", ZwClose(reader));
        return 0;
}
