#include <fcntl.h>
#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "ntstatus.h"
#include "raise.h"
#include "report.h"
#include "suite.h"
#include "zw.h"

#define REPORT_MAX 32768

/* What a child said on standard error before it ended. */
typedef struct Report {
        char text[REPORT_MAX];
        int exit_code; /* -1: a signal ended it */
        int signal;
} Report;

/* Runs @body in a child that has the handlers. What comes back is all that it wrote. */
static void run(void (*body)(void), bool json, Report *ret) {
        size_t length = 0;
        ssize_t n;
        int pipe_ends[2], status;
        pid_t child;

        ck_assert_int_eq(pipe(pipe_ends), 0);
        child = fork();
        if (child == 0) {
                dup2(pipe_ends[1], STDERR_FILENO);
                report_use_json(json);
                if (fault_install() == STATUS_SUCCESS &&
                                zw_enable_fault_recovery() == STATUS_SUCCESS)
                        body();
                _exit(200);
        }
        close(pipe_ends[1]);
        while ((n = read(pipe_ends[0], ret->text + length, sizeof(ret->text) - 1 - length)) > 0)
                length += (size_t) n;
        ret->text[length] = 0;
        close(pipe_ends[0]);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ret->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void expect_text(const Report *report, const char *want) {
        ck_assert_msg(strstr(report->text, want) != NULL, "\"%s\" is not in:\n%s", want,
                        report->text);
}

/* A fault of @body is reported as @status, with @detail on the first line. */
static void expect(void (*body)(void), NTSTATUS status, const char *detail) {
        Report *report = malloc(sizeof(*report));
        char first[128];

        run(body, false, report);
        sprintf(first, "ntrun: unhandled exception %s (0x%08x) at ", zw_status_name(status),
                        (unsigned) status);
        expect_text(report, first);
        *strchr(report->text, '\n') = ' ';
        ck_assert_msg(strstr(report->text, detail) &&
                                        strstr(report->text, detail) < strstr(report->text, "rax="),
                        "\"%s\" is not in the first line of:\n%s", detail, report->text);
        ck_assert_int_eq(report->exit_code, (int) (status & 0xFF));
        free(report);
}

/* Code of the processor's, run where the report can find it. */
static void execute(const void *code, size_t size) {
        void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        memcpy(page, code, size);
        mprotect(page, 4096, PROT_READ | PROT_EXEC);
        ((void (*)(void)) page)();
}

#define CODE(name, ...)                                                                            \
        static void name(void) {                                                                   \
                static const unsigned char bytes[] = { __VA_ARGS__ };                              \
                                                                                                   \
                execute(bytes, sizeof(bytes));                                                     \
        }                                                                                          \
        _Static_assert(true, "a semicolon follows")

CODE(read_low, 0xA1, 0x40, 0x30, 0x20, 0x10, 0, 0, 0, 0);  /* mov 0x10203040, %eax */
CODE(write_low, 0xA3, 0x40, 0x30, 0x20, 0x10, 0, 0, 0, 0); /* mov %eax, 0x10203040 */
CODE(jump_low, 0xB8, 0x40, 0x30, 0x20, 0x10, 0xFF, 0xE0);  /* jmp *%rax */
CODE(read_not_canonical, 0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8B, 0x00); /* mov (%rax), %eax */
CODE(read_stack_not_canonical,
                0x48,
                0xBD,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0x80,
                0x8B,
                0x45,
                0x00); /* mov (%rbp), %eax */
CODE(breakpoint, 0x90, 0xCC, 0xC3);
CODE(long_breakpoint, 0xCD, 0x03);
CODE(debug_service, 0xB8, 1, 0, 0, 0, 0xCD, 0x2D, 0xCC, 0xC3);
CODE(assertion, 0xCD, 0x2C);
CODE(fast_fail, 0xB9, 5, 0, 0, 0, 0xCD, 0x29);
CODE(other_interrupt, 0xCD, 0x77);
CODE(undefined, 0x0F, 0x0B);
CODE(halt, 0xF4);
CODE(input, 0xEC);
CODE(clear_interrupts, 0xFA);
CODE(move_to_cr3, 0x0F, 0x22, 0xD8);
CODE(read_msr, 0x0F, 0x32);
CODE(divide_by_zero, 0x31, 0xC9, 0x31, 0xD2, 0xF7, 0xF1); /* div %ecx */
CODE(divide_overflow, 0x31, 0xC0, 0xB9, 1, 0, 0, 0, 0xBA, 5, 0, 0, 0, 0xF7, 0xF1);
CODE(divide_overflow_r9, 0x31, 0xC0, 0x41, 0xB9, 1, 0, 0, 0, 0xBA, 5, 0, 0, 0, 0x49, 0xF7, 0xF1);
CODE(divide_overflow_memory, /* push $1; xor %eax, %eax; mov $5, %edx; divl (%rsp) */
                0x6A,
                1,
                0x31,
                0xC0,
                0xBA,
                5,
                0,
                0,
                0,
                0xF7,
                0x34,
                0x24);
CODE(divide_memory_by_zero, 0x6A, 0, 0x31, 0xC0, 0x31, 0xD2, 0xF7, 0x34, 0x24);
CODE(divide_relative_by_zero, 0x31, 0xC0, 0x31, 0xD2, 0xF7, 0x35, 0, 0, 0, 0, 0, 0, 0, 0);
CODE(divide_relative_overflow, 0x31, 0xC0, 0xBA, 5, 0, 0, 0, 0xF7, 0x35, 0, 0, 0, 0, 1, 0, 0, 0);
CODE(divide_bytes_by_zero, 0x31, 0xC9, 0xF6, 0xF5);                      /* div %ch */
CODE(single_step, 0x9C, 0x81, 0x0C, 0x24, 0, 1, 0, 0, 0x9D, 0x90, 0xC3); /* popf with TF */
CODE(trap_of_one_byte, 0xF1, 0xC3);

START_TEST(access_violations_say_what_was_accessed) {
        expect(read_low, STATUS_ACCESS_VIOLATION, "which was to read 0x0000000010203040");
        expect(write_low, STATUS_ACCESS_VIOLATION, "which was to write 0x0000000010203040");
        expect(jump_low, STATUS_ACCESS_VIOLATION, "which was to execute 0x0000000010203040");
}
END_TEST

START_TEST(addresses_that_are_not_canonical_are_minus_one) {
        expect(read_not_canonical, STATUS_ACCESS_VIOLATION, "read 0xffffffffffffffff");
        expect(read_stack_not_canonical, STATUS_ACCESS_VIOLATION, "read 0xffffffffffffffff");
        expect(other_interrupt, STATUS_ACCESS_VIOLATION, "read 0xffffffffffffffff");
}
END_TEST

START_TEST(interrupts_have_their_meanings) {
        expect(breakpoint, STATUS_BREAKPOINT, "parameters 0x0");
        expect(long_breakpoint, STATUS_BREAKPOINT, "parameters 0x0");
        expect(debug_service, STATUS_BREAKPOINT, "parameters 0x1");
        expect(assertion, STATUS_ASSERTION_FAILURE, "");
        expect(fast_fail, STATUS_STACK_BUFFER_OVERRUN, "parameters 0x5");
        expect(single_step, STATUS_SINGLE_STEP, "");
        expect(trap_of_one_byte, STATUS_SINGLE_STEP, "");
}
END_TEST

START_TEST(a_breakpoint_is_where_its_instruction_is) {
        Report report;
        unsigned long rip, at;

        run(breakpoint, true, &report);
        ck_assert_int_eq(sscanf(strstr(report.text, "\"rip\": "), "\"rip\": \"%lx", &rip), 1);
        ck_assert_int_eq(
                        sscanf(strstr(report.text, "\"at\": "), "\"at\": {\"address\": \"%lx", &at),
                        1);
        ck_assert_uint_eq(rip & 0xFFF, 1);
        ck_assert_uint_eq(at, rip);
}
END_TEST

START_TEST(forbidden_and_unknown_instructions_are_told_apart) {
        expect(undefined, STATUS_ILLEGAL_INSTRUCTION, "");
        expect(halt, STATUS_PRIVILEGED_INSTRUCTION, "");
        expect(input, STATUS_PRIVILEGED_INSTRUCTION, "");
        expect(clear_interrupts, STATUS_PRIVILEGED_INSTRUCTION, "");
        expect(move_to_cr3, STATUS_PRIVILEGED_INSTRUCTION, "");
        expect(read_msr, STATUS_PRIVILEGED_INSTRUCTION, "");
}
END_TEST

START_TEST(division_by_zero_and_overflow_are_told_apart) {
        expect(divide_by_zero, STATUS_INTEGER_DIVIDE_BY_ZERO, "");
        expect(divide_memory_by_zero, STATUS_INTEGER_DIVIDE_BY_ZERO, "");
        expect(divide_relative_by_zero, STATUS_INTEGER_DIVIDE_BY_ZERO, "");
        expect(divide_bytes_by_zero, STATUS_INTEGER_DIVIDE_BY_ZERO, "");
        expect(divide_overflow, STATUS_INTEGER_OVERFLOW, "");
        expect(divide_overflow_r9, STATUS_INTEGER_OVERFLOW, "");
        expect(divide_overflow_memory, STATUS_INTEGER_OVERFLOW, "");
        expect(divide_relative_overflow, STATUS_INTEGER_OVERFLOW, "");
}
END_TEST

static volatile double zero, one = 1, huge_number = 1e308;

static void float_divide(void) {
        feenableexcept(FE_DIVBYZERO);
        one = one / zero;
}

static void float_invalid(void) {
        feenableexcept(FE_INVALID);
        one = zero / zero;
}

static void float_overflow(void) {
        feenableexcept(FE_OVERFLOW);
        one = huge_number * huge_number;
}

START_TEST(floating_point_exceptions_have_their_codes) {
        expect(float_divide, STATUS_FLOAT_DIVIDE_BY_ZERO, "parameters 0x0, 0x1d84");
        expect(float_invalid, STATUS_FLOAT_INVALID_OPERATION, "");
        expect(float_overflow, STATUS_FLOAT_OVERFLOW, "");
}
END_TEST

static void read_behind_file(void) {
        int file = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        char *page = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);

        if (page != MAP_FAILED)
                zero = *(volatile char *) page;
}

