#include "fault.h"

#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "instruction.h"
#include "maps.h"
#include "ntstatus.h"
#include "report-memory.h"
#include "report.h"
#include "status.h"
#include "teb.h"

/*
 * Faults
 *
 * Linux tells less than the processor does, but hands on what the processor said: the number of the
 * trap, and for page faults whether it was a write or an instruction fetch. Where Windows looks at
 * the instruction itself (interrupts by number, division by zero or overflow), so do we.
 *
 * libzw passes on the fault at a guard page after it has ended the guard. So the page that faulted
 * allows the access when we look at it: that is how the two are told apart.
 */

typedef enum Trap {
        TRAP_DEBUG = 1,
        TRAP_BREAK = 3,
        TRAP_OVERFLOW_FLAG = 4,
        TRAP_BOUND = 5,
        TRAP_STACK_SEGMENT = 12,
        TRAP_PROTECTION = 13,
        TRAP_PAGE = 14,
        TRAP_ALIGNMENT = 17,
        TRAP_SIMD = 19,
} Trap;

#define PAGE_FAULT_WRITE 0x02
#define PAGE_FAULT_FETCH 0x10

#define ACCESS_READ    0u
#define ACCESS_WRITE   1u
#define ACCESS_EXECUTE 8u

#define NOWHERE (~(ULONG_PTR) 0) /* the address of what has none: one that is not canonical */

#define INTERRUPT_FAST_FAIL 0x29u
#define INTERRUPT_ASSERT    0x2Cu
#define INTERRUPT_DEBUG     0x2Du

/* How far below its limit a stack is thought to have run over: a guard area, and a large frame. */
#define STACK_BEYOND 0x10000u

typedef struct Fault {
        int signal;
        const siginfo_t *info;
        greg_t trap, error;
        Context context;
        ExceptionRecord record;
} Fault;

void exception_dispatch(const ExceptionRecord *record, const Context *context) {
        report_fault(record, context);
}

static void set_record(Fault *fault, NTSTATUS code) {
        fault->record.code = code;
        fault->record.n_parameters = 0;
}

static void add_parameter(Fault *fault, ULONG_PTR parameter) {
        fault->record.parameters[fault->record.n_parameters++] = parameter;
}

static void set_access(Fault *fault, NTSTATUS code, ULONG_PTR access, ULONG_PTR address) {
        set_record(fault, code);
        add_parameter(fault, access);
        add_parameter(fault, address);
}

static ULONG_PTR access_of(const Fault *fault) {
        if (fault->error & PAGE_FAULT_FETCH)
                return ACCESS_EXECUTE;
        return fault->error & PAGE_FAULT_WRITE ? ACCESS_WRITE : ACCESS_READ;
}

/* What GS addresses: the TEB, of threads of the program; 0 of others. */
static uint64_t gs_base(void) {
        uint64_t base = 0;

        if (syscall(SYS_arch_prctl, ARCH_GET_GS, &base) < 0)
                return 0;
        return base;
}

/* Whether @address is just below the stack of the thread, where only a stack that is full reaches.
 */
static bool is_stack_overflow(uint64_t address) {
        uint64_t base = gs_base(), bottom;
        Teb teb;

        if (base == 0 || report_read(base, &teb, sizeof(teb)) < sizeof(teb))
                return false;
        bottom = (uint64_t) teb.deallocation_stack;
        return bottom != 0 && address + STACK_BEYOND >= bottom &&
               address < (uint64_t) teb.stack_limit;
}

static void take_page_fault(Fault *fault) {
        ULONG_PTR address = (ULONG_PTR) fault->info->si_addr;
        ULONG_PTR access = access_of(fault);

        if (is_stack_overflow(address)) {
                set_record(fault, STATUS_STACK_OVERFLOW);
                add_parameter(fault, access == ACCESS_WRITE);
                add_parameter(fault, address);
                return;
        }
        if (fault->info->si_code == SEGV_ACCERR &&
                        maps_allow(address, access == ACCESS_WRITE, access == ACCESS_EXECUTE))
                set_access(fault, STATUS_GUARD_PAGE_VIOLATION, access, address);
        else
                set_access(fault, STATUS_ACCESS_VIOLATION, access, address);
}

/* int n with a vector that Linux gives nobody. */
static void take_interrupt(Fault *fault, const Instruction *instruction) {
        switch (instruction->vector) {
        case INTERRUPT_FAST_FAIL: /* __fastfail(): its code is in ecx */
                set_record(fault, STATUS_STACK_BUFFER_OVERRUN);
                fault->record.flags = EXCEPTION_NONCONTINUABLE_FLAG;
                add_parameter(fault, (ULONG) fault->context.integer[CONTEXT_RCX]);
                return;
        case INTERRUPT_ASSERT:
                set_record(fault, STATUS_ASSERTION_FAILURE);
                return;
        case INTERRUPT_DEBUG: /* one more byte is skipped behind it */
                set_record(fault, STATUS_BREAKPOINT);
                fault->context.rip += instruction->length + 1;
                fault->record.address = (PVOID) fault->context.rip;
                add_parameter(fault, fault->context.integer[CONTEXT_RAX]);
                return;
        default:
                set_access(fault, STATUS_ACCESS_VIOLATION, ACCESS_READ, NOWHERE);
                return;
        }
}

