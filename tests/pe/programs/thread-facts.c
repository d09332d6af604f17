/*
 * What ntdll.dll tells of the calling thread and of the system.
 *
 * Out: done
 */

#include "../support/ldr.h"
#include "../support/pe.h"

typedef struct Frame {
        ULONG flags;
        struct Frame *previous;
        const void *context;
} Frame;

__attribute__((ms_abi)) void RtlPushFrame(Frame *frame);
__attribute__((ms_abi)) void RtlPopFrame(Frame *frame);
__attribute__((ms_abi)) Frame *RtlGetFrame(void);
__attribute__((ms_abi)) void RtlGetCurrentProcessorNumberEx(PROCESSOR_NUMBER *number);
__attribute__((ms_abi)) NTSTATUS RtlGetNativeSystemInformation(
                SYSTEM_INFORMATION_CLASS which, PVOID information, ULONG length, PULONG needed);
__attribute__((ms_abi)) BOOLEAN RtlDllShutdownInProgress(void);

static void frames(void) {
        Frame outer = { 0 }, inner = { 0 };

        check(RtlGetFrame() == NULL);
        RtlPushFrame(&outer);
        RtlPushFrame(&inner);
        check(RtlGetFrame() == &inner && inner.previous == &outer && !outer.previous);
        RtlPopFrame(&inner);
        check(RtlGetFrame() == &outer);
        RtlPushFrame(&inner);
        RtlPopFrame(&outer);
        check(RtlGetFrame() == NULL);
}

static void processors(void) {
        PROCESSOR_NUMBER number = { 0xFFFF, 0xFF, 0xFF };
        SYSTEM_BASIC_INFORMATION native, basic;
        ULONG needed = 0;

        check_status(NtQuerySystemInformation(SystemBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        check_status(RtlGetNativeSystemInformation(
                                     SystemBasicInformation, &native, sizeof(native), &needed),
                        STATUS_SUCCESS);
        check(needed == sizeof(native) && native.NumberOfProcessors == basic.NumberOfProcessors);
        check(native.AllocationGranularity == 0x10000);
        check_status(RtlGetNativeSystemInformation(SystemBasicInformation, &native, 1, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);

        RtlGetCurrentProcessorNumberEx(&number);
        check(number.Group != 0xFFFF && number.Number < 64 && number.Reserved == 0);
}

static void version(void) {
        RTL_OSVERSIONINFOW info = { .dwOSVersionInfoSize = sizeof(info) };
        ULONG major = 0, minor = 99, build = 0;

        check_status(RtlGetVersion(&info), STATUS_SUCCESS);
        RtlGetNtVersionNumbers(&major, &minor, &build);
        check(info.dwMajorVersion == major && info.dwMinorVersion == minor);
        check((0xF0000000 | info.dwBuildNumber) == build);
        check(info.dwMajorVersion == at_offset(ULONG, peb_self(), 0x118));
        check(info.dwMinorVersion == at_offset(ULONG, peb_self(), 0x11C));
        check(info.dwBuildNumber == at_offset(USHORT, peb_self(), 0x120));
        check(VerSetConditionMask(0, VER_BUILDNUMBER, VER_EQUAL) == 1 << 6);
}

NTSTATUS world_main(void) {
        ANSI_STRING text = { 3, 4, "abc" };

        frames();
        processors();
        version();
        check(!RtlDllShutdownInProgress());
        check(RtlxAnsiStringToUnicodeSize(&text) == 8);
        print("done\n");
        return failed;
}
