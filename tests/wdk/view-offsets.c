/*
 * Views of parts of a section: offsets, sizes, reserved memory that is committed later.
 */

#include <ntifs.h>

#include "say.h"

#define GRANULARITY 0x10000

static NTSTATUS CreateSection(_In_ LONGLONG Size, _In_ ULONG Kind, _Out_ PHANDLE Section) {
        LARGE_INTEGER size;

        size.QuadPart = Size;
        return ZwCreateSection(
                        Section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, Kind, NULL);
}

static NTSTATUS Map(_In_ HANDLE Section,
                _In_ LONGLONG Offset,
                _Inout_ PSIZE_T Size,
                _In_ SIZE_T Commit,
                _Outptr_ PVOID *View) {
        LARGE_INTEGER offset;

        offset.QuadPart = Offset;
        *View = NULL;
        return ZwMapViewOfSection(Section, NtCurrentProcess(), View, 0, Commit, &offset, Size,
                        ViewUnmap, 0, PAGE_READWRITE);
}

static VOID Try(_In_ PCSTR What, _In_ HANDLE Section, _In_ LONGLONG Offset, _In_ SIZE_T Size) {
        PVOID view;
        NTSTATUS status = Map(Section, Offset, &Size, 0, &view);

        say_status(What, status);
        if (!NT_SUCCESS(status))
                return;
        say_number("view size", Size);
        ZwUnmapViewOfSection(NtCurrentProcess(), view);
}

static VOID WriteThroughTwo(_In_ HANDLE Section) {
        PULONG all = NULL, second = NULL;
        SIZE_T size = 0;

        if (!NT_SUCCESS(Map(Section, 0, &size, 0, (PVOID *) &all)))
                return;
        size = PAGE_SIZE;
        if (!NT_SUCCESS(Map(Section, GRANULARITY, &size, 0, (PVOID *) &second)))
                return;
        second[1] = 0xC0FFEE;
        say_number("seen through the other", all[GRANULARITY / sizeof(ULONG) + 1]);
        ZwUnmapViewOfSection(NtCurrentProcess(), all);
        say_number("still there", second[1]);
        ZwUnmapViewOfSection(NtCurrentProcess(), second);
}

static VOID CommitLater(VOID) {
        HANDLE section;
        PVOID view, page;
        SIZE_T size = 0;

        say_status("reserved section", CreateSection(4 * GRANULARITY, SEC_RESERVE, &section));
        say_status("view of it", Map(section, 0, &size, PAGE_SIZE, &view));
        say_number("view size", size);
        *(PULONG) view = 1;
        page = (PUCHAR) view + GRANULARITY;
        size = 2 * PAGE_SIZE;
        say_status("commit more", ZwAllocateVirtualMemory(NtCurrentProcess(), &page, 0, &size,
                                                  MEM_COMMIT, PAGE_READWRITE));
        *(PULONG) page = 2;
        size = 0;
        say_status("release a view",
                        ZwFreeVirtualMemory(NtCurrentProcess(), &view, &size, MEM_RELEASE));
        say_status("unmap", ZwUnmapViewOfSection(NtCurrentProcess(), page));
        ZwClose(section);
}

int main(void) {
        HANDLE section;

        say_status("section", CreateSection(2 * GRANULARITY + 1, SEC_COMMIT, &section));
        Try("all", section, 0, 0);
        Try("second part", section, GRANULARITY, 0);
        Try("a few bytes", section, 0, 3);
        Try("odd offset", section, PAGE_SIZE, 0);
        Try("too much", section, GRANULARITY, 2 * GRANULARITY);
        WriteThroughTwo(section);
        ZwClose(section);
        CommitLater();
        return 0;
}
