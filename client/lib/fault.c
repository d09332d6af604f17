#include "fault.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "probe.h"
#include "region-protect.h"
#include "status.h"
#include "zw.h"

/*
 * Fault recovery
 *
 * One handler for SIGSEGV and SIGBUS, installed only when the program asks for it. A fault at one
 * of the instructions of probe.c goes on at their recovery point, by changing where the thread
 * continues: no jump buffer has to be prepared, so a probe that does not fault costs nothing. A
 * fault at a guard page ends its guard, wherever it was; of threads that meet there, one is told.
 * Every other signal, and that of a guard page too, goes to whoever was there before, the way the
 * kernel would have delivered it.
 */

static _Atomic bool is_on;

/* Who was there before. Written before the handler is installed, and never again. */
static struct sigaction previous_segv, previous_bus;

static const struct sigaction *previous_action(int signal) {
        return signal == SIGBUS ? &previous_bus : &previous_segv;
}

/* A signal, and whether it comes again by itself when we return. */
typedef struct Fault {
        int signal;
        siginfo_t *info;
        void *context;
        bool comes_again;
} Fault;

/*
 * The default: as if there never was a handler. A fault happens again when we return, and ends the
 * program where it happened; what does not come again is sent once more.
 */
static void pass_to_default(const Fault *fault) {
        struct sigaction action = { .sa_handler = SIG_DFL };

        sigaction(fault->signal, &action, NULL);
        if (!fault->comes_again)
                syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), fault->signal);
}

/* The kernel ends a program that ignores a fault, but not one that ignores a signal sent to it. */
static void pass_to_ignored(const Fault *fault) {
        if (fault->info->si_code > 0)
                pass_to_default(fault);
}

static void pass_on(const Fault *fault) {
        int signal = fault->signal;
        struct sigaction action = *previous_action(signal);
        sigset_t mask = action.sa_mask, before;

        if (!(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL) {
                pass_to_default(fault);
                return;
        }
        if (!(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_IGN) {
                pass_to_ignored(fault);
                return;
        }

        if (!(action.sa_flags & SA_NODEFER))
                sigaddset(&mask, signal);
        pthread_sigmask(SIG_BLOCK, &mask, &before);
        if (action.sa_flags & SA_RESETHAND) {
                struct sigaction once = { .sa_handler = SIG_DFL };

                sigaction(signal, &once, NULL);
        }
        if (action.sa_flags & SA_SIGINFO)
                action.sa_sigaction(signal, fault->info, fault->context);
        else
                action.sa_handler(signal);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The processor's error code of a page fault: bit 1 writing, bit 4 fetching an instruction. */
static int access_of(greg_t error) {
        if (error & 0x02)
                return PROT_WRITE;
        return error & 0x10 ? PROT_EXEC : PROT_READ;
}

static void fault_handler(int signal, siginfo_t *info, void *context) {
        ucontext_t *thread = context;
        greg_t *at = &thread->uc_mcontext.gregs[REG_RIP];
        Fault fault = { signal, info, context, info->si_code > 0 };
        const void *recovery = NULL;
        int error = errno;

        GuardFault guard = GUARD_FAULT_NONE;

        if (info->si_code > 0) { /* from the kernel, not from kill() */
                recovery = probe_recovery((const void *) (uintptr_t) *at, signal == SIGBUS);
                if (signal == SIGSEGV)
                        guard = region_guard_fault((uintptr_t) info->si_addr,
                                        access_of(thread->uc_mcontext.gregs[REG_ERR]));
        }
        fault.comes_again = fault.comes_again && guard != GUARD_FAULT_FIRST;
        if (guard != GUARD_FAULT_LATE) {
                if (recovery)
                        *at = (greg_t) (uintptr_t) recovery;
                else
                        pass_on(&fault);
        }
        errno = error;
}

/* Whether our handler is the one that the kernel calls. */
static bool is_installed(int signal) {
        struct sigaction now;

        return sigaction(signal, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) &&
               now.sa_sigaction == fault_handler;
}

static NTSTATUS fault_install(int signal, struct sigaction *ret_previous) {
        struct sigaction action = {
                .sa_sigaction = fault_handler,
                .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
        };

        sigemptyset(&action.sa_mask);
        if (sigaction(signal, NULL, ret_previous) < 0 || sigaction(signal, &action, NULL) < 0)
                return nt_status_from_errno(errno);
        return STATUS_SUCCESS;
}

NTSTATUS zw_enable_fault_recovery(void) {
        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        static bool installed;
        NTSTATUS status = STATUS_SUCCESS;

        pthread_mutex_lock(&lock);
        if (installed) {
                /* Putting ours over a handler that may call ours would make the two call each
                 * other. */
                if (!is_installed(SIGSEGV) || !is_installed(SIGBUS))
                        status = STATUS_INVALID_DEVICE_STATE;
        } else {
                status = fault_install(SIGSEGV, &previous_segv);
                if (NT_SUCCESS(status))
                        status = fault_install(SIGBUS, &previous_bus);
                installed = NT_SUCCESS(status);
                atomic_store(&is_on, installed);
        }
        pthread_mutex_unlock(&lock);
        return status;
}

bool fault_recovery_is_on(void) {
        return atomic_load_explicit(&is_on, memory_order_relaxed);
}
