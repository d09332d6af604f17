/*
 * Names of files: what they may look like, where they begin, and what can be asked by name alone.
 */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "winternl.h"

#define FOLDER "folder"

/* What may be opened as what, and what its name may look like. */
static const struct {
        const char *leaf;
        ULONG options;
        ULONG disposition;
        NTSTATUS status;
} names[] = {
        { "file", FILE_DIRECTORY_FILE, FILE_OPEN, STATUS_NOT_A_DIRECTORY },
        { "file", FILE_DIRECTORY_FILE, FILE_CREATE, STATUS_OBJECT_NAME_COLLISION },
        { "file", FILE_NON_DIRECTORY_FILE, FILE_OPEN, STATUS_SUCCESS },
        { FOLDER, FILE_NON_DIRECTORY_FILE, FILE_OPEN, STATUS_FILE_IS_A_DIRECTORY },
        { FOLDER, FILE_NON_DIRECTORY_FILE, FILE_OVERWRITE_IF, STATUS_FILE_IS_A_DIRECTORY },
        { FOLDER, 0, FILE_OVERWRITE_IF, STATUS_OBJECT_NAME_COLLISION },
        { FOLDER, 0, FILE_OPEN, STATUS_SUCCESS },
        { FOLDER, 0, FILE_CREATE, STATUS_OBJECT_NAME_COLLISION },
        { FOLDER "\\", 0, FILE_OPEN, STATUS_SUCCESS },
        { "file\\", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "new\\", 0, FILE_CREATE, STATUS_OBJECT_NAME_INVALID },
        { "new\\", FILE_DIRECTORY_FILE, FILE_CREATE, STATUS_SUCCESS },
        { "file\\\\", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { FOLDER "\\\\file", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { ".\\file", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { FOLDER "\\..\\file", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "a/b", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "a?", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "a*", 0, FILE_CREATE, STATUS_OBJECT_NAME_INVALID },
        { "file:stream", 0, FILE_CREATE, STATUS_OBJECT_NAME_INVALID },
        { "a<b", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "a\x1f", 0, FILE_OPEN, STATUS_OBJECT_NAME_INVALID },
        { "missing", 0, FILE_OPEN, STATUS_OBJECT_NAME_NOT_FOUND },
        { "missing\\file", 0, FILE_OPEN, STATUS_OBJECT_PATH_NOT_FOUND },
        { "missing\\file", 0, FILE_CREATE, STATUS_OBJECT_PATH_NOT_FOUND },
        { "file\\file", 0, FILE_OPEN, STATUS_OBJECT_PATH_NOT_FOUND },
        { "FILE", 0, FILE_OPEN, STATUS_OBJECT_NAME_NOT_FOUND },
        { "dangling", 0, FILE_OPEN, STATUS_OBJECT_PATH_NOT_FOUND },
        { "dangling", 0, FILE_CREATE, STATUS_OBJECT_PATH_NOT_FOUND },
        { "dangling", 0, FILE_OPEN_IF, STATUS_OBJECT_PATH_NOT_FOUND },
        { "circle", 0, FILE_OPEN, STATUS_REPARSE_POINT_NOT_RESOLVED },
        { "link", 0, FILE_OPEN, STATUS_SUCCESS },
        { "link", FILE_OPEN_REPARSE_POINT, FILE_OPEN, STATUS_SUCCESS },
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 0, FILE_CREATE, STATUS_SUCCESS },
};

START_TEST(name_and_options_are_checked_as_on_windows) {
        const FileArguments how = { .leaf = names[_i].leaf,
                .access = FILE_READ_ATTRIBUTES,
                .disposition = names[_i].disposition,
                .options = names[_i].options };
        HANDLE file = API_WILD;

        folder_put("file", "content");
        ck_assert_int_eq(g_mkdir(folder_path(FOLDER), 0700), 0);
        ck_assert_int_eq(symlink("nowhere", folder_path("dangling")), 0);
        ck_assert_int_eq(symlink("circle", folder_path("circle")), 0);
        ck_assert_int_eq(symlink("file", folder_path("link")), 0);
        ck_assert_status(file_create(&how, &file, NULL), names[_i].status);
        if (NT_SUCCESS(names[_i].status))
                api_assert_ok(NtClose(file));
        ck_assert(folder_has("file", "content"));
}
END_TEST

/* [W] file.c: 256 characters are none that a component can have. */
START_TEST(component_has_at_most_255_characters) {
        g_autofree char *longest = g_strnfill(255, 'x'), *longer = g_strnfill(256, 'x');
        FileArguments how = { .leaf = longest, .access = READS, .disposition = FILE_CREATE };
        HANDLE file = NULL;

        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(NtClose(file));
        how.leaf = longer;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_OBJECT_NAME_INVALID);
}
END_TEST

/* OBJ_CASE_INSENSITIVE: exactly first, then the first in the order of bytes, component by
 * component. */
START_TEST(case_is_ignored_if_that_is_wanted) {
        FileArguments how = { .leaf = "FOLDER\\FILE",
                .access = READS | SYNCHRONIZE,
                .disposition = FILE_OPEN,
                .options = SYNC,
                .object_attributes = OBJ_CASE_INSENSITIVE };
        char byte = 0;
        HANDLE file = NULL;

        ck_assert_int_eq(g_mkdir(folder_path("Folder"), 0700), 0);
        folder_put("Folder\\file", "3");
        folder_put("Folder\\File", "2");
        folder_put("Folder\\FiLe", "1");
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(file_read(file, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, '1');
        api_assert_ok(NtClose(file));

        how.leaf = "folder\\file";
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(file_read(file, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, '3');
        api_assert_ok(NtClose(file));

        how.leaf = "FOLDER\\New";
        how.disposition = FILE_CREATE;
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert(folder_exists("Folder\\New"));
        api_assert_ok(NtClose(file));
        how.leaf = "folder\\NEW";
        ck_assert_status(file_create(&how, &file, NULL), STATUS_OBJECT_NAME_COLLISION);
        how.leaf = "folder\\none";
        how.disposition = FILE_OPEN;
        ck_assert_status(file_create(&how, &file, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
        how.leaf = "none\\none";
        ck_assert_status(file_create(&how, &file, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
}
END_TEST

static NTSTATUS open_name(const WCHAR *name, PHANDLE ret) {
        IO_STATUS_BLOCK io;

        return NtOpenFile(ret, FILE_READ_ATTRIBUTES, NAMED(name), &io, SHARE_ALL, 0);
}

/* All names that lead to the volume lead to the same directory. */
START_TEST(volume_has_several_names) {
        const WCHAR *const roots[] = { u"\\??\\Z:\\", u"\\??\\unix\\", u"\\DosDevices\\Z:\\",
                u"\\Device\\HarddiskVolume1\\", u"\\GLOBAL??\\Z:\\", u"\\??\\Z:\\\\" };
        FILE_INTERNAL_INFORMATION internal;
        IO_STATUS_BLOCK io;
        struct stat about;
        HANDLE file = NULL;

        ck_assert_int_eq(stat("/", &about), 0);
        for (size_t i = 0; i < G_N_ELEMENTS(roots); i++) {
                api_assert_ok(open_name(roots[i], &file));
                api_assert_ok(NtQueryInformationFile(
                                file, &io, &internal, sizeof(internal), FileInternalInformation));
                ck_assert_uint_eq((uint64_t) internal.IndexNumber.QuadPart, about.st_ino);
                api_assert_ok(NtClose(file));
        }
        ck_assert_status(open_name(u"\\??\\Z:", &file), STATUS_NOT_SUPPORTED);
        ck_assert_status(open_name(u"\\??\\Z:\\no-such-file", &file), STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(open_name(u"\\??\\Y:\\file", &file), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(open_name(u"\\??\\Y:", &file), STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(open_name(u"\\BaseNamedObjects", &file), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(open_name(u"file", &file), STATUS_OBJECT_PATH_SYNTAX_BAD);
}
END_TEST

/* [W] File objects as RootDirectory. */
START_TEST(names_may_begin_at_a_file) {
        FileArguments how = {
                .leaf = "file", .access = READS, .disposition = FILE_OPEN, .options = SYNC
        };
        char text[8] = "";
        HANDLE directory = NULL, file = NULL, again = NULL;

        ck_assert_int_eq(g_mkdir(folder_path(FOLDER), 0700), 0);
        folder_put(FOLDER "\\file", "content");
        directory = file_opened(FOLDER, FILE_LIST_DIRECTORY, SHARE_ALL);
        how.root = directory;
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(file_read(file, text, 7, NULL, NULL));
        ck_assert_str_eq(text, "content");

        how.leaf = ""; /* the very directory, or file */
        how.share = SHARE_ALL;
        api_assert_ok(file_create(&how, &again, NULL));
        ck_assert_uint_eq(file_standard(again).Directory, TRUE);
        api_assert_ok(NtClose(again));
        how.root = file;
        ck_assert_status(file_create(&how, &again, NULL), STATUS_SHARING_VIOLATION);
        how.leaf = "file";
        ck_assert_status(file_create(&how, &again, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
        how.root = directory;
        how.leaf = "\\file";
        ck_assert_status(file_create(&how, &again, NULL), STATUS_INVALID_PARAMETER);
        api_assert_ok(NtClose(file));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* A directory object is where a name may begin, too; no other object is. */
START_TEST(names_may_begin_at_a_directory_object) {
        IO_STATUS_BLOCK io;
        HANDLE directory = NULL, section = NULL, file = NULL;

        api_assert_ok(NtOpenDirectoryObject(&directory, DIRECTORY_TRAVERSE, NAMED(u"\\??")));
        api_assert_ok(NtOpenFile(&file, FILE_READ_ATTRIBUTES, NAMED_IN(directory, u"Z:\\"), &io,
                        SHARE_ALL, 0));
        api_assert_ok(NtClose(file));
        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtOpenFile(&file, FILE_READ_ATTRIBUTES, NAMED_IN(section, u"Z:\\"), &io,
                                         SHARE_ALL, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtOpenFile(&file, FILE_READ_ATTRIBUTES, NAMED_IN((HANDLE) 0x7770, u"x"),
                                         &io, SHARE_ALL, 0),
                        STATUS_INVALID_HANDLE);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] NtQueryObject of a File: the name with which it was opened; [W] File, 0x1F01FF. */
START_TEST(name_of_a_file_is_the_whole_path) {
        g_autofree char *buffer = g_malloc0(8192);
        OBJECT_NAME_INFORMATION *name = (OBJECT_NAME_INFORMATION *) (void *) buffer;
        g_autofree char *text = NULL, *want = NULL;
        HANDLE file = NULL;
        ULONG n = 0;

        folder_put("file", "");
        file = file_opened("file", READS, SHARE_ALL);
        api_assert_ok(NtQueryObject(file, ObjectNameInformation, name, 8192, &n));
        text = g_utf16_to_utf8(name->Name.Buffer, name->Name.Length / 2, NULL, NULL, NULL);
        want = g_strconcat("\\Device\\HarddiskVolume1", folder_path("file"), NULL);
        ck_assert_str_eq(text, g_strdelimit(want, "/", '\\'));
        ck_assert_uint_eq(n, sizeof(*name) + name->Name.MaximumLength);
        for (ULONG room = 0; room < n; room += 2) { /* by-tests 1.8, rows of File handles */
                ULONG needed = 0;

                memset(buffer, 0xA5, 8192);
                ck_assert_status(NtQueryObject(file, ObjectNameInformation, name, room, &needed),
                                room < sizeof(*name) ? STATUS_INFO_LENGTH_MISMATCH
                                                     : STATUS_BUFFER_OVERFLOW);
                ck_assert_uint_eq(needed, n);
                ck_assert_uint_eq((uint8_t) buffer[room], 0xA5);
                if (room >= sizeof(*name))
                        ck_assert_uint_eq(name->Name.MaximumLength, name->Name.Length + 2);
        }
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(files_are_asked_about_by_name) {
        FILE_NETWORK_OPEN_INFORMATION network;
        FILE_BASIC_INFORMATION basic, want;
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", READS, 0);
        api_assert_ok(NtQueryInformationFile(file, &io, &want, sizeof(want), FileBasicInformation));
        api_assert_ok(NtQueryAttributesFile(folder_named("file", NULL, 0), &basic));
        ck_assert_mem_eq(&basic, &want, offsetof(FILE_BASIC_INFORMATION, FileAttributes) + 4);
        api_assert_ok(NtQueryFullAttributesFile(
                        folder_named("FILE", NULL, OBJ_CASE_INSENSITIVE), &network));
        ck_assert_int_eq(network.EndOfFile.QuadPart, 7);
        ck_assert_status(NtQueryAttributesFile(folder_named("none", NULL, 0), &basic),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(NtQueryAttributesFile(folder_named("none\\none", NULL, 0), &basic),
                        STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(NtQueryAttributesFile(folder_named("file\\", NULL, 0), &basic),
                        STATUS_OBJECT_NAME_INVALID);
        ck_assert_status(NtQueryAttributesFile(NULL, &basic), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtQueryAttributesFile(NAMED(u"\\??\\NUL"), &basic),
                        STATUS_INVALID_DEVICE_REQUEST);
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(volume_is_a_disk) {
        FILE_FS_DEVICE_INFORMATION device;
        IO_STATUS_BLOCK io;
        HANDLE file = file_opened("", READS, SHARE_ALL);

        ck_assert_status(NtQueryVolumeInformationFile(
                                         file, &io, &device, 7, FileFsDeviceInformation),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryVolumeInformationFile(
                                         file, &io, &device, 8, FileFsMaximumInformation),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQueryVolumeInformationFile(file, &io, &device, 8, FileFsSizeInformation),
                        STATUS_NOT_SUPPORTED);
        api_assert_ok(NtQueryVolumeInformationFile(
                        file, &io, &device, sizeof(device), FileFsDeviceInformation));
        ck_assert_uint_eq(io.Information, 8);
        ck_assert_uint_eq(device.DeviceType, FILE_DEVICE_DISK);
        api_assert_ok(NtClose(file));
        api_assert_ok(NtOpenFile(&file, FILE_READ_DATA, NAMED(u"\\??\\NUL"), &io, 0, 0));
        api_assert_ok(NtQueryVolumeInformationFile(
                        file, &io, &device, sizeof(device), FileFsDeviceInformation));
        ck_assert_uint_eq(device.DeviceType, FILE_DEVICE_NULL);
        api_assert_ok(NtClose(file));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_loop_test(
                        tests, name_and_options_are_checked_as_on_windows, 0, G_N_ELEMENTS(names));
        tcase_add_test(tests, component_has_at_most_255_characters);
        tcase_add_test(tests, case_is_ignored_if_that_is_wanted);
        tcase_add_test(tests, volume_has_several_names);
        tcase_add_test(tests, names_may_begin_at_a_file);
        tcase_add_test(tests, names_may_begin_at_a_directory_object);
        tcase_add_test(tests, name_of_a_file_is_the_whole_path);
        tcase_add_test(tests, files_are_asked_about_by_name);
        tcase_add_test(tests, volume_is_a_disk);
}

int main(void) {
        return api_main("file-names", 60, add);
}
