#include "ldr-functions.h"
#include "ntrtlsync.h"
#include "ntrtlver.h"
#include "process.h"
#include "teb.h"
#include "thread-fls.h"
#include "thread-stack.h"
#include "zw.h"

/*
 * What ntdll.dll exports of the process and the thread that libzw, which lives in programs without
 * PEB and TEB too, cannot have. The names are Windows's behind a prefix of ours.
 */

#define STACK_STEP          ((SIZE_T) 0x100000)
#define PROCESSORS_IN_GROUP 64
#define ERROR_MODE_FLAGS    0x70u /* RTL_SEM_ of RtlSetThreadErrorMode() */

/* What RtlCreateUserStack() fills in. */
typedef struct InitialTeb {
        PVOID previous_stack_base;
        PVOID previous_stack_limit;
        PVOID stack_base;
        PVOID stack_limit;
        PVOID allocation_base;
} InitialTeb;

static Peb *NTAPI current_peb(void) {
        return teb_current()->peb;
}

static NTSTATUS NTAPI acquire_peb_lock(void) {
        return RtlEnterCriticalSection(process_peb()->fast_lock);
}

static NTSTATUS NTAPI release_peb_lock(void) {
        return RtlLeaveCriticalSection(process_peb()->fast_lock);
}

static NTSTATUS NTAPI last_nt_status(void) {
        return teb_current()->last_status;
}

static ULONG NTAPI last_win32_error(void) {
        return teb_current()->last_error;
}

static VOID NTAPI set_last_win32_error(ULONG error) {
        teb_current()->last_error = error;
}

static ULONG NTAPI status_to_dos_error(NTSTATUS status) {
        teb_current()->last_status = status;
        return RtlNtStatusToDosErrorNoTeb(status);
}

static VOID NTAPI set_last_error_and_status(NTSTATUS status) {
        teb_current()->last_error = status_to_dos_error(status);
}

static ULONG NTAPI thread_error_mode(void) {
        return teb_current()->hard_error_mode;
}

static NTSTATUS NTAPI set_thread_error_mode(ULONG mode, PULONG old) {
        if (mode & ~ERROR_MODE_FLAGS)
                return STATUS_INVALID_PARAMETER_1;
        if (old)
                *old = teb_current()->hard_error_mode;
        teb_current()->hard_error_mode = mode;
        return STATUS_SUCCESS;
}

static ULONG NTAPI nt_global_flags(void) {
        return process_peb()->nt_global_flag;
}

static BOOLEAN NTAPI product_type(PULONG ret) {
        if (!ret)
                return FALSE;
        *ret = VER_NT_WORKSTATION; /* NtProductWinNt */
        return TRUE;
}

static BOOLEAN NTAPI is_current_thread(HANDLE thread) {
        return thread == NtCurrentThread() ||
               NtCompareObjects(NtCurrentThread(), thread) == STATUS_SUCCESS;
}

static BOOLEAN NTAPI is_current_process(HANDLE process) {
        return process == NtCurrentProcess() ||
               NtCompareObjects(NtCurrentProcess(), process) == STATUS_SUCCESS;
}

/* Bytes to reserve, so that @commit of them can be used: what the program's image says unless it is
 * said here, and whole MiB where that is too little, as with CreateThread(). 0: more than there can
 * be. */
static SIZE_T stack_size(SIZE_T commit, SIZE_T reserve) {
        const IMAGE_NT_HEADERS64 *headers = RtlImageNtHeader(process_peb()->image_base);
        SIZE_T needed;

        if (reserve == 0)
                reserve = headers->OptionalHeader.SizeOfStackReserve;
        if (__builtin_add_overflow(commit, THREAD_STACK_GUARD, &needed))
                return 0;
        if (needed <= reserve)
                return reserve;
        return needed + STACK_STEP - 1 < needed ? 0 : (needed + STACK_STEP - 1) & ~(STACK_STEP - 1);
}

