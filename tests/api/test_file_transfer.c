/*
 * NtReadFile, NtWriteFile and NtFlushBuffersFile.
 */

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "folder.h"
#include "winternl.h"

#define USE_POSITION (-2ll)
#define WRITE_TO_END (-1ll)

static HANDLE opened_with(const char *leaf, ACCESS_MASK access, ULONG options) {
        const FileArguments how = { .leaf = leaf,
                .access = access | SYNCHRONIZE,
                .share = SHARE_ALL,
                .disposition = FILE_OPEN_IF,
                .options = options };
        HANDLE file = NULL;

        api_assert_ok(file_create(&how, &file, NULL));
        return file;
}

static void expect_read(HANDLE file, const LONGLONG *offset, ULONG size, const char *want) {
        char found[64] = "";
        ULONG n = 0;

        api_assert_ok(file_read(file, found, size, offset, &n));
        ck_assert_uint_eq(n, strlen(want));
        ck_assert_str_eq(found, want);
}

/* [W] file.c: reads and writes without an offset go on where the last one ended. */
START_TEST(position_moves_along) {
        HANDLE file = opened_with("file", READS | WRITES, SYNC);
        const LONGLONG start = 0, position = USE_POSITION;

        api_assert_ok(file_write(file, "abcdef", NULL));
        ck_assert_int_eq(file_position(file), 6);
        expect_read(file, &start, 2, "ab");
        ck_assert_int_eq(file_position(file), 2);
        expect_read(file, NULL, 2, "cd");
        api_assert_ok(file_write(file, "E", &position));
        ck_assert_int_eq(file_position(file), 5);
        expect_read(file, &position, 10, "f");
        ck_assert_int_eq(file_position(file), 6);
        ck_assert(folder_has("file", "abcdEf"));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] An offset is where the position is afterwards, too. */
START_TEST(offset_sets_the_position) {
        HANDLE file = opened_with("file", READS | WRITES, SYNC);
        const LONGLONG three = 3;

        api_assert_ok(file_write(file, "abcdef", NULL));
        expect_read(file, &three, 2, "de");
        ck_assert_int_eq(file_position(file), 5);
        api_assert_ok(file_write(file, "XY", &three));
        ck_assert_int_eq(file_position(file), 5);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] At the end and beyond it: STATUS_END_OF_FILE and no bytes, and the position stays. */
START_TEST(nothing_is_read_at_the_end) {
        HANDLE file = opened_with("file", READS | WRITES, SYNC);
        const LONGLONG beyond = 100, two = 2;
        ULONG n = 99;
        char byte = 0;

        api_assert_ok(file_write(file, "abc", NULL));
        ck_assert_status(file_read(file, &byte, 1, NULL, &n), STATUS_END_OF_FILE);
        ck_assert_uint_eq(n, 0);
        ck_assert_status(file_read(file, &byte, 1, &beyond, &n), STATUS_END_OF_FILE);
        ck_assert_uint_eq(n, 0);
        ck_assert_int_eq(file_position(file), 3);
        expect_read(file, &two, 10, "c"); /* as much as there is */
        api_assert_ok(file_read(file, NULL, 0, NULL, &n));
        ck_assert_uint_eq(n, 0);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] FILE_WRITE_TO_END_OF_FILE; [M] FILE_APPEND_DATA alone writes nowhere else. */
START_TEST(bytes_are_appended) {
        const LONGLONG end = WRITE_TO_END, start = 0;
        HANDLE file = NULL;

        folder_put("file", "abc");
        file = opened_with("file", READS | WRITES, SYNC);
        api_assert_ok(file_write(file, "d", &end));
        ck_assert_int_eq(file_position(file), 4);
        api_assert_ok(NtClose(file));

        file = opened_with("file", FILE_APPEND_DATA, SYNC);
        api_assert_ok(file_write(file, "e", &start));
        api_assert_ok(file_write(file, "f", NULL));
        api_assert_ok(NtClose(file));
        file = opened_with("file", FILE_APPEND_DATA, 0);
        api_assert_ok(file_write(file, "g", NULL));
        api_assert_ok(NtClose(file));
        file = opened_with("file", FILE_WRITE_DATA, 0);
        api_assert_ok(file_write(file, "h", &end));
        api_assert_ok(NtClose(file));
        ck_assert(folder_has("file", "abcdefgh"));
}
END_TEST

