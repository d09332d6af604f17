#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "region.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define SIZE 0x10000u

static void setup(void) {
        stub_init();
}

static uint8_t *memory_new(ULONG protection) {
        PVOID base = NULL;
        SIZE_T size = SIZE;

        ck_assert_status(NtAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size,
                                         MEM_RESERVE | MEM_COMMIT, protection),
                        STATUS_SUCCESS);
        return base;
}

static ULONG protection_at(void *address) {
        MEMORY_BASIC_INFORMATION basic;

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), address, MemoryBasicInformation,
                                         &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        return basic.Protect;
}

static ULONG protect(void *base, SIZE_T size, ULONG protection) {
        ULONG old = 0;

        ck_assert_status(NtProtectVirtualMemory(NtCurrentProcess(), &base, &size, protection, &old),
                        STATUS_SUCCESS);
        return old;
}

static volatile sig_atomic_t n_alarms;
static void *volatile alarm_at;

static void count_alarm(int signal, siginfo_t *info, void *context) {
        (void) signal;
        (void) context;
        n_alarms++;
        alarm_at = info->si_addr;
}

static void alarm_install(void) {
        struct sigaction action = { .sa_sigaction = count_alarm, .sa_flags = SA_SIGINFO };

        ck_assert_int_eq(sigaction(SIGSEGV, &action, NULL), 0);
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
}

/* by-kernel 1.10: once, and then the page works. */
START_TEST(guard_page_raises_one_alarm_and_then_works) {
        uint8_t *memory;

        alarm_install();
        memory = memory_new(PAGE_READWRITE | PAGE_GUARD);
        ck_assert_uint_eq(protection_at(memory), PAGE_READWRITE | PAGE_GUARD);
        *(volatile uint8_t *) (memory + 0x1234) = 9;
        ck_assert_int_eq(n_alarms, 1);
        ck_assert_ptr_eq(alarm_at, memory + 0x1234);
        ck_assert_uint_eq(memory[0x1234], 9);
        ck_assert_uint_eq(protection_at(memory), PAGE_READWRITE | PAGE_GUARD);
        ck_assert_uint_eq(protection_at(memory + 0x1000), PAGE_READWRITE);
        ck_assert_uint_eq(protection_at(memory + 0x2000), PAGE_READWRITE | PAGE_GUARD);

        ck_assert_uint_eq(protect(memory, 0x1000, PAGE_READONLY), PAGE_READWRITE | PAGE_GUARD);
        ck_assert_uint_eq(*(volatile uint8_t *) memory, 0);
        ck_assert_int_eq(n_alarms, 1);
}
END_TEST

START_TEST(guard_of_a_page_can_be_set_again) {
        uint8_t *memory;

        alarm_install();
        memory = memory_new(PAGE_READWRITE);
        for (int i = 1; i < 5; i++) {
                protect(memory, 0x1000, PAGE_READONLY | PAGE_GUARD);
                ck_assert_uint_eq(*(volatile uint8_t *) memory, 0);
                ck_assert_int_eq(n_alarms, i);
                ck_assert_uint_eq(*(volatile uint8_t *) memory, 0);
                ck_assert_int_eq(n_alarms, i);
        }
}
END_TEST

#define ROUNDS  200
#define THREADS 3

static uint8_t *met;
static pthread_barrier_t begin, end;
static _Atomic unsigned n_going;

static void *meet(void *context) {
        const size_t *own = context;

        for (int i = 0; i < ROUNDS; i++) {
                pthread_barrier_wait(&begin);
                atomic_fetch_add(&n_going, 1);
                *(volatile uint8_t *) (met + *own) = 1;
                pthread_barrier_wait(&end);
        }
        return NULL;
}

