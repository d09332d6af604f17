#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "probe.h"
#include "suite.h"
#include "zw.h"

#define PAGE 4096u

/* Two pages, of which the second has no access. */
static char *half_there(int protection) {
        char *pages = mmap(NULL, 2 * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        ck_assert_int_eq(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
        return pages;
}

static void recover(void) {
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
}

START_TEST(addresses_that_no_program_has_are_told_without_touching_them) {
        ck_assert_status(probe_range(NULL, 8, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range((void *) 0xFFF8, 8, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range((void *) 0x10000, 8, 8), STATUS_SUCCESS);
        ck_assert_status(probe_range((void *) 0x7FFFFFFFEFF8, 8, 8), STATUS_SUCCESS);
        ck_assert_status(probe_range((void *) 0x7FFFFFFFEFF8, 9, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range((void *) 0x800000000000, 1, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range((void *) UINTPTR_MAX, 1, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range((void *) 0x10000, SIZE_MAX, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_range(NULL, 0, 8), STATUS_SUCCESS);
}
END_TEST

START_TEST(misalignment_is_told_before_the_address) {
        ck_assert_status(probe_range((void *) 0x10001, 8, 2), STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(probe_range((void *) 3, 8, 2), STATUS_DATATYPE_MISALIGNMENT);
}
END_TEST

START_TEST(what_is_there_is_moved) {
        char from[] = "the quick brown fox", to[sizeof(from)] = "";
        uint64_t eight = 0;
        uint32_t four = 0;

        ck_assert_status(probe_read(to, from, sizeof(from), 1), STATUS_SUCCESS);
        ck_assert_str_eq(to, from);
        ck_assert_status(probe_write(to, "slow", 4), STATUS_SUCCESS);
        ck_assert_str_eq(to, "slowquick brown fox");
        ck_assert_status(probe_read_64(&eight, from + 1), STATUS_SUCCESS);
        ck_assert_int_eq(memcmp(&eight, from + 1, 8), 0);
        ck_assert_status(probe_read_32(&four, from + 3), STATUS_SUCCESS);
        ck_assert_int_eq(memcmp(&four, from + 3, 4), 0);
        ck_assert_status(probe_write_64(to + 1, eight), STATUS_SUCCESS);
        ck_assert_status(probe_write_32(to, four), STATUS_SUCCESS);
        ck_assert_int_eq(memcmp(to, from + 3, 4), 0);
}
END_TEST

START_TEST(a_bad_pointer_of_any_kind_is_an_access_violation_with_recovery) {
        char *pages = half_there(PROT_READ | PROT_WRITE), buffer[64] = "";
        uint64_t eight = 1;
        uint32_t four = 1;

        recover();
        ck_assert_status(probe_read(buffer, (void *) 0xDEADBEE0, 48, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_write((void *) 0xDEADBEE0, buffer, 48), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_read(buffer, pages + PAGE - 5, 8, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_write(pages + PAGE - 5, buffer, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_read_64(&eight, pages + PAGE - 7), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_read_32(&four, pages + PAGE - 3), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_write_64(pages + PAGE - 7, 0), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_write_32(pages + PAGE - 3, 0), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_writable(pages, PAGE + 1, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_writable(pages, PAGE, 1), STATUS_SUCCESS);
        ck_assert_uint_eq(eight, 1);
        ck_assert_uint_eq(four, 1);
}
END_TEST

START_TEST(memory_that_can_only_be_read_is_not_writable) {
        char *pages = half_there(PROT_READ), buffer[8];

        recover();
        ck_assert_status(probe_read(buffer, pages, 8, 8), STATUS_SUCCESS);
        ck_assert_status(probe_writable(pages, 8, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_write(pages, buffer, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(probe_clear_handle((PHANDLE) pages), STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(memory_of_a_file_that_ends_is_an_error_in_the_page) {
        int fd = memfd_create("short", MFD_CLOEXEC);
        void *beyond = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        uint64_t eight = 0;

        recover();
        ck_assert_status(probe_read_64(&eight, beyond), STATUS_IN_PAGE_ERROR); /* SIGBUS */
        ck_assert_status(probe_read_32((uint32_t *) &eight, beyond), STATUS_IN_PAGE_ERROR);
        ck_assert_status(probe_write_64(beyond, 1), STATUS_IN_PAGE_ERROR);
        ck_assert_status(probe_write_32(beyond, 1), STATUS_IN_PAGE_ERROR);
        ck_assert_status(probe_write(beyond, &eight, 8), STATUS_IN_PAGE_ERROR);
        ck_assert_status(probe_writable(beyond, 8, 8), STATUS_IN_PAGE_ERROR);
        close(fd);
}
END_TEST

static volatile sig_atomic_t seen_signal, seen_code;
static void *volatile seen_address;
static sigjmp_buf escape;

static void note_and_escape(int signal, siginfo_t *info, void *context) {
        (void) context;
        seen_signal = signal;
        seen_code = info->si_code;
        seen_address = info->si_addr;
        siglongjmp(escape, 1);
}

static void note(int signal) {
        seen_signal = signal;
}

START_TEST(other_faults_go_to_the_handler_that_was_there) {
        struct sigaction action = { .sa_sigaction = note_and_escape, .sa_flags = SA_SIGINFO };
        char *pages = half_there(PROT_READ);
        uint64_t eight = 0;

        sigaction(SIGSEGV, &action, NULL);
        recover();
        if (sigsetjmp(escape, 1) == 0)
                *(volatile char *) (pages + PAGE) = 1;
        ck_assert_int_eq(seen_signal, SIGSEGV);
        ck_assert_int_eq(seen_code, SEGV_ACCERR);
        ck_assert_ptr_eq(seen_address, pages + PAGE);

        seen_signal = 0;
        ck_assert_status(probe_read_64(&eight, pages + PAGE), STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(seen_signal, 0);
}
END_TEST

START_TEST(a_plain_handler_gets_a_signal_that_was_sent) {
        struct sigaction action = { .sa_handler = note };

        sigaction(SIGSEGV, &action, NULL);
        recover();
        raise(SIGSEGV);
        ck_assert_int_eq(seen_signal, SIGSEGV);
}
END_TEST

START_TEST(the_signal_mask_is_as_before_a_signal) {
        struct sigaction action = { .sa_handler = note };
        sigset_t before, after;

        sigaddset(&action.sa_mask, SIGUSR1);
        sigaction(SIGSEGV, &action, NULL);
        recover();
        sigprocmask(SIG_SETMASK, NULL, &before);
        raise(SIGSEGV);
        sigprocmask(SIG_SETMASK, NULL, &after);
        ck_assert_int_eq(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
        ck_assert_int_eq(sigismember(&after, SIGSEGV), 0);
}
END_TEST

START_TEST(an_ignored_signal_that_was_sent_is_ignored) {
        signal(SIGSEGV, SIG_IGN);
        recover();
        raise(SIGSEGV);
        ck_assert_int_eq(kill(getpid(), SIGSEGV), 0);
}
END_TEST

static int ending_of(void (*body)(void)) {
        int state = -1;
        pid_t child = fork();

        if (child == 0) {
                signal(SIGSEGV, SIG_DFL);
                if (!NT_SUCCESS(zw_enable_fault_recovery()))
                        _exit(2);
                body();
                _exit(1);
        }
        ck_assert_int_eq(waitpid(child, &state, 0), child);
        return WIFSIGNALED(state) ? WTERMSIG(state) : -WEXITSTATUS(state);
}

/* Not a constant, so that the compiler does not see what the kernel is to see. */
static char *volatile nowhere = (char *) 0x11;

static void fault(void) {
        *nowhere = 1;
}

static void fault_although_ignored(void) {
        signal(SIGBUS, SIG_DFL);
        *nowhere = 1;
}

static void send(void) {
        kill(getpid(), SIGSEGV);
        pause();
}

START_TEST(without_a_handler_a_program_ends_as_it_would_have) {
        ck_assert_int_eq(ending_of(fault), SIGSEGV);
        ck_assert_int_eq(ending_of(fault_although_ignored), SIGSEGV);
        ck_assert_int_eq(ending_of(send), SIGSEGV);
}
END_TEST

START_TEST(recovery_can_be_asked_for_again_unless_somebody_is_in_front) {
        recover();
        recover();
        signal(SIGSEGV, note);
        ck_assert_status(zw_enable_fault_recovery(), STATUS_INVALID_DEVICE_STATE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, addresses_that_no_program_has_are_told_without_touching_them);
        tcase_add_test(tests, misalignment_is_told_before_the_address);
        tcase_add_test(tests, what_is_there_is_moved);
        tcase_add_test(tests, a_bad_pointer_of_any_kind_is_an_access_violation_with_recovery);
        tcase_add_test(tests, memory_that_can_only_be_read_is_not_writable);
        tcase_add_test(tests, memory_of_a_file_that_ends_is_an_error_in_the_page);
        tcase_add_test(tests, other_faults_go_to_the_handler_that_was_there);
        tcase_add_test(tests, a_plain_handler_gets_a_signal_that_was_sent);
        tcase_add_test(tests, the_signal_mask_is_as_before_a_signal);
        tcase_add_test(tests, an_ignored_signal_that_was_sent_is_ignored);
        tcase_add_test(tests, without_a_handler_a_program_ends_as_it_would_have);
        tcase_add_test(tests, recovery_can_be_asked_for_again_unless_somebody_is_in_front);
}

int main(void) {
        return suite_main("probe", 20, add);
}
