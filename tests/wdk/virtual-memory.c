/*
 * Private memory: reserved, committed in parts, protected, asked about, given back.
 *
 * Microsoft's headers have ZwAllocateVirtualMemory() and ZwFreeVirtualMemory(); the other two are
 * declared here, as programs that use them do.
 */

#include <ntifs.h>

#include "say.h"

EXTERN_C NTSYSAPI NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                ULONG NewProtect,
                PULONG OldProtect);

#define RESERVED (16 * PAGE_SIZE)

static VOID Protect(_In_ PSTR What, _In_ PVOID Address, _In_ SIZE_T Size, _In_ ULONG New) {
        ULONG old = 0;
        NTSTATUS status = NtProtectVirtualMemory(NtCurrentProcess(), &Address, &Size, New, &old);

        say_status(What, status);
        if (!NT_SUCCESS(status))
                return;
        say_number("old protection", old);
        say_number("bytes", Size);
}

static VOID FillAndSum(_Inout_updates_bytes_(Size) PUCHAR Memory, _In_ SIZE_T Size) {
        ULONG sum = 0;
        SIZE_T i;

        RtlFillMemory(Memory, Size, 0x5A);
        RtlZeroMemory(Memory, Size / 2);
        for (i = 0; i < Size; i++)
                sum += Memory[i];
        say_number("sum", sum);
}

int main(void) {
        PVOID base = NULL, page;
        SIZE_T size = RESERVED - 1;
        char protect[] = "protect", refused[] = "protect what is reserved",
             odd[] = "odd protection";

        say_status("reserve", ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size,
                                              MEM_RESERVE, PAGE_READWRITE));
        say_number("bytes", size);
        say_number("aligned to 64 KiB", (ULONG_PTR) base % 65536 == 0);

        page = (PUCHAR) base + 4 * PAGE_SIZE + 100;
        size = PAGE_SIZE;
        say_status("commit", ZwAllocateVirtualMemory(NtCurrentProcess(), &page, 0, &size,
                                             MEM_COMMIT, PAGE_READWRITE));
        say_number("from page", BYTES_TO_PAGES((ULONG_PTR) page - (ULONG_PTR) base));
        say_number("bytes", size);
        FillAndSum((PUCHAR) page, size);

        Protect(protect, page, 1, PAGE_READONLY);
        Protect(protect, (PUCHAR) page + PAGE_SIZE, PAGE_SIZE, PAGE_NOACCESS);
        Protect(refused, base, PAGE_SIZE, PAGE_READWRITE);
        Protect(odd, page, 1, PAGE_READONLY | PAGE_READWRITE);

        size = PAGE_SIZE;
        say_status("decommit", ZwFreeVirtualMemory(NtCurrentProcess(), &page, &size, MEM_DECOMMIT));
        size = 0;
        say_status("release from within",
                        ZwFreeVirtualMemory(NtCurrentProcess(), &page, &size, MEM_RELEASE));
        size = 0;
        say_status("release", ZwFreeVirtualMemory(NtCurrentProcess(), &base, &size, MEM_RELEASE));
        say_number("bytes", size);
        return 0;
}
