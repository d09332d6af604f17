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

typedef struct InitialTeb {
        void *previous_base;
        void *previous_limit;
        char *base;
        char *limit;
        char *allocation;
} InitialTeb;

__attribute__((ms_abi)) NTSTATUS RtlCreateUserStack(SIZE_T commit,
                SIZE_T reserve,
                ULONG zero_bits,
                SIZE_T commit_alignment,
                SIZE_T reserve_alignment,
                InitialTeb *ret);
__attribute__((ms_abi)) void RtlFreeUserStack(PVOID allocation);
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

/* What is committed is as much as was asked for or more. */
static void stacks(void) {
        static const SIZE_T sizes[][2] = { { 0x11000, 0x110000 }, { 0x100000, 0x10000 }, { 0, 0 } };
        InitialTeb stack = { 0 };

        check_status(RtlCreateUserStack(0x11000, 0x110000, 0, 0, 1, &stack),
                        STATUS_INVALID_PARAMETER);
        check_status(RtlCreateUserStack(0x11000, 0x110000, 0, 1, 0, &stack),
                        STATUS_INVALID_PARAMETER);
        check(!stack.base);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
                stack = (InitialTeb){ .previous_base = &stack, .previous_limit = &stack };
                check_status(RtlCreateUserStack(
                                             sizes[i][0], sizes[i][1], 0, 0x1000, 0x10000, &stack),
                                STATUS_SUCCESS);
                check(!stack.previous_base && !stack.previous_limit);
                check((ULONG_PTR) stack.allocation % 0x10000 == 0);
                check((SIZE_T) (stack.base - stack.limit) >= sizes[i][0]);
                check((SIZE_T) (stack.base - stack.allocation) >= sizes[i][1]);
                check(stack.allocation < stack.limit && stack.limit < stack.base);
                stack.base[-8] = 1;
                *stack.limit = 1;
                RtlFreeUserStack(stack.allocation);
        }
}

NTSTATUS world_main(void) {
        ANSI_STRING text = { 3, 4, "abc" };

        frames();
        processors();
        version();
        stacks();
        check(!RtlDllShutdownInProgress());
        check(RtlxAnsiStringToUnicodeSize(&text) == 8);
        print("done\n");
        return failed;
}
