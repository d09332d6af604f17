/*
 * Files for what Linux has given the program: zw_file_from_descriptor().
 */

#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api.h"
#include "winternl.h"

static HANDLE file_of(int fd, ACCESS_MASK access) {
        HANDLE file = NULL;

        api_assert_ok(zw_file_from_descriptor(fd, access, 0, &file));
        return file;
}

static NTSTATUS put(HANDLE file, const char *text, ULONG_PTR *ret) {
        IO_STATUS_BLOCK io = { 0 };
        NTSTATUS status = NtWriteFile(file, NULL, NULL, NULL, &io, ZW_UNCONST(text),
                        (ULONG) strlen(text), NULL, NULL);

        if (ret)
                *ret = io.Information;
        return status;
}

static NTSTATUS get(HANDLE file, char *text, ULONG size, ULONG_PTR *ret) {
        IO_STATUS_BLOCK io = { 0 };
        NTSTATUS status = NtReadFile(file, NULL, NULL, NULL, &io, text, size, NULL, NULL);

        *ret = io.Information;
        return status;
}

static ULONG device_of(HANDLE file) {
        FILE_FS_DEVICE_INFORMATION device = { 0 };
        IO_STATUS_BLOCK io;

        api_assert_ok(NtQueryVolumeInformationFile(
                        file, &io, &device, sizeof(device), FileFsDeviceInformation));
        return device.DeviceType;
}

