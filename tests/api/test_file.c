/*
 * NtCreateFile and NtOpenFile: dispositions, options, rights. Names are in test_file_names.c.
 */

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "folder.h"
#include "wdm.h"

#define GONE   NULL /* content: there is no such file */
#define FOLDER "folder"

/* What becomes of a file, by disposition: [M] NtCreateFile. */
static const struct {
        ULONG disposition;
        const char *before;
        NTSTATUS status;
        ULONG_PTR information;
        const char *after;
} dispositions[] = {
        { FILE_SUPERSEDE, "old", STATUS_SUCCESS, FILE_SUPERSEDED, "" },
        { FILE_SUPERSEDE, GONE, STATUS_SUCCESS, FILE_CREATED, "" },
        { FILE_OPEN, "old", STATUS_SUCCESS, FILE_OPENED, "old" },
        { FILE_OPEN, GONE, STATUS_OBJECT_NAME_NOT_FOUND, 0, GONE },
        { FILE_CREATE, "old", STATUS_OBJECT_NAME_COLLISION, 0, "old" },
        { FILE_CREATE, GONE, STATUS_SUCCESS, FILE_CREATED, "" },
        { FILE_OPEN_IF, "old", STATUS_SUCCESS, FILE_OPENED, "old" },
        { FILE_OPEN_IF, GONE, STATUS_SUCCESS, FILE_CREATED, "" },
        { FILE_OVERWRITE, "old", STATUS_SUCCESS, FILE_OVERWRITTEN, "" },
        { FILE_OVERWRITE, GONE, STATUS_OBJECT_NAME_NOT_FOUND, 0, GONE },
        { FILE_OVERWRITE_IF, "old", STATUS_SUCCESS, FILE_OVERWRITTEN, "" },
        { FILE_OVERWRITE_IF, GONE, STATUS_SUCCESS, FILE_CREATED, "" },
};

static void expect_content(const char *leaf, const char *content) {
        ck_assert_int_eq(folder_exists(leaf), content != GONE);
        if (content)
                ck_assert_msg(folder_has(leaf, content), "%s does not hold \"%s\"", leaf, content);
}