/* All of the stack is committed, whatever @commit says: Linux gives memory when it is touched. */
static NTSTATUS NTAPI create_user_stack(SIZE_T commit,
                SIZE_T reserve,
                ULONG zero_bits,
                SIZE_T commit_alignment,
                SIZE_T reserve_alignment,
                InitialTeb *ret) {
        ThreadStack stack;
        NTSTATUS status;
        SIZE_T size;

        if (commit_alignment == 0 || reserve_alignment == 0)
                return STATUS_INVALID_PARAMETER;
        if (zero_bits != 0)
                return STATUS_NOT_SUPPORTED;
        size = stack_size(commit, reserve);
        if (size == 0)
                return STATUS_NO_MEMORY;
        status = thread_stack_new(size, &stack);
        if (!NT_SUCCESS(status))
                return status;
        *ret = (InitialTeb){
                .stack_base = stack.base,
                .stack_limit = stack.limit,
                .allocation_base = stack.allocation,
        };
        return STATUS_SUCCESS;
}

static VOID NTAPI free_user_stack(PVOID allocation) {
        ThreadStack stack = { .allocation = allocation };

        thread_stack_free(&stack);
}

/* TEB_ACTIVE_FRAME: what code leaves on the stack for those that it calls. */
typedef struct ActiveFrame ActiveFrame;
struct ActiveFrame {
        ULONG flags;
        ActiveFrame *previous;
        const void *context;
};

static VOID NTAPI push_frame(ActiveFrame *frame) {
        frame->previous = teb_current()->active_frame;
        teb_current()->active_frame = frame;
}

/* Takes away those above @frame too. */
static VOID NTAPI pop_frame(ActiveFrame *frame) {
        teb_current()->active_frame = frame->previous;
}

static ActiveFrame *NTAPI get_frame(void) {
        return teb_current()->active_frame;
}

static VOID NTAPI current_processor(PROCESSOR_NUMBER *ret) {
        ULONG number = zw_get_current_processor_number();

        *ret = (PROCESSOR_NUMBER){
                .Group = (USHORT) (number / PROCESSORS_IN_GROUP),
                .Number = (UCHAR) (number % PROCESSORS_IN_GROUP),
        };
}

/* For programs of 32 bits the two differ. */
static NTSTATUS NTAPI native_system_information(SYSTEM_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        return zw_query_system_information(information_class, information, length, return_length);
}

static VOID NTAPI process_fls_data(PVOID data, ULONG flags) {
        if (data && data == teb_current()->fls_data && flags & 1)
                thread_fls_run_callbacks(teb_current());
}

const Builtin process_functions[] = {
        { "RtlAcquirePebLock", acquire_peb_lock },
        { "RtlCreateUserStack", create_user_stack },
        { "RtlFlsAlloc", thread_fls_alloc },
        { "RtlFlsFree", thread_fls_free },
        { "RtlFlsGetValue", thread_fls_get },
        { "RtlFlsSetValue", thread_fls_set },
        { "RtlFreeUserStack", free_user_stack },
        { "RtlGetCurrentPeb", current_peb },
        { "RtlGetCurrentProcessorNumberEx", current_processor },
        { "RtlGetFrame", get_frame },
        { "RtlGetLastNtStatus", last_nt_status },
        { "RtlGetLastWin32Error", last_win32_error },
        { "RtlGetNativeSystemInformation", native_system_information },
        { "RtlGetNtGlobalFlags", nt_global_flags },
        { "RtlGetNtProductType", product_type },
        { "RtlGetThreadErrorMode", thread_error_mode },
        { "RtlIsCurrentProcess", is_current_process },
        { "RtlIsCurrentThread", is_current_thread },
        { "RtlNtStatusToDosError", status_to_dos_error },
        { "RtlPopFrame", pop_frame },
        { "RtlProcessFlsData", process_fls_data },
        { "RtlPushFrame", push_frame },
        { "RtlReleasePebLock", release_peb_lock },
        { "RtlRestoreLastWin32Error", set_last_win32_error },
        { "RtlSetLastWin32Error", set_last_win32_error },
        { "RtlSetLastWin32ErrorAndNtStatusFromNtStatus", set_last_error_and_status },
        { "RtlSetThreadErrorMode", set_thread_error_mode },
};
const size_t process_n_functions = sizeof(process_functions) / sizeof(process_functions[0]);