START_TEST(pages_of_a_file_that_ends_before_are_paging_errors) {
        expect(read_behind_file, STATUS_IN_PAGE_ERROR, "which was to read 0x");
}
END_TEST

static void touch_guard_page(void) {
        PVOID base = NULL;
        SIZE_T size = 4096;

        if (zw_allocate_virtual_memory(NtCurrentProcess(), &base, 0, &size,
                            MEM_RESERVE | MEM_COMMIT,
                            PAGE_READWRITE | PAGE_GUARD) == STATUS_SUCCESS)
                *(volatile char *) base = 1;
}

START_TEST(guard_pages_are_told_apart_from_forbidden_ones) {
        expect(touch_guard_page, STATUS_GUARD_PAGE_VIOLATION, "which was to write 0x");
}
END_TEST

static void send_signal(void) {
        kill(getpid(), SIGSEGV);
        pause();
}

START_TEST(a_signal_that_somebody_sent_is_no_exception) {
        Report report;

        run(send_signal, false, &report);
        ck_assert_int_eq(report.signal, SIGSEGV);
        ck_assert_str_eq(report.text, "");
}
END_TEST

static const void *raise_function(const char *name) {
        for (size_t i = 0; i < raise_n_functions; i++) {
                if (strcmp(raise_functions[i].name, name) == 0)
                        return raise_functions[i].address;
        }
        return NULL;
}