START_TEST(disposition_says_what_becomes_of_a_file) {
        const FileArguments how = { .leaf = "file",
                .access = READS | WRITES,
                .options = SYNC,
                .disposition = dispositions[_i].disposition };
        IO_STATUS_BLOCK io = { { 77 }, 77 };
        HANDLE file = API_WILD;
        NTSTATUS status = dispositions[_i].status;

        if (dispositions[_i].before)
                folder_put("file", dispositions[_i].before);
        ck_assert_status(file_create(&how, &file, &io), status);
        expect_content("file", dispositions[_i].after);
        if (!NT_SUCCESS(status)) {
                ck_assert_ptr_null(file);
                ck_assert_uint_eq(io.Information, 77); /* [K] written on success only */
                return;
        }
        ck_assert_status(io.Status, STATUS_SUCCESS);
        ck_assert_uint_eq(io.Information, dispositions[_i].information);
        ck_assert_uint_eq(api_granted_access(file), READS | WRITES);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [K] The content of a file goes without a right to write, too. */
START_TEST(overwriting_needs_no_right_of_the_handle_to_write) {
        const FileArguments how = {
                .leaf = "file", .access = FILE_READ_ATTRIBUTES, .disposition = FILE_OVERWRITE
        };
        HANDLE file = NULL;

        folder_put("file", "old");
        api_assert_ok(file_create(&how, &file, NULL));
        expect_content("file", "");
        api_assert_ok(NtClose(file));
}
END_TEST

/* [M] FILE_DIRECTORY_FILE: FILE_CREATE, FILE_OPEN and FILE_OPEN_IF. */
START_TEST(directories_are_made_and_opened) {
        FileArguments how = { .leaf = FOLDER,
                .access = READS,
                .disposition = FILE_CREATE,
                .options = SYNC | FILE_DIRECTORY_FILE };
        IO_STATUS_BLOCK io;
        HANDLE directory = NULL;

        api_assert_ok(file_create(&how, &directory, &io));
        ck_assert_uint_eq(io.Information, FILE_CREATED);
        ck_assert_uint_eq(file_standard(directory).Directory, TRUE);
        api_assert_ok(NtClose(directory));
        ck_assert_status(file_create(&how, &directory, &io), STATUS_OBJECT_NAME_COLLISION);

        how.disposition = FILE_OPEN_IF;
        api_assert_ok(file_create(&how, &directory, &io));
        ck_assert_uint_eq(io.Information, FILE_OPENED);
        api_assert_ok(NtClose(directory));
        how.disposition = FILE_OPEN;
        how.leaf = FOLDER "\\";
        api_assert_ok(file_create(&how, &directory, &io));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] C0000022 for no right at all, but what is missing is missing; bits that no file has. */
START_TEST(rights_are_those_that_were_asked_for) {
        FileArguments how = { .leaf = "file", .disposition = FILE_OPEN };
        HANDLE file = NULL;

        ck_assert_status(file_create(&how, &file, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
        how.disposition = FILE_CREATE;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_ACCESS_DENIED);
        expect_content("file", GONE);
        folder_put("file", "");
        how.disposition = FILE_OPEN;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_ACCESS_DENIED);
        how.access = 0x400;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_ACCESS_DENIED);
        how.access = ACCESS_SYSTEM_SECURITY;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_PRIVILEGE_NOT_HELD);
        how.access = GENERIC_READ;
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert_uint_eq(api_granted_access(file), FILE_GENERIC_READ);
        api_assert_ok(NtClose(file));
        how.access = MAXIMUM_ALLOWED;
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert_uint_eq(api_granted_access(file), FILE_ALL_ACCESS);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] A READONLY file is written by nobody; [P] it is one that nobody may write to on Linux. */
START_TEST(read_only_file_is_not_written) {
        FileArguments how = { .leaf = "file",
                .access = READS | WRITES,
                .disposition = FILE_CREATE,
                .attributes = FILE_ATTRIBUTE_READONLY,
                .options = SYNC };
        struct stat about;
        HANDLE file = NULL;

        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(file_write(file, "written", NULL)); /* by its maker */
        api_assert_ok(NtClose(file));
        ck_assert_int_eq(stat(folder_path("file"), &about), 0);
        ck_assert_uint_eq(about.st_mode & 0222, 0);

        how.disposition = FILE_OPEN;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_ACCESS_DENIED);
        how.access = READS;
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(NtClose(file));
        how.disposition = FILE_OVERWRITE;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_ACCESS_DENIED);
        how.disposition = FILE_OPEN;
        how.access = DELETE;
        how.options = FILE_DELETE_ON_CLOSE;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_CANNOT_DELETE);
        how.access = MAXIMUM_ALLOWED;
        how.options = 0;
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert_uint_eq(api_granted_access(file),
                        FILE_ALL_ACCESS & ~(FILE_WRITE_DATA | FILE_APPEND_DATA));
        api_assert_ok(NtClose(file));
        expect_content("file", "written");
}
END_TEST

/* What the I/O manager refuses [K], and what this project does not have [P]. */
static const FileArguments refused[] = {
        { .access = READS, .attributes = 0x8, .disposition = FILE_OPEN },
        { .access = READS, .share = 8, .disposition = FILE_OPEN },
        { .access = READS, .disposition = 6 },
        { .access = READS, .disposition = FILE_OPEN, .options = 0x1000000 },
        { .access = GENERIC_READ, .disposition = FILE_OPEN, .options = SYNC },
        { .access = READS, .disposition = FILE_OPEN, .options = SYNC | FILE_SYNCHRONOUS_IO_ALERT },
        { .access = READS, .disposition = FILE_OPEN, .options = FILE_DELETE_ON_CLOSE },
        { .access = READS,
                        .disposition = FILE_OPEN,
                        .options = FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE },
        { .access = READS, .disposition = FILE_OVERWRITE, .options = FILE_DIRECTORY_FILE },
        { .access = READS, .disposition = FILE_SUPERSEDE, .options = FILE_DIRECTORY_FILE },
        { .access = READS,
                        .disposition = FILE_OPEN,
                        .options = FILE_DIRECTORY_FILE | FILE_RANDOM_ACCESS },
        { .access = FILE_APPEND_DATA,
                        .disposition = FILE_OPEN,
                        .options = FILE_NO_INTERMEDIATE_BUFFERING },
        { .access = READS, .disposition = FILE_OPEN, .allocation = -1 },
};

