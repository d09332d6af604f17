/*
 * The TEB and the PEB are where Windows programs look for them and have in them what they look for.
 *
 * Out: done
 */

#include "../support/pe.h"

/* Offsets on x64. */
#define TEB_STACK_BASE         0x08
#define TEB_STACK_LIMIT        0x10
#define TEB_SELF               0x30
#define TEB_PROCESS_ID         0x40
#define TEB_THREAD_ID          0x48
#define TEB_PEB                0x60
#define TEB_DEALLOCATION_STACK 0x1478

#define PEB_BEING_DEBUGGED  0x02
#define PEB_IMAGE_BASE      0x10
#define PEB_LOADER          0x18
#define PEB_PARAMETERS      0x20
#define PEB_HEAP            0x30
#define PEB_OS_MAJOR        0x118
#define PEB_N_PROCESSORS    0xB8

#define PARAMETERS_CURRENT_DIRECTORY 0x38
#define PARAMETERS_IMAGE_PATH        0x60
#define PARAMETERS_ENVIRONMENT       0x80

static void check_teb(void) {
        char *teb = teb_self();
        char here;
        PROCESS_BASIC_INFORMATION basic = { 0 };

        check(at_offset(char *, teb, TEB_SELF) == teb);
        check(at_offset(char *, teb, TEB_PEB) == peb_self());
        check(&here < at_offset(char *, teb, TEB_STACK_BASE));
        check(&here >= at_offset(char *, teb, TEB_STACK_LIMIT));
        check(at_offset(char *, teb, TEB_DEALLOCATION_STACK) <= at_offset(char *, teb, TEB_STACK_LIMIT));
        check(at_offset(ULONG_PTR, teb, TEB_THREAD_ID) != 0);
        check_status(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation, &basic,
                                     sizeof(basic), NULL),
                        STATUS_SUCCESS);
        check(at_offset(ULONG_PTR, teb, TEB_PROCESS_ID) == basic.UniqueProcessId);
        check((char *) basic.PebBaseAddress == peb_self());
}

/* The stack is memory of the process, committed where it is in use. */
static void check_stack(void) {
        MEMORY_BASIC_INFORMATION memory = { 0 };
        char here;

        check_status(NtQueryVirtualMemory(NtCurrentProcess(), &here, MemoryBasicInformation, &memory,
                                     sizeof(memory), NULL),
                        STATUS_SUCCESS);
        check(memory.State == MEM_COMMIT);
        check(memory.Protect == PAGE_READWRITE);
        check(memory.Type == MEM_PRIVATE);
        check(memory.AllocationBase == at_offset(PVOID, teb_self(), TEB_DEALLOCATION_STACK));
}

static bool ends_with(const UNICODE_STRING *string, const char *end) {
        ULONG n = 0;

        while (end[n])
                n++;
        if (string->Length / 2 < n)
                return false;
        for (ULONG i = 0; i < n; i++) {
                if (string->Buffer[string->Length / 2 - n + i] != (WCHAR) end[i])
                        return false;
        }
        return true;
}

static void check_peb(void) {
        char *peb = peb_self(), *parameters = process_parameters();
        char *image = at_offset(char *, peb, PEB_IMAGE_BASE);
        MEMORY_BASIC_INFORMATION memory = { 0 };

        check(at_offset(UCHAR, peb, PEB_BEING_DEBUGGED) == 0);
        check(image[0] == 'M' && image[1] == 'Z');
        check((char *) &check_peb > image);
        check(at_offset(PVOID, peb, PEB_LOADER) != NULL);
        check(at_offset(PVOID, peb, PEB_HEAP) != NULL);
        check(at_offset(ULONG, peb, PEB_OS_MAJOR) >= 6);
        check(at_offset(ULONG, peb, PEB_N_PROCESSORS) >= 1);
        check_status(NtQueryVirtualMemory(NtCurrentProcess(), image, MemoryBasicInformation, &memory,
                                     sizeof(memory), NULL),
                        STATUS_SUCCESS);
        check(memory.Type == MEM_IMAGE && memory.AllocationBase == image);
        check(ends_with(&at_offset(UNICODE_STRING, parameters, PARAMETERS_IMAGE_PATH),
                        "environment-block.exe"));
        check(ends_with(&at_offset(UNICODE_STRING, parameters, PARAMETERS_CURRENT_DIRECTORY), "\\"));
        check(at_offset(PVOID, parameters, PARAMETERS_ENVIRONMENT) != NULL);
}

/* Variables end with one that is empty. Their names may begin with '='. */
static void check_environment(void) {
        const WCHAR *at = at_offset(WCHAR *, process_parameters(), PARAMETERS_ENVIRONMENT);
        bool found = false;

        while (*at) {
                const WCHAR *name = at;
                bool has_value = false;

                found = found || (name[0] == 'P' && name[1] == 'A' && name[2] == 'T' && name[3] == 'H');
                for (at++; *at; at++)
                        has_value = has_value || *at == '=';
                check(has_value);
                at++;
        }
        check(found);
}

NTSTATUS world_main(void) {
        check_teb();
        check_stack();
        check_peb();
        check_environment();
        print("done\n");
        return failed;
}