static void take_protection_fault(Fault *fault) {
        Instruction instruction = instruction_at(&fault->context);

        switch (instruction.kind) {
        case INSTRUCTION_INTERRUPT:
                take_interrupt(fault, &instruction);
                return;
        case INSTRUCTION_PRIVILEGED:
                set_record(fault, STATUS_PRIVILEGED_INSTRUCTION);
                return;
        case INSTRUCTION_OTHER:
                break;
        }
        set_access(fault, STATUS_ACCESS_VIOLATION, ACCESS_READ, NOWHERE);
}

static void take_segv(Fault *fault) {
        switch (fault->trap) {
        case TRAP_PAGE:
                take_page_fault(fault);
                return;
        case TRAP_OVERFLOW_FLAG:
                set_record(fault, STATUS_INTEGER_OVERFLOW);
                return;
        case TRAP_BOUND:
                set_record(fault, STATUS_ARRAY_BOUNDS_EXCEEDED);
                return;
        default:
                take_protection_fault(fault);
                return;
        }
}

/* A page of a file that is not there: the file has become shorter, or cannot be read. */
static void take_bus(Fault *fault) {
        NTSTATUS cause = STATUS_UNEXPECTED_IO_ERROR;

        if (fault->trap == TRAP_ALIGNMENT) {
                set_record(fault, STATUS_DATATYPE_MISALIGNMENT);
                return;
        }
        if (fault->trap ==
                        TRAP_STACK_SEGMENT) { /* an address by RSP or RBP that is not canonical */
                set_access(fault, STATUS_ACCESS_VIOLATION, ACCESS_READ, NOWHERE);
                return;
        }
        if (fault->info->si_code == BUS_ADRERR)
                cause = STATUS_END_OF_FILE;
        else if (fault->info->si_code == BUS_MCEERR_AR || fault->info->si_code == BUS_MCEERR_AO)
                cause = STATUS_DEVICE_DATA_ERROR;
        set_access(fault, STATUS_IN_PAGE_ERROR, access_of(fault), (ULONG_PTR) fault->info->si_addr);
        add_parameter(fault, (ULONG) cause);
}

static NTSTATUS float_status(int code) {
        switch (code) {
        case FPE_FLTDIV:
                return STATUS_FLOAT_DIVIDE_BY_ZERO;
        case FPE_FLTOVF:
                return STATUS_FLOAT_OVERFLOW;
        case FPE_FLTUND:
                return STATUS_FLOAT_UNDERFLOW;
        case FPE_FLTRES:
                return STATUS_FLOAT_INEXACT_RESULT;
        default:
                return STATUS_FLOAT_INVALID_OPERATION;
        }
}

static void take_fpe(Fault *fault) {
        int code = fault->info->si_code;

        if (code == FPE_INTDIV || code == FPE_INTOVF) {
                set_record(fault, instruction_divides_by_zero(&fault->context, gs_base())
                                                  ? STATUS_INTEGER_DIVIDE_BY_ZERO
                                                  : STATUS_INTEGER_OVERFLOW);
                return;
        }
        set_record(fault, float_status(code));
        if (fault->trap == TRAP_SIMD) {
                add_parameter(fault, 0);
                add_parameter(fault, fault->context.mxcsr);
        }
}

static void take_trap(Fault *fault) {
        if (fault->trap != TRAP_BREAK) {
                set_record(fault, STATUS_SINGLE_STEP);
                return;
        }
        set_record(fault, STATUS_BREAKPOINT);
        fault->context.rip--; /* where the int3 is, whatever its length */
        fault->record.address = (PVOID) fault->context.rip;
        add_parameter(fault, 0);
}

static void take_ill(Fault *fault) {
        set_record(fault, instruction_at(&fault->context).kind == INSTRUCTION_PRIVILEGED
                                          ? STATUS_PRIVILEGED_INSTRUCTION
                                          : STATUS_ILLEGAL_INSTRUCTION);
}

static void take(Fault *fault) {
        switch (fault->signal) {
        case SIGSEGV:
                take_segv(fault);
                return;
        case SIGBUS:
                take_bus(fault);
                return;
        case SIGFPE:
                take_fpe(fault);
                return;
        case SIGTRAP:
                take_trap(fault);
                return;
        default:
                take_ill(fault);
                return;
        }
}

/* A signal that somebody sent is none of the processor's: it does what it does to any program. */
static void pass_to_default(int signal) {
        struct sigaction action = { .sa_handler = SIG_DFL };

        sigaction(signal, &action, NULL);
        syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), signal);
}

static void fault_handler(int signal, siginfo_t *info, void *thread) {
        const ucontext_t *interrupted = thread;
        int error = errno;

        if (info->si_code <= 0) {
                pass_to_default(signal);
        } else {
                Fault fault = {
                        .signal = signal,
                        .info = info,
                        .trap = interrupted->uc_mcontext.gregs[REG_TRAPNO],
                        .error = interrupted->uc_mcontext.gregs[REG_ERR],
                };

                context_from_signal(interrupted, &fault.context);
                fault.record.address = (PVOID) fault.context.rip;
                take(&fault);
                exception_dispatch(&fault.record, &fault.context);
        }
        errno = error;
}

NTSTATUS fault_install(void) {
        static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
        struct sigaction action = {
                .sa_sigaction = fault_handler,
                .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
        };

        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
                if (sigaction(signals[i], &action, NULL) < 0)
                        return nt_status_from_errno(errno);
        }
        return STATUS_SUCCESS;
}
