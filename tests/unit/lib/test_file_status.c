/*
 * What Linux says of files, and classes of information, in NT's terms.
 */

#include <check.h>
#include <errno.h>
#include <glib.h>

#include "assert-status.h"
#include "file-class.h"
#include "file-information.h"
#include "file-status.h"
#include "ntstatus.h"
#include "suite.h"

static const struct {
        int error;
        NTSTATUS status;
        NTSTATUS path_status;
} errors[] = {
        { ENOENT, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { ENOTDIR, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { EEXIST, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_COLLISION },
        { EACCES, STATUS_ACCESS_DENIED, STATUS_ACCESS_DENIED },
        { EPERM, STATUS_ACCESS_DENIED, STATUS_ACCESS_DENIED },
        { EISDIR, STATUS_FILE_IS_A_DIRECTORY, STATUS_FILE_IS_A_DIRECTORY },
        { ENOTEMPTY, STATUS_DIRECTORY_NOT_EMPTY, STATUS_DIRECTORY_NOT_EMPTY },
        { ENAMETOOLONG, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { ELOOP, STATUS_REPARSE_POINT_NOT_RESOLVED, STATUS_REPARSE_POINT_NOT_RESOLVED },
        { EBADF, STATUS_ACCESS_DENIED, STATUS_ACCESS_DENIED },
        { EFBIG, STATUS_FILE_TOO_LARGE, STATUS_FILE_TOO_LARGE },
        { ETXTBSY, STATUS_SHARING_VIOLATION, STATUS_SHARING_VIOLATION },
        { ENXIO, STATUS_NOT_SUPPORTED, STATUS_NOT_SUPPORTED },
        { ENODEV, STATUS_NOT_SUPPORTED, STATUS_NOT_SUPPORTED },
        { ESPIPE, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_DEVICE_REQUEST },
        { ESTALE, STATUS_FILE_INVALID, STATUS_FILE_INVALID },
        { ENOSPC, STATUS_DISK_FULL, STATUS_DISK_FULL },
        { EROFS, STATUS_MEDIA_WRITE_PROTECTED, STATUS_MEDIA_WRITE_PROTECTED },
        { EFAULT, STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION },
        { EMFILE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INSUFFICIENT_RESOURCES },
};

START_TEST(errors_have_statuses) {
        ck_assert_status(file_status(errors[_i].error), errors[_i].status);
        ck_assert_status(file_path_status(errors[_i].error), errors[_i].path_status);
}
END_TEST

START_TEST(classes_are_known) {
        const FileClass basic = file_class(FileBasicInformation);
        const FileClass disposition = file_class(FileDispositionInformation);
        const FileClass stream = file_class(FileStreamInformation);
        const FileClass none = file_class(FileMaximumInformation);

        ck_assert_status(file_class_check(&basic, basic.query_length, 40), STATUS_SUCCESS);
        ck_assert_status(file_class_check(&basic, basic.set_length, 39),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(file_class_check(&disposition, disposition.query_length, 40),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(file_class_check(&disposition, disposition.set_length, 1), STATUS_SUCCESS);
        ck_assert_status(file_class_check(&stream, stream.query_length, 0), STATUS_SUCCESS);
        ck_assert_status(file_class_check(&none, none.query_length, 40), STATUS_INVALID_INFO_CLASS);
}
END_TEST

START_TEST(times_go_both_ways) {
        const struct statx_timestamp epoch = { .tv_sec = 0 }, before = { .tv_sec = -20000000000 };
        const struct statx_timestamp never = { .tv_sec = INT64_MAX };
        struct timespec time;

        ck_assert_uint_eq(nt_time_from_statx(&epoch), 116444736000000000);
        ck_assert_uint_eq(nt_time_from_statx(&before), 0);
        ck_assert_uint_eq(nt_time_from_statx(&never), 0);
        time = nt_time_to_timespec(116444736000000000 + 12345678901);
        ck_assert_int_eq(time.tv_sec, 1234);
        ck_assert_int_eq(time.tv_nsec, 567890100);
        time = nt_time_to_timespec(1);
        ck_assert_int_eq(time.tv_sec, -11644473600);
        ck_assert_int_eq(time.tv_nsec, 100);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, errors_have_statuses, 0, G_N_ELEMENTS(errors));
        tcase_add_test(tests, classes_are_known);
        tcase_add_test(tests, times_go_both_ways);
}

int main(void) {
        return suite_main("file-status", 30, add);
}
