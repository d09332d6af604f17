/*
 * NtQueryInformationFile and NtSetInformationFile.
 */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "folder.h"
#include "winternl.h"

#define ANY_SIZE 512u

static NTSTATUS query(
                HANDLE file, FILE_INFORMATION_CLASS information_class, void *ret, ULONG size) {
        IO_STATUS_BLOCK io = { { 77 }, 77 };
        NTSTATUS status = NtQueryInformationFile(file, &io, ret, size, information_class);

        if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW)
                ck_assert_uint_eq(io.Information, 77); /* [K] untouched */
        else
                ck_assert_status(io.Status, status);
        return status;
}

static NTSTATUS set(HANDLE file, FILE_INFORMATION_CLASS information_class, void *from, ULONG size) {
        IO_STATUS_BLOCK io = { { 77 }, 77 };
        NTSTATUS status = NtSetInformationFile(file, &io, from, size, information_class);

        ck_assert_uint_eq(io.Information, NT_SUCCESS(status) ? 0 : 77);
        return status;
}

static FILE_BASIC_INFORMATION basic_of(HANDLE file) {
        FILE_BASIC_INFORMATION basic;

        api_assert_ok(query(file, FileBasicInformation, &basic, sizeof(basic)));
        return basic;
}

/* Lengths: what Windows asks for at least, and writes. */
static const struct {
        FILE_INFORMATION_CLASS information_class;
        ULONG length; /* 0: it cannot be queried */
        ACCESS_MASK access;
} queried[] = {
        { FileBasicInformation, 40, FILE_READ_ATTRIBUTES },
        { FileStandardInformation, 24, 0 },
        { FileInternalInformation, 8, 0 },
        { FileEaInformation, 4, 0 },
        { FileAccessInformation, 4, 0 },
        { FilePositionInformation, 8, 0 },
        { FileModeInformation, 4, 0 },
        { FileAlignmentInformation, 4, 0 },
        { FileNetworkOpenInformation, 56, FILE_READ_ATTRIBUTES },
        { FileAttributeTagInformation, 8, FILE_READ_ATTRIBUTES },
        { FileDispositionInformation, 0, 0 },
        { FileEndOfFileInformation, 0, 0 },
        { FileAllocationInformation, 0, 0 },
        { FileBothDirectoryInformation, 0, 0 },
        { (FILE_INFORMATION_CLASS) 0, 0, 0 },
        { FileMaximumInformation, 0, 0 },
        { (FILE_INFORMATION_CLASS) 0x7777, 0, 0 },
};

START_TEST(class_has_a_length_and_a_right) {
        FILE_INFORMATION_CLASS information_class = queried[_i].information_class;
        ULONG length = queried[_i].length;
        uint8_t buffer[ANY_SIZE] __attribute__((aligned(8)));
        IO_STATUS_BLOCK io;
        HANDLE file = NULL, bare = NULL;

        folder_put("file", "content");
        file = file_opened("file", FILE_READ_ATTRIBUTES, SHARE_ALL);
        bare = file_opened("file", READ_CONTROL, SHARE_ALL);
        if (length == 0) {
                ck_assert_status(query(file, information_class, buffer, sizeof(buffer)),
                                STATUS_INVALID_INFO_CLASS);
                ck_assert_status(query(API_WILD, information_class, buffer, sizeof(buffer)),
                                STATUS_INVALID_INFO_CLASS); /* before the handle */
        } else {
                memset(buffer, 0xA5, sizeof(buffer));
                ck_assert_status(query(file, information_class, buffer, length - 1),
                                STATUS_INFO_LENGTH_MISMATCH);
                ck_assert_status(query(API_WILD, information_class, buffer, length),
                                STATUS_INVALID_HANDLE);
                ck_assert_status(query(bare, information_class, buffer, length),
                                queried[_i].access ? STATUS_ACCESS_DENIED : STATUS_SUCCESS);
                memset(buffer, 0xA5, sizeof(buffer));
                api_assert_ok(NtQueryInformationFile(
                                file, &io, buffer, sizeof(buffer), information_class));
                ck_assert_uint_eq(io.Information, length);
                for (size_t i = length; i < sizeof(buffer); i++)
                        ck_assert_uint_eq(buffer[i], 0xA5);
        }
        api_assert_ok(NtClose(file));
        api_assert_ok(NtClose(bare));
}
END_TEST