static void raise_one(void) {
        void(NTAPI * raise_exception)(ExceptionRecord *) = raise_function("RtlRaiseException");
        ExceptionRecord record = {
                .code = (NTSTATUS) 0xE06D7363, .n_parameters = 2, .parameters = { 0x1111, 0x2222 }
        };

        raise_exception(&record);
}

static void raise_a_status(void) {
        void(NTAPI * raise_status)(NTSTATUS) = raise_function("RtlRaiseStatus");

        raise_status(STATUS_INVALID_HANDLE);
}

START_TEST(raised_exceptions_are_reported_where_they_were_raised) {
        Report report;

        run(raise_one, false, &report);
        expect_text(&report, "ntrun: unhandled exception 0xe06d7363 at test-fault+0x");
        expect_text(&report, ", parameters 0x1111, 0x2222\n");
        ck_assert_int_eq(report.exit_code, 0x63);
        expect(raise_a_status, STATUS_INVALID_HANDLE, "at test-fault+0x");
}
END_TEST

START_TEST(a_service_that_raises_checks_what_it_is_given) {
        NTSTATUS(NTAPI * raise_exception)
        (ExceptionRecord *, Context *, BOOLEAN) = raise_function("ZwRaiseException");
        ExceptionRecord record = { .code = STATUS_INVALID_HANDLE, .n_parameters = 16 };
        Context context = { 0 };

        ck_assert_int_eq(raise_exception(NULL, &context, TRUE), STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(raise_exception(&record, &context, TRUE), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(a_captured_context_is_that_of_the_caller) {
        static Context context __attribute__((aligned(16)));
        uint64_t rsp, rip, rbx = 0x1234567890;

        memset(&context, 0xCC, sizeof(context));
        __asm__ volatile("mov $0xABCD, %%r12\n\t"
                         "mov %%rsp, %%r14\n\t" /* over the red zone, on a boundary */
                         "sub $256, %%rsp\n\t"
                         "and $-16, %%rsp\n\t"
                         "mov %%rsp, %[rsp]\n\t"
                         "mov $0x77, %%r15\n\t"
                         "call *%[capture]\n"
                         "1: lea 1b(%%rip), %[rip]\n\t"
                         "mov %%r14, %%rsp"
                         : [rsp] "=&r"(rsp), [rip] "=&r"(rip)
                         : [capture] "r"(raise_function("RtlCaptureContext")), "c"(&context),
                         "b"(rbx)
                         : "rax", "r12", "r14", "r15", "memory", "cc");
        ck_assert_uint_eq(context.rip, rip);
        ck_assert_uint_eq(context.integer[CONTEXT_RSP], rsp);
        ck_assert_uint_eq(context.integer[CONTEXT_RBX], rbx);
        ck_assert_uint_eq(context.integer[CONTEXT_RCX], (uint64_t) &context);
        ck_assert_uint_eq(context.integer[CONTEXT_R12], 0xABCD);
        ck_assert_uint_eq(context.integer[CONTEXT_R15], 0x77);
        ck_assert_uint_eq(context.flags, 0x10000F);
        ck_assert_uint_eq(context.cs, 0x33);
        ck_assert_uint_eq(context.mxcsr, *(ULONG *) (context.fxsave + 24));
        ck_assert_uint_eq(context.dr[0], 0xCCCCCCCCCCCCCCCC);
}
END_TEST

/* The code runs in a page of no module; what called it lies in this program, and in libc. */
START_TEST(a_report_shows_registers_and_who_may_have_called) {
        Report report;

        run(fast_fail, false, &report);
        expect_text(&report, "rcx=0x0000000000000005");
        expect_text(&report, "ntrun: candidates for return addresses on the stack:\n");
        expect_text(&report, "  test-fault+0x");
        expect_text(&report, "  libc.so.6+0x");
}
END_TEST

static void miss_by_name(void) {
        report_missing_function("OTHER.dll", "Do\"It", 0, (const void *) 0x1234);
}

static void miss_by_ordinal(void) {
        report_missing_function("OTHER.dll", NULL, 17, (const void *) miss_by_ordinal);
}

START_TEST(a_missing_function_is_one_line) {
        Report report;

        run(miss_by_name, false, &report);
        ck_assert_str_eq(report.text,
                        "ntrun: OTHER.dll!Do\"It is not there; called from 0x0000000000001234\n");
        ck_assert_int_eq(report.exit_code, REPORT_MISSING_EXIT);
        run(miss_by_name, true, &report);
        ck_assert_str_eq(report.text, "{\"event\": \"missing-function\", \"module\": "
                                      "\"OTHER.dll\", \"function\": "
                                      "\"Do\\\"It\", \"caller\": {\"address\": \"0x1234\"}, "
                                      "\"exit_code\": 124}\n");
        run(miss_by_ordinal, false, &report);
        expect_text(&report, "ntrun: OTHER.dll!#17 is not there; called from test-fault+0x");
}
END_TEST

START_TEST(exit_codes_are_the_low_bits_and_never_success) {
        ck_assert_int_eq(report_exit_code(STATUS_ACCESS_VIOLATION), 5);
        ck_assert_int_eq(report_exit_code(STATUS_INTEGER_DIVIDE_BY_ZERO), 0x94);
        ck_assert_int_eq(report_exit_code((NTSTATUS) 0xC0000100), 255);
        ck_assert_int_eq(report_exit_code(STATUS_SUCCESS), 0);
}
END_TEST

static void fault_without_a_stack(void) {
        static char alternate[65536];
        stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };

        sigaltstack(&stack, NULL);
        __asm__ volatile("mov $0x1000, %%rsp\n\tpush %%rax" ::: "memory");
        __builtin_unreachable();
}

START_TEST(a_fault_without_a_stack_is_reported_from_the_alternate_one) {
        expect(fault_without_a_stack, STATUS_ACCESS_VIOLATION,
                        "which was to write 0x0000000000000ff8");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, access_violations_say_what_was_accessed);
        tcase_add_test(tests, addresses_that_are_not_canonical_are_minus_one);
        tcase_add_test(tests, interrupts_have_their_meanings);
        tcase_add_test(tests, a_breakpoint_is_where_its_instruction_is);
        tcase_add_test(tests, forbidden_and_unknown_instructions_are_told_apart);
        tcase_add_test(tests, division_by_zero_and_overflow_are_told_apart);
        tcase_add_test(tests, floating_point_exceptions_have_their_codes);
        tcase_add_test(tests, pages_of_a_file_that_ends_before_are_paging_errors);
        tcase_add_test(tests, guard_pages_are_told_apart_from_forbidden_ones);
        tcase_add_test(tests, a_signal_that_somebody_sent_is_no_exception);
        tcase_add_test(tests, raised_exceptions_are_reported_where_they_were_raised);
        tcase_add_test(tests, a_service_that_raises_checks_what_it_is_given);
        tcase_add_test(tests, a_captured_context_is_that_of_the_caller);
        tcase_add_test(tests, a_report_shows_registers_and_who_may_have_called);
        tcase_add_test(tests, a_missing_function_is_one_line);
        tcase_add_test(tests, exit_codes_are_the_low_bits_and_never_success);
        tcase_add_test(tests, a_fault_without_a_stack_is_reported_from_the_alternate_one);
}

int main(void) {
        return suite_main("fault", 60, add_tests);
}
