#include "platform.h"

/* Where a process finds its standard handles: offsets on x64. */
#define PEB_PARAMETERS       0x20
#define PARAMETERS_STDINPUT  0x20
#define PARAMETERS_STDOUTPUT 0x28

static HANDLE standard_handle(ULONG offset) {
        char *parameters = *(char **) ((char *) RtlGetCurrentPeb() + PEB_PARAMETERS);

        return *(HANDLE *) (parameters + offset);
}

ULONGLONG platform_clock(void) {
        LARGE_INTEGER counter;
        LARGE_INTEGER frequency;

        NtQueryPerformanceCounter(&counter, &frequency);
        return (ULONGLONG) counter.QuadPart * (1000000000u / (ULONGLONG) frequency.QuadPart);
}

ULONG platform_read(char *buffer, ULONG size) {
        IO_STATUS_BLOCK result;
        NTSTATUS status = NtReadFile(standard_handle(PARAMETERS_STDINPUT), NULL, NULL, NULL,
                        &result, buffer, size, NULL, NULL);

        return NT_SUCCESS(status) ? (ULONG) result.Information : 0;
}

void platform_write(const char *text, ULONG size) {
        IO_STATUS_BLOCK result;
        NTSTATUS status = NtWriteFile(standard_handle(PARAMETERS_STDOUTPUT), NULL, NULL, NULL,
                        &result, (PVOID) (ULONG_PTR) text, size, NULL, NULL);

        if (!NT_SUCCESS(status))
                NtTerminateProcess(NtCurrentProcess(), status);
}

/* There is no C library to start this program. */
void start(void) {
        NtTerminateProcess(NtCurrentProcess(), bench_main());
}