static int temporary(int flags) {
        char path[512];
        int fd;

        snprintf(path, sizeof(path), "%s/given", api_folder());
        fd = open(path, flags | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        ck_assert_int_ge(fd, 0);
        return fd;
}

START_TEST(a_pipe_gives_what_it_has_and_ends_when_its_writer_does) {
        int ends[2];
        HANDLE reader, writer;
        char text[16] = { 0 };
        ULONG_PTR n = 0;

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        reader = file_of(ends[0], FILE_GENERIC_READ);
        writer = file_of(ends[1], FILE_GENERIC_WRITE);
        close(ends[0]);
        close(ends[1]);
        ck_assert_uint_eq(device_of(reader), FILE_DEVICE_NAMED_PIPE);
        api_assert_ok(put(writer, "abc", &n));
        ck_assert_uint_eq(n, 3);
        api_assert_ok(get(reader, text, sizeof(text), &n));
        ck_assert_uint_eq(n, 3);
        ck_assert_mem_eq(text, "abc", 3);
        api_assert_ok(NtClose(writer));
        ck_assert_status(get(reader, text, sizeof(text), &n), STATUS_PIPE_BROKEN);
        api_assert_ok(NtClose(reader));
}
END_TEST

START_TEST(a_pipe_that_nobody_reads_is_closing) {
        int ends[2];
        HANDLE writer;

        signal(SIGPIPE, SIG_IGN);
        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        writer = file_of(ends[1], FILE_GENERIC_WRITE);
        close(ends[0]);
        close(ends[1]);
        ck_assert_status(put(writer, "abc", NULL), STATUS_PIPE_CLOSING);
        api_assert_ok(NtClose(writer));
}
END_TEST

static void *drain(void *context) {
        const int *fd = context;
        size_t total = 0;
        char some[4096];
        ssize_t n;

        while ((n = read(*fd, some, sizeof(some))) > 0)
                total += (size_t) n;
        return (void *) total;
}

START_TEST(a_write_is_whole_though_the_pipe_is_full_and_others_made_it_nonblocking) {
        const ULONG size = 1000000;
        char *many = calloc(1, size);
        int ends[2];
        IO_STATUS_BLOCK io = { 0 };
        pthread_t reader;
        HANDLE writer;
        void *total = NULL;

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
        writer = file_of(ends[1], FILE_GENERIC_WRITE);
        close(ends[1]);
        ck_assert_int_eq(pthread_create(&reader, NULL, drain, &ends[0]), 0);
        api_assert_ok(NtWriteFile(writer, NULL, NULL, NULL, &io, many, size, NULL, NULL));
        ck_assert_uint_eq(io.Information, size);
        api_assert_ok(NtClose(writer));
        ck_assert_int_eq(pthread_join(reader, &total), 0);
        ck_assert_uint_eq((size_t) total, size);
        close(ends[0]);
        free(many);
}
END_TEST

START_TEST(a_socket_is_a_pipe_and_the_other_end_hears_of_its_close) {
        int pair[2];
        char text[8];
        ULONG_PTR n = 0;
        HANDLE file;

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        file = file_of(pair[0], FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        close(pair[0]);
        ck_assert_uint_eq(device_of(file), FILE_DEVICE_NAMED_PIPE);
        api_assert_ok(put(file, "xy", NULL));
        ck_assert_int_eq(read(pair[1], text, sizeof(text)), 2);
        ck_assert_int_eq(write(pair[1], "z", 1), 1);
        api_assert_ok(get(file, text, sizeof(text), &n));
        ck_assert_uint_eq(n, 1);
        api_assert_ok(NtClose(file));
        ck_assert_int_eq(read(pair[1], text, sizeof(text)), 0); /* the daemon does not hold it */
        close(pair[1]);
}
END_TEST

START_TEST(a_terminal_is_a_console) {
        int master, slave;
        char text[16];
        ULONG_PTR n = 0;
        HANDLE file;

        ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
        file = file_of(slave, FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        ck_assert_uint_eq(device_of(file), FILE_DEVICE_CONSOLE);
        ck_assert_int_eq(write(master, "line\n", 5), 5);
        api_assert_ok(get(file, text, sizeof(text), &n));
        ck_assert_uint_eq(n, 5);
        ck_assert_int_eq(write(master, "\4", 1), 1); /* the end of input */
        ck_assert_status(get(file, text, sizeof(text), &n), STATUS_END_OF_FILE);
        api_assert_ok(NtClose(file));
        close(master);
        close(slave);
}
END_TEST

START_TEST(a_regular_file_goes_on_where_the_descriptor_is) {
        int fd = temporary(O_RDWR);
        HANDLE file;
        char text[16] = { 0 };

        ck_assert_int_eq(write(fd, "one ", 4), 4);
        file = file_of(fd, FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        ck_assert_uint_eq(device_of(file), FILE_DEVICE_DISK);
        api_assert_ok(put(file, "two ", NULL));
        ck_assert_int_eq(write(fd, "three", 5), 5); /* the position is shared */
        ck_assert_int_eq(pread(fd, text, sizeof(text), 0), 13);
        ck_assert_str_eq(text, "one two three");
        api_assert_ok(NtClose(file));
        close(fd);
}
END_TEST

START_TEST(what_appends_appends_wherever_the_caller_says) {
        int fd = temporary(O_RDWR | O_APPEND);
        LARGE_INTEGER offset = { .QuadPart = 0 };
        IO_STATUS_BLOCK io;
        char text[16] = { 0 };
        HANDLE file;

        ck_assert_int_eq(write(fd, "one ", 4), 4);
        file = file_of(fd, FILE_GENERIC_WRITE);
        api_assert_ok(put(file, "two ", NULL));
        api_assert_ok(NtWriteFile(
                        file, NULL, NULL, NULL, &io, ZW_UNCONST("three"), 5, &offset, NULL));
        ck_assert_int_eq(pread(fd, text, sizeof(text), 0), 13);
        ck_assert_str_eq(text, "one two three");
        api_assert_ok(NtClose(file));
        close(fd);
}
END_TEST

START_TEST(dev_null_is_the_null_device) {
        int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        ULONG_PTR n = 0;
        char text[4];
        HANDLE file = file_of(fd, FILE_GENERIC_READ | FILE_GENERIC_WRITE);

        ck_assert_uint_eq(device_of(file), FILE_DEVICE_NULL);
        api_assert_ok(put(file, "gone", &n));
        ck_assert_uint_eq(n, 4);
        ck_assert_status(get(file, text, sizeof(text), &n), STATUS_END_OF_FILE);
        api_assert_ok(NtClose(file));
        close(fd);
}
END_TEST

START_TEST(what_the_descriptor_cannot_do_is_denied) {
        int ends[2], closed;
        HANDLE file = (HANDLE) 1;

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        ck_assert_status(zw_file_from_descriptor(ends[0], FILE_GENERIC_WRITE, 0, &file),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(file);
        ck_assert_status(zw_file_from_descriptor(ends[1], FILE_GENERIC_READ, 0, &file),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(zw_file_from_descriptor(ends[1], DELETE, 0, &file), STATUS_ACCESS_DENIED);
        ck_assert_status(zw_file_from_descriptor(ends[1], GENERIC_WRITE, OBJ_PERMANENT, &file),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_file_from_descriptor(ends[1], GENERIC_WRITE, 0, NULL),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(zw_file_from_descriptor(ends[1], MAXIMUM_ALLOWED, OBJ_INHERIT, &file));
        ck_assert_uint_eq(api_granted_access(file) & (FILE_READ_DATA | FILE_WRITE_DATA),
                        FILE_WRITE_DATA);
        api_assert_ok(NtClose(file));
        closed = ends[0];
        close(ends[0]);
        close(ends[1]);
        ck_assert_status(zw_file_from_descriptor(closed, GENERIC_READ, 0, &file),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(
                        zw_file_from_descriptor(-1, GENERIC_READ, 0, &file), STATUS_INVALID_HANDLE);
}
END_TEST

/* [P] Sharing rules come too late for what is open already. */
START_TEST(a_file_that_is_kept_from_others_is_still_what_its_descriptor_is) {
        int fd = temporary(O_RDWR);
        HANDLE device = NULL, file;
        WCHAR path[256] = u"\\??\\Z:";
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io;
        size_t n = 6;

        for (const char *at = api_folder(); *at; at++)
                path[n++] = *at == '/' ? '\\' : (WCHAR) *at;
        for (const char *at = "\\given"; *at; at++)
                path[n++] = (WCHAR) *at;
        RtlInitUnicodeString(&name, path);
        InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
        api_assert_ok(NtOpenFile(&device, FILE_GENERIC_READ, &attributes, &io, 0,
                        FILE_SYNCHRONOUS_IO_NONALERT));
        file = file_of(fd, FILE_GENERIC_WRITE);
        api_assert_ok(put(file, "x", NULL));
        ck_assert_uint_eq(device_of(file), FILE_DEVICE_DISK);
        api_assert_ok(NtClose(file));
        api_assert_ok(NtClose(device));
        close(fd);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_pipe_gives_what_it_has_and_ends_when_its_writer_does);
        tcase_add_test(tests, a_pipe_that_nobody_reads_is_closing);
        tcase_add_test(tests,
                        a_write_is_whole_though_the_pipe_is_full_and_others_made_it_nonblocking);
        tcase_add_test(tests, a_socket_is_a_pipe_and_the_other_end_hears_of_its_close);
        tcase_add_test(tests, a_terminal_is_a_console);
        tcase_add_test(tests, a_regular_file_goes_on_where_the_descriptor_is);
        tcase_add_test(tests, what_appends_appends_wherever_the_caller_says);
        tcase_add_test(tests, dev_null_is_the_null_device);
        tcase_add_test(tests, what_the_descriptor_cannot_do_is_denied);
        tcase_add_test(tests, a_file_that_is_kept_from_others_is_still_what_its_descriptor_is);
}

int main(void) {
        return api_main("file-descriptor", 60, add_tests);
}
