#include "thread.h"

#include <asm/prctl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ntstatus.h"
#include "process.h"
#include "teb.h"
#include "thread-fiber.h"
#include "thread-fls.h"
#include "thread-stack.h"
#include "thread-stop.h"
#include "thread-switch.h"
#include "zw.h"

#define SIGNAL_STACK       0x10000u
#define SIGNAL_STACK_GUARD 0x1000u

/* STATUS_DLL_INIT_FAILED and the like end the start; nobody else looks at this. */
typedef struct FirstThread {
        LoadError *error;
        NTSTATUS status;
} FirstThread;

/* One thread of the program. */
typedef struct RunThread {
        ZW_THREAD *thread;
        FirstThread *first; /* NULL on all others */
        ThreadStack stack;
        Teb *teb;
        uint8_t *signal_stack; /* with its guard */
        SwitchPoint home;
        FiberHome fiber;
        NTSTATUS exit_status;
        bool counted; /* in n_threads */
} RunThread;

static __thread RunThread *current_thread;

/* Threads that have begun, or are about to, and have not begun to end. */
static _Atomic unsigned n_threads;

static void run_thread_free(RunThread *self) {
        PVOID teb = self->teb;
        SIZE_T size = 0;

        if (teb)
                zw_free_virtual_memory(NtCurrentProcess(), &teb, &size, MEM_RELEASE);
        if (self->signal_stack)
                munmap(self->signal_stack, SIGNAL_STACK + SIGNAL_STACK_GUARD);
        thread_stack_free(&self->stack);
        free(self);
}

