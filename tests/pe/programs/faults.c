/*
 * What nobody handles ends the program with a report; the exit status is the low 8 bits of NT's status.
 *
 * Run: read
 * Err: (0xc0000005)
 * Exit: 5
 * Run: write
 * Err: (0xc0000005)
 * Exit: 5
 * Run: execute
 * Err: (0xc0000005)
 * Exit: 5
 * Run: divide
 * Err: (0xc0000094)
 * Exit: 148
 * Run: breakpoint
 * Err: (0x80000003)
 * Exit: 3
 * Run: illegal
 * Err: (0xc000001d)
 * Exit: 29
 * Run: privileged
 * Err: (0xc0000096)
 * Exit: 150
 * Run: guard
 * Err: (0x80000001)
 * Exit: 1
 * Run: overflow
 * Err: (0xc00000fd)
 * Exit: 253
 */

#include "../support/pe.h"

#define PARAMETERS_COMMAND_LINE 0x70

static volatile int dividend = 5, zero;

static void touch_guard(void) {
        PVOID base = NULL;
        SIZE_T size = 0x1000;

        NtAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size, MEM_COMMIT | MEM_RESERVE,
                        PAGE_READWRITE | PAGE_GUARD);
        *(volatile char *) base = 1;
}

static __attribute__((noinline)) int deeper(volatile int depth) {
        volatile char room[1000];

        room[0] = (char) depth;
        return depth < 0 ? 0 : deeper(depth + 1) + room[0];
}

NTSTATUS world_main(void) {
        const UNICODE_STRING *line =
                        &at_offset(UNICODE_STRING, process_parameters(), PARAMETERS_COMMAND_LINE);
        const WCHAR *end = line->Buffer + line->Length / 2;

        switch (end[-2] << 8 | end[-1]) {
        case 'a' << 8 | 'd':
                return *(volatile int *) 0x1234;
        case 't' << 8 | 'e': /* write, execute */
                if (end[-3] == 'i')
                        *(volatile int *) 0x1234 = 1;
                else
                        ((void (*)(void)) peb_self())();
                return 0;
        case 'd' << 8 | 'e': /* divide */
                return dividend / zero;
        case 'n' << 8 | 't': /* breakpoint */
                __asm__ volatile("int3");
                return 0;
        case 'a' << 8 | 'l': /* illegal */
                __asm__ volatile("ud2");
                return 0;
        case 'e' << 8 | 'd': /* privileged */
                __asm__ volatile("hlt");
                return 0;
        case 'r' << 8 | 'd': /* guard */
                touch_guard();
                return 0;
        case 'o' << 8 | 'w': /* overflow */
                return deeper(1);
        default:
                return 2;
        }
}