/* [P] Classes of NT's that this project does not have. */
START_TEST(unsupported_class_is_refused_after_the_handle) {
        uint8_t buffer[ANY_SIZE] __attribute__((aligned(8)));
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", MAXIMUM_ALLOWED, SHARE_ALL);
        ck_assert_status(query(file, FileStreamInformation, buffer, sizeof(buffer)),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(query((HANDLE) 0x7770, FileStreamInformation, buffer, sizeof(buffer)),
                        STATUS_INVALID_HANDLE);
        memset(buffer, 0, sizeof(buffer));
        ck_assert_status(set(file, FileRenameInformation, buffer, sizeof(buffer)),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(set(file, FileModeInformation, buffer, sizeof(buffer)),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(set(file, FileStandardInformation, buffer, sizeof(buffer)),
                        STATUS_INVALID_INFO_CLASS);
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(bad_pointers_are_statuses) {
        FILE_POSITION_INFORMATION position = { .CurrentByteOffset.QuadPart = 0 };
        uint8_t buffer[16] __attribute__((aligned(8)));
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", READS, SHARE_ALL);
        ck_assert_status(query(file, FilePositionInformation, NULL, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(
                        query(file, FilePositionInformation, API_WILD, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(query(file, FilePositionInformation, buffer + 1, 8),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(set(file, FilePositionInformation, API_WILD, 8), STATUS_ACCESS_VIOLATION);
        ck_assert_status(set(file, FilePositionInformation, buffer + 1, 8),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQueryInformationFile(file, NULL, buffer, sizeof(buffer),
                                         FilePositionInformation),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetInformationFile(file, API_WILD, &position, sizeof(position),
                                         FilePositionInformation),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryAttributesFile(folder_named("file", NULL, 0), API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVolumeInformationFile(
                                         file, &io, API_WILD, 8, FileFsDeviceInformation),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtClose(file));
}
END_TEST

/* 100 ns since 1601. */
static LONGLONG nt_time(const struct timespec *time) {
        return (time->tv_sec + 11644473600ll) * 10000000 + time->tv_nsec / 100;
}

START_TEST(information_is_linuxs) {
        FILE_STANDARD_INFORMATION standard;
        FILE_INTERNAL_INFORMATION internal;
        FILE_NETWORK_OPEN_INFORMATION network;
        FILE_ATTRIBUTE_TAG_INFORMATION tag;
        FILE_BASIC_INFORMATION basic;
        struct stat about;
        HANDLE file = NULL;

        folder_put("file", "content");
        ck_assert_int_eq(link(folder_path("file"), folder_path("link")), 0);
        ck_assert_int_eq(stat(folder_path("file"), &about), 0);
        file = file_opened("file", READS, SHARE_ALL);
        basic = basic_of(file);
        ck_assert_int_eq(basic.LastWriteTime.QuadPart, nt_time(&about.st_mtim));
        ck_assert_int_eq(basic.LastAccessTime.QuadPart, nt_time(&about.st_atim));
        ck_assert_int_eq(basic.ChangeTime.QuadPart, nt_time(&about.st_ctim));
        ck_assert_int_le(basic.CreationTime.QuadPart, basic.ChangeTime.QuadPart);
        ck_assert_uint_eq(basic.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        standard = file_standard(file);
        ck_assert_int_eq(standard.EndOfFile.QuadPart, 7);
        ck_assert_int_eq(standard.AllocationSize.QuadPart, about.st_blocks * 512);
        ck_assert_uint_eq(standard.NumberOfLinks, 2);
        ck_assert_uint_eq(standard.DeletePending, FALSE);
        ck_assert_uint_eq(standard.Directory, FALSE);
        api_assert_ok(query(file, FileInternalInformation, &internal, sizeof(internal)));
        ck_assert_uint_eq((uint64_t) internal.IndexNumber.QuadPart, about.st_ino);
        api_assert_ok(query(file, FileNetworkOpenInformation, &network, sizeof(network)));
        ck_assert_int_eq(network.EndOfFile.QuadPart, 7);
        ck_assert_int_eq(network.ChangeTime.QuadPart, basic.ChangeTime.QuadPart);
        ck_assert_uint_eq(network.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        api_assert_ok(query(file, FileAttributeTagInformation, &tag, sizeof(tag)));
        ck_assert_uint_eq(tag.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        ck_assert_uint_eq(tag.ReparseTag, 0);
        api_assert_ok(NtClose(file));

        file = file_opened("", READS, SHARE_ALL);
        ck_assert_uint_eq(basic_of(file).FileAttributes, FILE_ATTRIBUTE_DIRECTORY);
        standard = file_standard(file);
        ck_assert_int_eq(standard.EndOfFile.QuadPart, 0);
        ck_assert_uint_eq(standard.Directory, TRUE);
        api_assert_ok(NtClose(file));
}
END_TEST

/* Rights and options are the handle's own. */
START_TEST(information_of_the_handle) {
        const FileArguments how = { .leaf = "file",
                .access = READS | WRITES,
                .share = SHARE_ALL,
                .disposition = FILE_OPEN,
                .options = SYNC | FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY |
                           FILE_NON_DIRECTORY_FILE };
        FILE_ALIGNMENT_INFORMATION alignment;
        FILE_ACCESS_INFORMATION access;
        FILE_MODE_INFORMATION mode;
        FILE_EA_INFORMATION ea;
        HANDLE file = NULL, narrow = NULL;

        folder_put("file", "content");
        api_assert_ok(file_create(&how, &file, NULL));
        api_assert_ok(query(file, FileModeInformation, &mode, sizeof(mode)));
        ck_assert_uint_eq(mode.Mode, SYNC | FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY);
        api_assert_ok(query(file, FileAccessInformation, &access, sizeof(access)));
        ck_assert_uint_eq(access.AccessFlags, READS | WRITES);
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), file, NtCurrentProcess(), &narrow,
                        FILE_READ_DATA, 0, 0));
        api_assert_ok(query(narrow, FileAccessInformation, &access, sizeof(access)));
        ck_assert_uint_eq(access.AccessFlags, FILE_READ_DATA);
        api_assert_ok(query(file, FileAlignmentInformation, &alignment, sizeof(alignment)));
        ck_assert_uint_eq(alignment.AlignmentRequirement, FILE_BYTE_ALIGNMENT);
        api_assert_ok(query(file, FileEaInformation, &ea, sizeof(ea)));
        ck_assert_uint_eq(ea.EaSize, 0);
        api_assert_ok(NtClose(narrow));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] As much of the name as fits, with STATUS_BUFFER_OVERFLOW and the length of all of it. */
START_TEST(name_that_does_not_fit_is_cut) {
        union {
                FILE_NAME_INFORMATION name;
                uint8_t bytes[8192];
        } buffer;
        g_autofree char *want = g_strdelimit(g_strdup(folder_path("file")), "/", '\\');
        g_autofree char *text = NULL;
        ULONG length = (ULONG) strlen(want) * 2;
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", READS, SHARE_ALL);
        ck_assert_status(query(file, FileNameInformation, &buffer, 7), STATUS_INFO_LENGTH_MISMATCH);
        for (ULONG room = 4; room <= length; room += 2) {
                bool fits = room == length;

                memset(&buffer, 0xA5, sizeof(buffer));
                ck_assert_status(NtQueryInformationFile(
                                                 file, &io, &buffer, 4 + room, FileNameInformation),
                                fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW);
                ck_assert_status(io.Status, fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW);
                ck_assert_uint_eq(io.Information, 4 + room);
                ck_assert_uint_eq(buffer.name.FileNameLength, length);
                ck_assert_uint_eq(buffer.bytes[4 + room], 0xA5);
        }
        text = g_utf16_to_utf8(buffer.name.FileName, length / 2, NULL, NULL, NULL);
        ck_assert_str_eq(text, want);
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(all_information_is_all_of_it) {
        union {
                FILE_ALL_INFORMATION all;
                uint8_t bytes[8192];
        } buffer;
        ULONG at = offsetof(FILE_ALL_INFORMATION, NameInformation.FileName);
        ULONG length = (ULONG) strlen(folder_path("file")) * 2;
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", READS, SHARE_ALL);
        ck_assert_status(query(file, FileAllInformation, &buffer, sizeof(buffer.all) - 1),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryInformationFile(file, &io, &buffer, sizeof(buffer.all),
                                         FileAllInformation),
                        STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(io.Information, sizeof(buffer.all));
        ck_assert_uint_eq(buffer.all.NameInformation.FileNameLength, length);
        api_assert_ok(NtQueryInformationFile(
                        file, &io, &buffer, sizeof(buffer), FileAllInformation));
        ck_assert_uint_eq(io.Information, at + length);
        ck_assert_int_eq(buffer.all.StandardInformation.EndOfFile.QuadPart, 7);
        ck_assert_uint_eq(buffer.all.AccessInformation.AccessFlags, READS);
        ck_assert_uint_eq(buffer.all.ModeInformation.Mode, SYNC);
        ck_assert_uint_eq(buffer.all.BasicInformation.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        api_assert_ok(NtClose(file));
}
END_TEST

/* The root directory is "\". */
START_TEST(names_begin_at_the_volume) {
        union {
                FILE_NAME_INFORMATION name;
                uint8_t bytes[64];
        } buffer;
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;

        api_assert_ok(NtOpenFile(&file, FILE_READ_ATTRIBUTES, NAMED(u"\\??\\Z:\\"), &io, 0, 0));
        api_assert_ok(query(file, FileNameInformation, &buffer, sizeof(buffer)));
        ck_assert_uint_eq(buffer.name.FileNameLength, 2);
        ck_assert_uint_eq(buffer.name.FileName[0], '\\');
        api_assert_ok(NtClose(file));
        api_assert_ok(NtOpenFile(&file, FILE_READ_ATTRIBUTES, NAMED(u"\\??\\NUL"), &io, 0, 0));
        ck_assert_status(query(file, FileNameInformation, &buffer, sizeof(buffer)),
                        STATUS_INVALID_DEVICE_REQUEST);
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(position_is_set) {
        FILE_POSITION_INFORMATION position = { .CurrentByteOffset.QuadPart = 5 };
        char byte = 0;
        HANDLE file = NULL, bare = NULL;

        folder_put("file", "content");
        file = file_opened("file", READS, SHARE_ALL);
        bare = file_opened("file", FILE_READ_ATTRIBUTES, SHARE_ALL);
        api_assert_ok(set(file, FilePositionInformation, &position, sizeof(position)));
        ck_assert_int_eq(file_position(file), 5);
        api_assert_ok(file_read(file, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, 'n');
        ck_assert_status(set(bare, FilePositionInformation, &position, sizeof(position)),
                        STATUS_ACCESS_DENIED);
        position.CurrentByteOffset.QuadPart = -1;
        ck_assert_status(set(file, FilePositionInformation, &position, sizeof(position)),
                        STATUS_INVALID_PARAMETER);
        ck_assert_int_eq(file_position(file), 6);
        api_assert_ok(NtClose(bare));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] FileEndOfFileInformation cuts, and adds zeroes. */
START_TEST(end_of_file_is_set) {
        HANDLE file = NULL, reads = NULL, appends = NULL, directory = NULL;

        folder_put("file", "content");
        file = file_opened("file", FILE_WRITE_DATA, SHARE_ALL);
        reads = file_opened("file", READS, SHARE_ALL);
        appends = file_opened("file", FILE_APPEND_DATA, SHARE_ALL);
        directory = file_opened("", FILE_ADD_FILE, SHARE_ALL);
        api_assert_ok(file_set_end(file, 3));
        ck_assert(folder_has("file", "con"));
        api_assert_ok(file_set_end(file, 5));
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 5);
        ck_assert_status(file_set_end(file, -1), STATUS_INVALID_PARAMETER);
        ck_assert_status(file_set_end(reads, 0), STATUS_ACCESS_DENIED);
        ck_assert_status(file_set_end(appends, 0), STATUS_ACCESS_DENIED);
        ck_assert_status(file_set_end(directory, 0), STATUS_INVALID_PARAMETER);
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 5);
        api_assert_ok(NtClose(directory));
        api_assert_ok(NtClose(appends));
        api_assert_ok(NtClose(reads));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [M] Less than the file has cuts it; more is kept free. */
START_TEST(allocation_is_set) {
        FILE_ALLOCATION_INFORMATION allocation = { .AllocationSize.QuadPart = 1 << 20 };
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", FILE_WRITE_DATA, SHARE_ALL);
        api_assert_ok(set(file, FileAllocationInformation, &allocation, sizeof(allocation)));
        ck_assert_int_eq(file_standard(file).EndOfFile.QuadPart, 7);
        ck_assert_int_ge(file_standard(file).AllocationSize.QuadPart, 1 << 20);
        allocation.AllocationSize.QuadPart = 3;
        api_assert_ok(set(file, FileAllocationInformation, &allocation, sizeof(allocation)));
        ck_assert(folder_has("file", "con"));
        allocation.AllocationSize.QuadPart = -3;
        ck_assert_status(set(file, FileAllocationInformation, &allocation, sizeof(allocation)),
                        STATUS_INVALID_PARAMETER);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] Times of 0 and attributes of 0 stay; [P] those that Linux sets by itself cannot be others. */
START_TEST(times_and_attributes_are_set) {
        const ACCESS_MASK access = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES;
        FILE_BASIC_INFORMATION before, after, wanted = { .FileAttributes = 0 };
        HANDLE file = NULL, reads = NULL;

        folder_put("file", "content");
        file = file_opened("file", access, SHARE_ALL);
        reads = file_opened("file", READS, SHARE_ALL);
        before = basic_of(file);
        wanted.LastWriteTime.QuadPart = 130000000000000001;
        ck_assert_status(set(reads, FileBasicInformation, &wanted, sizeof(wanted)),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(reads));
        api_assert_ok(set(file, FileBasicInformation, &wanted, sizeof(wanted)));
        after = basic_of(file);
        ck_assert_int_eq(after.LastWriteTime.QuadPart, 130000000000000001);
        ck_assert_int_eq(after.LastAccessTime.QuadPart, before.LastAccessTime.QuadPart);
        ck_assert_uint_eq(after.FileAttributes, before.FileAttributes);

        wanted = after;
        wanted.FileAttributes = FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN;
        api_assert_ok(set(file, FileBasicInformation, &wanted, sizeof(wanted)));
        ck_assert_uint_eq(basic_of(file).FileAttributes,
                        FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_ARCHIVE);
        ck_assert_status(file_open("file", FILE_WRITE_DATA, SHARE_ALL, &reads),
                        STATUS_ACCESS_DENIED);
        wanted = (FILE_BASIC_INFORMATION){ .FileAttributes = FILE_ATTRIBUTE_NORMAL };
        api_assert_ok(set(file, FileBasicInformation, &wanted, sizeof(wanted)));
        ck_assert_uint_eq(basic_of(file).FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        api_assert_ok(NtClose(file));
}
END_TEST

static const struct {
        FILE_BASIC_INFORMATION wanted;
        NTSTATUS status;
} refused[] = {
        { { .CreationTime.QuadPart = 1 }, STATUS_NOT_SUPPORTED },
        { { .ChangeTime.QuadPart = 1 }, STATUS_NOT_SUPPORTED },
        { { .LastWriteTime.QuadPart = -1 }, STATUS_NOT_SUPPORTED },
        { { .LastAccessTime.QuadPart = -2 }, STATUS_NOT_SUPPORTED },
        { { .LastAccessTime.QuadPart = -3 }, STATUS_INVALID_PARAMETER },
        { { .FileAttributes = FILE_ATTRIBUTE_DIRECTORY }, STATUS_INVALID_PARAMETER },
        { { .FileAttributes = 8 }, STATUS_INVALID_PARAMETER },
};

START_TEST(what_cannot_be_set_changes_nothing) {
        FILE_BASIC_INFORMATION before, after, wanted = refused[_i].wanted;
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES, SHARE_ALL);
        before = basic_of(file);
        if (wanted.LastWriteTime.QuadPart == 0)
                wanted.LastWriteTime.QuadPart = 130000000000000000;
        ck_assert_status(set(file, FileBasicInformation, &wanted, sizeof(wanted)),
                        refused[_i].status);
        after = basic_of(file);
        ck_assert_mem_eq(&after, &before, sizeof(before));
        api_assert_ok(NtClose(file));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_loop_test(tests, class_has_a_length_and_a_right, 0, G_N_ELEMENTS(queried));
        tcase_add_test(tests, unsupported_class_is_refused_after_the_handle);
        tcase_add_test(tests, bad_pointers_are_statuses);
        tcase_add_test(tests, information_is_linuxs);
        tcase_add_test(tests, information_of_the_handle);
        tcase_add_test(tests, name_that_does_not_fit_is_cut);
        tcase_add_test(tests, all_information_is_all_of_it);
        tcase_add_test(tests, names_begin_at_the_volume);
        tcase_add_test(tests, position_is_set);
        tcase_add_test(tests, end_of_file_is_set);
        tcase_add_test(tests, allocation_is_set);
        tcase_add_test(tests, times_and_attributes_are_set);
        tcase_add_loop_test(tests, what_cannot_be_set_changes_nothing, 0, G_N_ELEMENTS(refused));
}

int main(void) {
        return api_main("file-information", 60, add);
}