START_TEST(arguments_that_make_no_sense_are_refused) {
        FileArguments how = refused[_i];
        HANDLE file = API_WILD;

        folder_put("file", "content");
        how.leaf = "file";
        ck_assert_status(file_create(&how, &file, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(file);
        expect_content("file", "content");
}
END_TEST

static const ULONG unsupported[] = { FILE_CREATE_TREE_CONNECTION, FILE_OPEN_REMOTE_INSTANCE,
        FILE_OPEN_BY_FILE_ID, FILE_OPEN_REQUIRING_OPLOCK, FILE_DISALLOW_EXCLUSIVE,
        FILE_SESSION_AWARE, FILE_RESERVE_OPFILTER, FILE_OPEN_FOR_FREE_SPACE_QUERY };

START_TEST(options_that_are_not_there_are_refused) {
        const FileArguments how = { .leaf = "file",
                .access = READS,
                .disposition = FILE_OPEN_IF,
                .options = unsupported[_i] };
        HANDLE file = NULL;

        ck_assert_status(file_create(&how, &file, NULL), STATUS_NOT_SUPPORTED);
        expect_content("file", GONE);
}
END_TEST

static const ULONG supported[] = { FILE_WRITE_THROUGH, FILE_SEQUENTIAL_ONLY, FILE_RANDOM_ACCESS,
        FILE_NO_INTERMEDIATE_BUFFERING, FILE_COMPLETE_IF_OPLOCKED, FILE_NO_EA_KNOWLEDGE,
        FILE_OPEN_FOR_BACKUP_INTENT, FILE_NO_COMPRESSION, FILE_OPEN_NO_RECALL,
        FILE_OPEN_REPARSE_POINT, FILE_NON_DIRECTORY_FILE };

START_TEST(options_that_are_there_are_accepted) {
        const FileArguments how = { .leaf = "file",
                .access = FILE_READ_DATA | FILE_WRITE_DATA,
                .disposition = FILE_OPEN_IF,
                .options = supported[_i] };
        HANDLE file = NULL;

        for (int i = 0; i < 2; i++) {
                api_assert_ok(file_create(&how, &file, NULL));
                api_assert_ok(NtClose(file));
        }
}
END_TEST

/* [M] STATUS_EAS_NOT_SUPPORTED; a security descriptor would be lost [P]. */
START_TEST(what_cannot_be_kept_is_refused) {
        SECURITY_DESCRIPTOR descriptor;
        POBJECT_ATTRIBUTES attributes = folder_named("file", NULL, 0);
        ULONG ea[4] = { 0 };
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        ck_assert_status(NtCreateFile(&file, READS, attributes, &io, NULL, 0, 0, FILE_CREATE, 0, ea,
                                         sizeof(ea)),
                        STATUS_EAS_NOT_SUPPORTED);
        api_assert_ok(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
        attributes->SecurityDescriptor = &descriptor;
        ck_assert_status(NtCreateFile(&file, READS, attributes, &io, NULL, 0, 0, FILE_CREATE, 0,
                                         NULL, 0),
                        STATUS_NOT_SUPPORTED);
        expect_content("file", GONE);
        folder_put("file", "");
        api_assert_ok(NtCreateFile(
                        &file, READS, attributes, &io, NULL, 0, 0, FILE_OPEN_IF, 0, NULL, 0));
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(bad_pointers_are_statuses) {
        POBJECT_ATTRIBUTES attributes = folder_named("file", NULL, 0);
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        folder_put("file", "");
        ck_assert_status(NtOpenFile(NULL, READS, attributes, &io, 0, 0), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenFile(&file, READS, NULL, &io, 0, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtOpenFile(&file, READS, API_WILD, &io, 0, 0), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenFile(&file, READS, attributes, NULL, 0, 0), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenFile(&file, READS, attributes, API_WILD, 0, 0),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateFile(&file, READS, attributes, &io, API_WILD, 0, 0, FILE_OPEN, 0,
                                         NULL, 0),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(file);
}
END_TEST

/* [P] What is neither file nor directory never makes an open wait. */
START_TEST(other_things_of_linux) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const char *const leaves[] = { "fifo", "socket" };
        char byte = 1;
        HANDLE file = NULL;
        ULONG n = 0;

        ck_assert_int_eq(mkfifo(folder_path("fifo"), 0600), 0);
        g_strlcpy(address.sun_path, folder_path("socket"), sizeof(address.sun_path));
        ck_assert_int_eq(bind(fd, (struct sockaddr *) &address, sizeof(address)), 0);
        close(fd);
        for (size_t i = 0; i < G_N_ELEMENTS(leaves); i++) {
                ck_assert_status(file_open(leaves[i], FILE_READ_DATA, SHARE_ALL, &file),
                                STATUS_NOT_SUPPORTED);
                ck_assert_status(file_open(leaves[i], FILE_WRITE_DATA, SHARE_ALL, &file),
                                STATUS_NOT_SUPPORTED);
                file = file_opened(leaves[i], FILE_READ_ATTRIBUTES, SHARE_ALL);
                api_assert_ok(NtClose(file));
                file = file_opened(leaves[i], MAXIMUM_ALLOWED, SHARE_ALL);
                api_assert_ok(NtClose(file));
        }
        ck_assert_int_eq(symlink("/dev/zero", folder_path("zero")), 0);
        file = file_opened("zero", FILE_READ_DATA, SHARE_ALL);
        api_assert_ok(file_read(file, &byte, 1, NULL, &n));
        ck_assert_uint_eq(n, 1);
        ck_assert_int_eq(byte, 0);
        api_assert_ok(NtClose(file));
}
END_TEST

/* A File is no section, and the other way round. */
START_TEST(types_are_told_apart) {
        FILE_ACCESS_INFORMATION access;
        IO_STATUS_BLOCK io;
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtQueryInformationFile(section, &io, &access, sizeof(access),
                                         FileAccessInformation),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQueryInformationFile(NtCurrentProcess(), &io, &access, sizeof(access),
                                         FileAccessInformation),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQueryInformationFile((HANDLE) 0x7770, &io, &access, sizeof(access),
                                         FileAccessInformation),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtReadFile(section, NULL, NULL, NULL, &io, &access, 1, NULL, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.1: kernel handles; for the kernel no rights are checked, but Linux's and READONLY's.
 */
START_TEST(drivers_have_files_too) {
        FileArguments how = { .leaf = "file",
                .access = FILE_READ_ATTRIBUTES,
                .options = 0,
                .disposition = FILE_OPEN_IF,
                .object_attributes = OBJ_KERNEL_HANDLE };
        LARGE_INTEGER offset = { .QuadPart = 0 };
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;
        char byte = 0;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        folder_put("file", "content");
        how.access = FILE_READ_DATA | SYNCHRONIZE;
        how.options = SYNC;
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert_uint_ge((uintptr_t) file, 0xFFFFFFFF80000000ull);
        api_assert_ok(ZwReadFile(file, NULL, NULL, NULL, &io, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, 'c');
        api_assert_ok(ZwReadFile(file, NULL, NULL, NULL, &io, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, 'o');
        /* What is not open for writing cannot be written, whoever asks. */
        ck_assert_status(ZwWriteFile(file, NULL, NULL, NULL, &io, &byte, 1, &offset, NULL),
                        STATUS_ACCESS_DENIED);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtReadFile(file, NULL, NULL, NULL, &io, &byte, 1, NULL, NULL),
                        STATUS_INVALID_HANDLE);
        api_assert_ok(ZwClose(file));
        zw_set_previous_mode(KernelMode);
        ck_assert(folder_has("file", "content"));

        /* [K] In KernelMode the I/O manager does not look at the options. */
        how = (FileArguments){
                .leaf = "file", .access = GENERIC_READ, .disposition = FILE_OPEN, .options = SYNC
        };
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [M] AllocationSize: kept free, and not yet part of the file. */
START_TEST(room_is_kept_for_a_new_file) {
        const FileArguments how = { .leaf = "file",
                .access = FILE_READ_ATTRIBUTES,
                .disposition = FILE_CREATE,
                .allocation = 65536 };
        FILE_STANDARD_INFORMATION standard;
        HANDLE file = NULL;

        api_assert_ok(file_create(&how, &file, NULL));
        standard = file_standard(file);
        ck_assert_int_eq(standard.EndOfFile.QuadPart, 0);
        ck_assert_int_ge(standard.AllocationSize.QuadPart, 65536);
        api_assert_ok(NtClose(file));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_loop_test(tests, disposition_says_what_becomes_of_a_file, 0,
                        G_N_ELEMENTS(dispositions));
        tcase_add_test(tests, overwriting_needs_no_right_of_the_handle_to_write);
        tcase_add_test(tests, directories_are_made_and_opened);
        tcase_add_test(tests, rights_are_those_that_were_asked_for);
        tcase_add_test(tests, read_only_file_is_not_written);
        tcase_add_loop_test(
                        tests, arguments_that_make_no_sense_are_refused, 0, G_N_ELEMENTS(refused));
        tcase_add_loop_test(tests, options_that_are_not_there_are_refused, 0,
                        G_N_ELEMENTS(unsupported));
        tcase_add_loop_test(tests, options_that_are_there_are_accepted, 0, G_N_ELEMENTS(supported));
        tcase_add_test(tests, what_cannot_be_kept_is_refused);
        tcase_add_test(tests, bad_pointers_are_statuses);
        tcase_add_test(tests, other_things_of_linux);
        tcase_add_test(tests, types_are_told_apart);
        tcase_add_test(tests, drivers_have_files_too);
        tcase_add_test(tests, room_is_kept_for_a_new_file);
}

int main(void) {
        return api_main("file", 60, add);
}