/* A duplicate may have less rights than the File: what it lacks it cannot do. */
START_TEST(duplicate_without_the_right_to_write_appends) {
        const LONGLONG start = 0;
        HANDLE file = NULL, appends = NULL, reads = NULL;

        folder_put("file", "abc");
        file = opened_with("file", READS | WRITES, SYNC);
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), file, NtCurrentProcess(), &appends,
                        FILE_APPEND_DATA, 0, 0));
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), file, NtCurrentProcess(), &reads,
                        FILE_READ_DATA, 0, 0));
        api_assert_ok(file_write(appends, "d", &start));
        ck_assert_status(file_write(reads, "x", &start), STATUS_ACCESS_DENIED);
        ck_assert_status(file_read(appends, &(char){ 0 }, 1, &start, NULL), STATUS_ACCESS_DENIED);
        expect_read(reads, &start, 9, "abcd");
        ck_assert_int_eq(file_position(file), 4); /* it is one File */
        api_assert_ok(NtClose(file));
        api_assert_ok(NtClose(appends));
        expect_read(reads, &start, 1, "a");
        api_assert_ok(NtClose(reads));
}
END_TEST

/* [W] Asynchronous: an offset is needed, and there is no position; here all is done at once [P]. */
START_TEST(without_synchronous_io_there_is_no_position) {
        const LONGLONG start = 0, position = USE_POSITION;
        HANDLE file = opened_with("file", READS | WRITES, 0);
        char byte = 0;

        ck_assert_status(file_write(file, "abc", NULL), STATUS_INVALID_PARAMETER);
        api_assert_ok(file_write(file, "abc", &start));
        ck_assert_status(file_read(file, &byte, 1, NULL, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(file_read(file, &byte, 1, &position, NULL), STATUS_INVALID_PARAMETER);
        expect_read(file, &start, 9, "abc");
        ck_assert_int_eq(file_position(file), 0);
        api_assert_ok(NtClose(file));
}
END_TEST

static const struct {
        bool writes;
        LONGLONG offset;
} bad_offsets[] = { { false, WRITE_TO_END }, { false, -3 }, { true, -3 }, { true, INT64_MIN } };

START_TEST(offsets_are_not_negative) {
        HANDLE file = opened_with("file", READS | WRITES, SYNC);
        const LONGLONG *offset = &bad_offsets[_i].offset;
        char byte = 0;

        if (bad_offsets[_i].writes)
                ck_assert_status(file_write(file, "x", offset), STATUS_INVALID_PARAMETER);
        else
                ck_assert_status(file_read(file, &byte, 1, offset, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 0);
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(handle_needs_the_right) {
        HANDLE reads = NULL, writes = NULL, neither = NULL, directory = NULL;
        IO_STATUS_BLOCK io;
        char byte = 0;

        folder_put("file", "abc");
        reads = opened_with("file", FILE_READ_DATA, SYNC);
        writes = opened_with("file", FILE_WRITE_DATA, SYNC);
        neither = opened_with("file", FILE_READ_ATTRIBUTES, SYNC);
        directory = opened_with("", FILE_LIST_DIRECTORY, SYNC);
        ck_assert_status(file_write(reads, "x", NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(file_read(writes, &byte, 1, NULL, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(file_read(neither, &byte, 1, NULL, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(file_write(neither, "x", NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(file_read(directory, &byte, 1, NULL, NULL), STATUS_INVALID_DEVICE_REQUEST);
        ck_assert_status(NtFlushBuffersFile(reads, &io), STATUS_ACCESS_DENIED);
        io.Information = 77;
        api_assert_ok(NtFlushBuffersFile(writes, &io));
        ck_assert_status(io.Status, STATUS_SUCCESS);
        ck_assert_uint_eq(io.Information, 0);
        api_assert_ok(NtClose(reads));
        api_assert_ok(NtClose(writes));
        api_assert_ok(NtClose(neither));
        api_assert_ok(NtClose(directory));
}
END_TEST

/*
 * [W] file.c: STATUS_ACCESS_VIOLATION to read into, STATUS_INVALID_USER_BUFFER to write from;
 * nothing has happened, also where only the end is missing.
 */
START_TEST(bad_buffers_are_statuses) {
        char *pages = mmap(NULL, 2 * API_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                        -1, 0);
        g_autofree char *content = g_strnfill(3 * API_PAGE, 'x');
        LARGE_INTEGER offset = { .QuadPart = 0 };
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        ck_assert_ptr_ne(pages, MAP_FAILED);
        ck_assert_int_eq(mprotect(pages + API_PAGE, API_PAGE, PROT_NONE), 0);
        folder_put("file", content);
        file = opened_with("file", READS | WRITES, SYNC);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, pages, 2 * API_PAGE, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(file_position(file), 0);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, API_WILD, 1, &offset, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, NULL, 1, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        /* A buffer is looked at before the offset, and where there is nothing to read. */
        offset.QuadPart = -5;
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, API_WILD, 1, &offset, NULL),
                        STATUS_ACCESS_VIOLATION);
        offset.QuadPart = 0x100000;
        io.Status = 77;
        ck_assert_status(
                        NtReadFile(file, NULL, NULL, NULL, &io, pages + API_PAGE, 1, &offset, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(
                        NtReadFile(file, NULL, NULL, NULL, &io, pages, 2 * API_PAGE, &offset, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(io.Status, 77);
        ck_assert_status(NtWriteFile(file, NULL, NULL, NULL, &io, API_WILD, 1, NULL, NULL),
                        STATUS_INVALID_USER_BUFFER);
        ck_assert_status(NtWriteFile(file, NULL, NULL, NULL, &io, NULL, 1, NULL, NULL),
                        STATUS_INVALID_USER_BUFFER);
        ck_assert_status(NtWriteFile(file, NULL, NULL, NULL, &io, (PVOID) (1ull << 47), 1, NULL,
                                         NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, NULL, pages, 1, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, API_WILD, pages, 1, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, pages, 1, API_WILD, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(file_position(file), 0);
        ck_assert_int_eq(munmap(pages, 2 * API_PAGE), 0);
        api_assert_ok(NtClose(file));
}
END_TEST

static void NTAPI routine(PVOID context, PIO_STATUS_BLOCK io, ULONG reserved) {
        (void) context, (void) io, (void) reserved;
}

/* [P] Events, routines and locks come later. */
START_TEST(what_is_not_there_is_not_supported) {
        LARGE_INTEGER offset = { .QuadPart = 0 };
        HANDLE file = opened_with("file", READS | WRITES, 0);
        IO_STATUS_BLOCK io;
        ULONG key = 0;
        char byte = 'x';

        ck_assert_status(NtWriteFile(file, file, NULL, NULL, &io, &byte, 1, &offset, NULL),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtWriteFile(file, NULL, routine, NULL, &io, &byte, 1, &offset, NULL),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtWriteFile(file, NULL, NULL, NULL, &io, &byte, 1, &offset, &key),
                        STATUS_NOT_SUPPORTED);
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 0);
        api_assert_ok(NtClose(file));
}
END_TEST

static void use_null(const WCHAR *name) {
        IO_STATUS_BLOCK io;
        char byte = 'x';
        HANDLE file = NULL;
        ULONG n = 99;

        api_assert_ok(NtOpenFile(&file, READS | WRITES, NAMED(name), &io, 0, SYNC));
        api_assert_ok(file_write(file, "vanishes", NULL));
        ck_assert_status(file_read(file, &byte, 1, NULL, &n), STATUS_END_OF_FILE);
        ck_assert_uint_eq(n, 0);
        ck_assert_int_eq(byte, 'x');
        ck_assert_status(file_set_end(file, 0), STATUS_INVALID_DEVICE_REQUEST);
        ck_assert_status(NtFlushBuffersFile(file, &io), STATUS_INVALID_DEVICE_REQUEST);
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 0);
        api_assert_ok(NtClose(file));
}

/* [K] \Device\Null, of which any name is the same. */
START_TEST(null_device_takes_everything_and_gives_nothing) {
        use_null(u"\\Device\\Null");
        use_null(u"\\??\\NUL");
        use_null(u"\\Device\\Null\\any\\name");
}
END_TEST

/* Closing a handle takes nothing away from who reads through another. */
static gint stop_reading;

static void *read_on(void *arg) {
        HANDLE file = arg;
        const LONGLONG start = 0;
        char text[8];

        while (!g_atomic_int_get(&stop_reading)) {
                ULONG n = 0;

                if (file_read(file, text, 3, &start, &n) != STATUS_SUCCESS || n != 3)
                        return arg;
        }
        return NULL;
}

START_TEST(threads_may_use_and_close_handles_on_one_file) {
        GThread *threads[3];
        HANDLE file = NULL;

        folder_put("file", "abc");
        file = opened_with("file", READS, 0);
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                threads[i] = g_thread_new("reads", read_on, file);
        for (int i = 0; i < 2000; i++) {
                HANDLE again = NULL;

                api_assert_ok(NtDuplicateObject(NtCurrentProcess(), file, NtCurrentProcess(),
                                &again, 0, 0, DUPLICATE_SAME_ACCESS));
                api_assert_ok(NtClose(again));
        }
        g_atomic_int_set(&stop_reading, 1);
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_ptr_null(g_thread_join(threads[i]));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [P] A program that closes descriptors it does not know loses nothing. */
START_TEST(file_survives_that_its_descriptor_is_closed) {
        const LONGLONG start = 0;
        HANDLE file = NULL;
        int strange = -1;

        folder_put("file", "abc");
        folder_put("strange", "xyz");
        file = opened_with("file", READS | WRITES, SYNC);
        expect_read(file, &start, 1, "a");
        for (int fd = 3; fd < 64; fd++) {
                g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
                g_autofree char *path = g_file_read_link(link, NULL);

                if (!path || strcmp(path, folder_path("file")) != 0)
                        continue;
                ck_assert_int_eq(close(fd), 0);
                strange = open(folder_path("strange"), O_RDWR | O_CLOEXEC);
                ck_assert_int_eq(strange, fd);
        }
        expect_read(file, NULL, 9, "bc"); /* its position too is what it was */
        api_assert_ok(file_write(file, "d", NULL));
        ck_assert(folder_has("strange", "xyz"));
        ck_assert(folder_has("file", "abcd"));
        api_assert_ok(NtClose(file));
        ck_assert_int_eq(fcntl(strange, F_GETFD), FD_CLOEXEC);
        close(strange);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_test(tests, position_moves_along);
        tcase_add_test(tests, offset_sets_the_position);
        tcase_add_test(tests, nothing_is_read_at_the_end);
        tcase_add_test(tests, bytes_are_appended);
        tcase_add_test(tests, duplicate_without_the_right_to_write_appends);
        tcase_add_test(tests, without_synchronous_io_there_is_no_position);
        tcase_add_loop_test(tests, offsets_are_not_negative, 0, G_N_ELEMENTS(bad_offsets));
        tcase_add_test(tests, handle_needs_the_right);
        tcase_add_test(tests, bad_buffers_are_statuses);
        tcase_add_test(tests, what_is_not_there_is_not_supported);
        tcase_add_test(tests, null_device_takes_everything_and_gives_nothing);
        tcase_add_test(tests, threads_may_use_and_close_handles_on_one_file);
        tcase_add_test(tests, file_survives_that_its_descriptor_is_closed);
}

int main(void) {
        return api_main("file-transfer", 60, add);
}