static NTSTATUS make_teb(RunThread *self) {
        PVOID memory = NULL;
        SIZE_T size = sizeof(Teb);
        Teb *teb;
        NTSTATUS status;

        status = zw_allocate_virtual_memory(NtCurrentProcess(), &memory, 0, &size,
                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                return status;
        self->teb = teb = memory;
        teb->self = teb;
        teb->stack_base = self->stack.base;
        teb->stack_limit = self->stack.limit;
        teb->deallocation_stack = self->stack.allocation;
        teb->peb = process_peb();
        teb->static_string.Buffer = teb->static_units;
        teb->static_string.MaximumLength = sizeof(teb->static_units);
        teb->tls_links.next = teb->tls_links.previous = &teb->tls_links;
        return tls_thread_init(teb);
}

/* Signals are handled on a stack of their own: the program's may be what is wrong. */
static NTSTATUS make_signal_stack(RunThread *self) {
        uint8_t *memory = mmap(NULL, SIGNAL_STACK + SIGNAL_STACK_GUARD, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (memory == MAP_FAILED)
                return STATUS_NO_MEMORY;
        self->signal_stack = memory;
        if (mprotect(memory + SIGNAL_STACK_GUARD, SIGNAL_STACK, PROT_READ | PROT_WRITE) < 0)
                return STATUS_NO_MEMORY;
        return STATUS_SUCCESS;
}

static NTSTATUS run_thread_new(ZW_THREAD *thread, RunThread **ret) {
        RunThread *self = calloc(1, sizeof(*self));
        NTSTATUS status;

        if (!self)
                return STATUS_NO_MEMORY;
        self->thread = thread;
        status = thread_stack_new(thread->StackReserve, &self->stack);
        if (NT_SUCCESS(status))
                status = make_signal_stack(self);
        if (NT_SUCCESS(status))
                status = make_teb(self);
        if (!NT_SUCCESS(status)) {
                run_thread_free(self);
                return status;
        }
        thread->Teb = self->teb;
        thread->Host = self;
        *ret = self;
        return STATUS_SUCCESS;
}

/* What the kernel keeps for a thread. */
static void enter(RunThread *self) {
        stack_t stack = { .ss_sp = self->signal_stack + SIGNAL_STACK_GUARD,
                .ss_size = SIGNAL_STACK };

        current_thread = self;
        self->teb->client_id = self->teb->real_client_id = self->thread->ClientId;
        syscall(SYS_arch_prctl, ARCH_SET_GS, self->teb);
        sigaltstack(&stack, NULL);
        thread_stop_enter();
}

static void leave(void) {
        stack_t none = { .ss_flags = SS_DISABLE };

        thread_stop_leave();
        current_thread = NULL;
        sigaltstack(&none, NULL);
        syscall(SYS_arch_prctl, ARCH_SET_GS, NULL);
}

static _Noreturn void go_back(RunThread *self) {
        fiber_go_back(&self->fiber);
        thread_switch_return(&self->home);
}

/* The lowest frame of the program's stack, where RtlUserThreadStart() is on Windows. */
static void run_on_own_stack(void *argument) {
        RunThread *self = argument;
        NTSTATUS(NTAPI * start)(PVOID) = (NTSTATUS(NTAPI *)(PVOID)) self->thread->StartAddress;

        fiber_arrive(&self->fiber);
        if (self->first) {
                self->first->status = loader_attach_process(self->first->error);
                if (!NT_SUCCESS(self->first->status))
                        go_back(self);
        } else if (!(self->thread->CreateFlags & THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH)) {
                loader_attach_thread();
        }
        thread_exit(start(self->thread->Argument));
}

static NTSTATUS prepare(PZW_THREAD thread) {
        RunThread *self = NULL;
        NTSTATUS status = run_thread_new(thread, &self);

        if (!NT_SUCCESS(status))
                return status;
        self->counted = true;
        atomic_fetch_add(&n_threads, 1);
        return STATUS_SUCCESS;
}

static NTSTATUS run(PZW_THREAD thread) {
        RunThread *self = thread->Host;

        enter(self);
        fiber_leave(&self->fiber, self->stack.limit,
                        (size_t) (self->stack.base - self->stack.limit));
        thread_switch_call(&self->home, self->stack.base, run_on_own_stack, self);
        fiber_is_back(&self->fiber);
        leave();
        return self->exit_status;
}

static VOID discard(PZW_THREAD thread) {
        RunThread *self = thread->Host;

        if (self->counted)
                atomic_fetch_sub(&n_threads, 1);
        tls_thread_free(self->teb);
        run_thread_free(self);
}

/* The process ends with its last thread. */
static VOID exit_thread(NTSTATUS status, BOOLEAN notify) {
        RunThread *self = current_thread;

        self->counted = false;
        if (atomic_fetch_sub(&n_threads, 1) == 1)
                process_exit(status);
        if (notify) {
                thread_fls_run_callbacks(self->teb);
                loader_detach_thread();
        }
        self->exit_status = status;
        go_back(self);
}

void thread_exit(NTSTATUS status) {
        exit_thread(status, TRUE);
        __builtin_unreachable();
}

static VOID exit_process(NTSTATUS status) {
        process_exit(status);
}

static NTSTATUS stop_others(NTSTATUS status) {
        (void) status; /* they are stopped, not ended: nobody sees an exit status of theirs */
        thread_stop_all_others();
        return STATUS_SUCCESS;
}

NTSTATUS thread_install_hooks(void) {
        static ZW_THREAD_HOOKS hooks = {
                .Prepare = prepare,
                .Run = run,
                .Discard = discard,
                .ExitThread = exit_thread,
                .ExitProcess = exit_process,
                .StopOthers = stop_others,
        };

        hooks.Peb = process_peb();
        return zw_set_thread_hooks(&hooks);
}

/* The first thread of Linux has to stay until the process ends: others run on. */
static _Noreturn void wait_for_the_end(void) {
        for (;;)
                pause();
}

NTSTATUS thread_run_first(const LoadedProgram *program, LoadError *error) {
        static ZW_THREAD thread;
        FirstThread first = { .error = error };
        RunThread *self = NULL;
        NTSTATUS status;

        thread.StartAddress = program->entry_point;
        thread.Argument = process_peb();
        thread.StackReserve = program->stack_reserve;
        thread.StackCommit = program->stack_commit;
        status = prepare(&thread);
        if (!NT_SUCCESS(status))
                return status;
        self = thread.Host;
        self->first = &first;
        self->teb->same_flags = TEB_INITIAL_THREAD;
        status = zw_adopt_thread(&thread);
        if (NT_SUCCESS(status)) {
                run(&thread);
                status = first.status;
        }
        if (!NT_SUCCESS(status))
                return status;
        discard(&thread);
        wait_for_the_end();
}
