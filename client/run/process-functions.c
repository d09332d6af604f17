#include "ntrtlsync.h"
#include "process.h"
#include "teb.h"
#include "thread-fls.h"
#include "thread-stack.h"
#include "zw.h"

/*
 * What ntdll.dll exports of the process and the thread that libzw, which lives in programs without
 * PEB and TEB too, cannot have. The names are Windows's behind a prefix of ours.
 */

#define OS_BUILD_IS_FREE    0xF0000000u
#define PRODUCT_WORKSTATION 1u

#define ERROR_MODE_FLAGS 0x70u /* RTL_SEM_ of RtlSetThreadErrorMode() */

/* What RtlCreateUserStack() fills in. */
typedef struct InitialTeb {
        PVOID previous_stack_base;
        PVOID previous_stack_limit;
        PVOID stack_base;
        PVOID stack_limit;
        PVOID allocation_base;
} InitialTeb;

/* RTL_OSVERSIONINFOEXW, of which RTL_OSVERSIONINFOW is the beginning. */
typedef struct VersionInformation {
        ULONG size;
        ULONG major_version;
        ULONG minor_version;
        ULONG build_number;
        ULONG platform_id;
        WCHAR csd_version[128];
        USHORT service_pack_major;
        USHORT service_pack_minor;
        USHORT suite_mask;
        UCHAR product_type;
        UCHAR reserved;
} VersionInformation;

_Static_assert(sizeof(VersionInformation) == 284, "RTL_OSVERSIONINFOEXW");
_Static_assert(offsetof(VersionInformation, service_pack_major) == 276, "RTL_OSVERSIONINFOW");

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

static NTSTATUS NTAPI get_version(VersionInformation *ret) {
        const Peb *peb = process_peb();

        ret->major_version = peb->os_major_version;
        ret->minor_version = peb->os_minor_version;
        ret->build_number = peb->os_build_number;
        ret->platform_id = peb->os_platform_id;
        ret->csd_version[0] = 0;
        if (ret->size < sizeof(*ret))
                return STATUS_SUCCESS;
        ret->service_pack_major = ret->service_pack_minor = 0;
        ret->suite_mask = 0;
        ret->product_type = PRODUCT_WORKSTATION;
        ret->reserved = 0;
        return STATUS_SUCCESS;
}

static VOID NTAPI version_numbers(PULONG major, PULONG minor, PULONG build) {
        const Peb *peb = process_peb();

        if (major)
                *major = peb->os_major_version;
        if (minor)
                *minor = peb->os_minor_version;
        if (build)
                *build = peb->os_build_number | OS_BUILD_IS_FREE;
}

static BOOLEAN NTAPI product_type(PULONG ret) {
        if (!ret)
                return FALSE;
        *ret = PRODUCT_WORKSTATION;
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

/* All of the stack is committed, whatever @commit says: Linux gives memory when it is touched. */
static NTSTATUS NTAPI create_user_stack(SIZE_T commit,
                SIZE_T reserve,
                ULONG zero_bits,
                SIZE_T commit_alignment,
                SIZE_T reserve_alignment,
                InitialTeb *ret) {
        ThreadStack stack;
        NTSTATUS status;

        if (commit_alignment == 0 || reserve_alignment == 0)
                return STATUS_INVALID_PARAMETER;
        if (zero_bits != 0)
                return STATUS_NOT_SUPPORTED;
        status = thread_stack_new(reserve > commit ? reserve : commit, &stack);
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
        { "RtlGetLastNtStatus", last_nt_status },
        { "RtlGetLastWin32Error", last_win32_error },
        { "RtlGetNtGlobalFlags", nt_global_flags },
        { "RtlGetNtProductType", product_type },
        { "RtlGetNtVersionNumbers", version_numbers },
        { "RtlGetThreadErrorMode", thread_error_mode },
        { "RtlGetVersion", get_version },
        { "RtlIsCurrentProcess", is_current_process },
        { "RtlIsCurrentThread", is_current_thread },
        { "RtlNtStatusToDosError", status_to_dos_error },
        { "RtlProcessFlsData", process_fls_data },
        { "RtlReleasePebLock", release_peb_lock },
        { "RtlRestoreLastWin32Error", set_last_win32_error },
        { "RtlSetLastWin32Error", set_last_win32_error },
        { "RtlSetLastWin32ErrorAndNtStatusFromNtStatus", set_last_error_and_status },
        { "RtlSetThreadErrorMode", set_thread_error_mode },
};
const size_t process_n_functions = sizeof(process_functions) / sizeof(process_functions[0]);
