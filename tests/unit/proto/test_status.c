#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "assert-status.h"
#include "cleanup.h"
#include "suite.h"

static void file_closep(FILE **file) {
        if (*file)
                fclose(*file);
}

/* Reads the header itself, apart from the script that makes the table. */
START_TEST(every_status_of_the_header_is_found_by_its_value) {
        autocleanup(file_closep) FILE *header = fopen(NTSTATUS_HEADER, "re");
        char line[256];
        char name[128];
        char before[128] = "";
        unsigned value, value_before = 0;
        unsigned n = 0;

        ck_assert_ptr_nonnull(header);
        while (fgets(line, sizeof(line), header)) {
                if (sscanf(line, "#define %127s ((NTSTATUS) 0x%8X)", name, &value) != 2)
                        continue;
                /* In order of value, so names of one value follow each other and the first counts.
                 */
                if (n++ == 0 || value != value_before)
                        memcpy(before, name, sizeof(before));
                ck_assert_uint_ge(value, value_before);
                value_before = value;

                ck_assert_msg(nt_status_name((NTSTATUS) value) != NULL, "%s has no name", name);
                ck_assert_str_eq(nt_status_name((NTSTATUS) value), before);
        }
        ck_assert_uint_gt(n, 1500);
}
END_TEST

START_TEST(of_names_that_share_a_value_the_first_is_printed) {
        ck_assert_str_eq(nt_status_name(STATUS_WAIT_0), "STATUS_SUCCESS");
        ck_assert_str_eq(nt_status_name(STATUS_ACCESS_DENIED), "STATUS_ACCESS_DENIED");
        ck_assert_str_eq(nt_status_name(STATUS_OBJECT_NAME_EXISTS), "STATUS_OBJECT_NAME_EXISTS");
}
END_TEST

START_TEST(a_value_without_a_name_has_none) {
        ck_assert_ptr_null(nt_status_name((NTSTATUS) 0x00000004));
        ck_assert_ptr_null(nt_status_name((NTSTATUS) 0x7FFFFFFF));
        ck_assert_ptr_null(nt_status_name((NTSTATUS) 0xFFFFFFFF));
}
END_TEST

START_TEST(no_error_becomes_a_success_or_a_nameless_status) {
        for (int error = 0; error < 4096; error++) {
                NTSTATUS status = nt_status_from_errno(error);

                ck_assert_msg(NT_ERROR(status), "errno %d became %08X", error, (unsigned) status);
                ck_assert_ptr_nonnull(nt_status_name(status));
        }
        ck_assert_status(nt_status_from_errno(-1), STATUS_UNSUCCESSFUL);
}
END_TEST

START_TEST(errors_become_what_they_mean_to_an_nt_caller) {
        static const struct {
                int error;
                NTSTATUS status;
        } pairs[] = {
                { ENOMEM, STATUS_NO_MEMORY },
                { EMFILE, STATUS_INSUFFICIENT_RESOURCES },
                { ENFILE, STATUS_INSUFFICIENT_RESOURCES },
                { ETOOMANYREFS, STATUS_INSUFFICIENT_RESOURCES },
                { EACCES, STATUS_ACCESS_DENIED },
                { EPERM, STATUS_ACCESS_DENIED },
                { ENOSPC, STATUS_DISK_FULL },
                { EFAULT, STATUS_ACCESS_VIOLATION },
                { EINVAL, STATUS_INVALID_PARAMETER },
                { EEXIST, STATUS_CONFLICTING_ADDRESSES },
                { EFBIG, STATUS_SECTION_TOO_BIG },
                { EPIPE, STATUS_PORT_DISCONNECTED },
                { ECONNRESET, STATUS_PORT_DISCONNECTED },
                { EBADF, STATUS_PORT_DISCONNECTED },
                { ECONNREFUSED, STATUS_PORT_CONNECTION_REFUSED },
                { ENOENT, STATUS_PORT_CONNECTION_REFUSED },
                { ETIMEDOUT, STATUS_IO_TIMEOUT },
                { EXDEV, STATUS_UNSUCCESSFUL },
        };

        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
                ck_assert_status(nt_status_from_errno(pairs[i].error), pairs[i].status);
}
END_TEST

START_TEST(a_status_is_found_by_the_name_that_is_printed) {
        NTSTATUS status = STATUS_PENDING;

        ck_assert(nt_status_find("STATUS_SUCCESS", &status));
        ck_assert_status(status, STATUS_SUCCESS);
        ck_assert(nt_status_find("STATUS_ACCESS_DENIED", &status));
        ck_assert_status(status, STATUS_ACCESS_DENIED);
        ck_assert(!nt_status_find("STATUS_", &status));
        ck_assert(!nt_status_find("", &status));
        ck_assert(!nt_status_find("status_success", &status));
        ck_assert_status(status, STATUS_ACCESS_DENIED);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, every_status_of_the_header_is_found_by_its_value);
        tcase_add_test(tests, of_names_that_share_a_value_the_first_is_printed);
        tcase_add_test(tests, a_value_without_a_name_has_none);
        tcase_add_test(tests, a_status_is_found_by_the_name_that_is_printed);
        tcase_add_test(tests, no_error_becomes_a_success_or_a_nameless_status);
        tcase_add_test(tests, errors_become_what_they_mean_to_an_nt_caller);
}

int main(void) {
        return suite_main("status", 10, add_tests);
}