/* by-kernel 1.10, once: the others find an ordinary page, however long the first one takes. */
START_TEST(of_threads_that_meet_at_a_guard_page_one_is_alarmed) {
        pthread_t threads[THREADS];
        size_t bytes[THREADS];

        alarm_install();
        met = memory_new(PAGE_READWRITE);
        ck_assert_int_eq(pthread_barrier_init(&begin, NULL, THREADS + 1), 0);
        ck_assert_int_eq(pthread_barrier_init(&end, NULL, THREADS + 1), 0);
        for (size_t i = 0; i < THREADS; i++) {
                bytes[i] = i;
                ck_assert_int_eq(pthread_create(&threads[i], NULL, meet, &bytes[i]), 0);
        }
        for (int i = 0; i < ROUNDS; i++) {
                protect(met, 0x1000, PAGE_READWRITE | PAGE_GUARD);
                atomic_store(&n_going, 0);
                regions_lock(); /* so that nobody ends the guard yet */
                pthread_barrier_wait(&begin);
                while (atomic_load(&n_going) < THREADS)
                        sched_yield();
                for (int j = 0; j < 50; j++)
                        sched_yield();
                regions_unlock();
                pthread_barrier_wait(&end);
                ck_assert_int_eq(n_alarms, i + 1);
        }
        for (int i = 0; i < THREADS; i++)
                pthread_join(threads[i], NULL);
}
END_TEST

static uint8_t *touched_late;

static void touch(int signal) {
        (void) signal;
        *(volatile uint8_t *) touched_late = 1;
}

/* A handler that interrupts a service cannot have the guard ended; it is not waited for. */
START_TEST(guard_page_touched_in_the_middle_of_a_service_ends_the_program) {
        signal(SIGSEGV, SIG_DFL);
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        touched_late = memory_new(PAGE_READWRITE | PAGE_GUARD);
        signal(SIGUSR1, touch);
        regions_lock();
        raise(SIGUSR1);
}
END_TEST

static int n_wild;
static sigjmp_buf after_wild;

static void leave(int signal) {
        (void) signal;
        n_wild++;
        siglongjmp(after_wild, 1);
}

/* What the program has protected itself is an ordinary fault, though we know better. */
START_TEST(page_that_the_program_has_protected_itself_faults_on) {
        uint8_t *memory;

        ck_assert_ptr_ne(signal(SIGSEGV, leave), SIG_ERR);
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        memory = memory_new(PAGE_READWRITE);
        ck_assert_int_eq(mprotect(memory, 0x1000, PROT_READ), 0);
        if (sigsetjmp(after_wild, 1) == 0)
                *(volatile uint8_t *) memory = 1;
        ck_assert_int_eq(n_wild, 1);
        ck_assert_uint_eq(*(volatile uint8_t *) memory, 0);
}
END_TEST

START_TEST(without_fault_recovery_there_are_no_guard_pages) {
        PVOID base = NULL;
        SIZE_T size = SIZE;
        ULONG old;

        ck_assert_status(NtAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size, MEM_RESERVE,
                                         PAGE_READWRITE | PAGE_GUARD),
                        STATUS_NOT_SUPPORTED);
        ck_assert_ptr_null(base);
        base = memory_new(PAGE_READWRITE);
        ck_assert_status(NtProtectVirtualMemory(NtCurrentProcess(), &base, &size,
                                         PAGE_READWRITE | PAGE_GUARD, &old),
                        STATUS_NOT_SUPPORTED);
        ck_assert_uint_eq(protection_at(base), PAGE_READWRITE);
}
END_TEST

START_TEST(alarm_that_nobody_handles_ends_the_program) {
        uint8_t *memory;

        signal(SIGSEGV, SIG_DFL); /* whatever a sanitizer has put there */
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        memory = memory_new(PAGE_READWRITE | PAGE_GUARD);
        *(volatile uint8_t *) memory = 1;
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, guard_page_raises_one_alarm_and_then_works);
        tcase_add_test(tests, guard_of_a_page_can_be_set_again);
        tcase_add_test(tests, of_threads_that_meet_at_a_guard_page_one_is_alarmed);
        tcase_add_test(tests, page_that_the_program_has_protected_itself_faults_on);
        tcase_add_test_raise_signal(tests,
                        guard_page_touched_in_the_middle_of_a_service_ends_the_program, SIGSEGV);
        tcase_add_test(tests, without_fault_recovery_there_are_no_guard_pages);
        tcase_add_test_raise_signal(tests, alarm_that_nobody_handles_ends_the_program, SIGSEGV);
}

int main(void) {
        return suite_main("guard-page", 20, add);
}
