#include "folder.h"

#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

static Scratch *the_folder;
static GPtrArray *texts; /* that live as long as the test */

static void make_folder(void) {
        the_folder = scratch_new();
        texts = g_ptr_array_new_with_free_func(g_free);
}

static void remove_folder(void) {
        g_clear_pointer(&texts, g_ptr_array_unref);
        g_clear_pointer(&the_folder, scratch_free);
}

void folder_add(TCase *tests) {
        tcase_add_checked_fixture(tests, make_folder, remove_folder);
}

static void *keep(void *text) {
        g_ptr_array_add(texts, text);
        return text;
}

const char *folder_path(const char *leaf) {
        char *path = g_strdup_printf("%s%s%s", scratch_path(the_folder), leaf[0] ? "/" : "", leaf);

        return keep(g_strdelimit(path, "\\", '/'));
}

static const WCHAR *units(const char *text) {
        WCHAR *copy = keep(g_utf8_to_utf16(text, -1, NULL, NULL, NULL));

        ck_assert_ptr_nonnull(copy);
        return copy;
}

const WCHAR *folder_name(const char *leaf) {
        g_autofree char *path = g_strdelimit(g_strdup(scratch_path(the_folder)), "/", '\\');
        g_autofree char *name =
                        g_strdup_printf("\\??\\unix%s%s%s", path, leaf[0] ? "\\" : "", leaf);

        return units(name);
}

POBJECT_ATTRIBUTES folder_named(const char *leaf, HANDLE root, ULONG attributes) {
        return api_name(keep(g_new0(ApiName, 1)), root, root ? units(leaf) : folder_name(leaf),
                        attributes);
}

void folder_put(const char *leaf, const char *content) {
        ck_assert(g_file_set_contents(folder_path(leaf), content, -1, NULL));
}

bool folder_has(const char *leaf, const char *content) {
        g_autofree char *found = NULL;

        return g_file_get_contents(folder_path(leaf), &found, NULL, NULL) &&
               strcmp(found, content) == 0;
}

bool folder_exists(const char *leaf) {
        return access(folder_path(leaf), F_OK) == 0;
}

NTSTATUS file_create(const FileArguments *arguments, PHANDLE ret, IO_STATUS_BLOCK *ret_io) {
        LARGE_INTEGER allocation = { .QuadPart = arguments->allocation };
        IO_STATUS_BLOCK io;

        return NtCreateFile(ret, arguments->access,
                        folder_named(arguments->leaf, arguments->root,
                                        arguments->object_attributes),
                        ret_io ? ret_io : &io, arguments->allocation ? &allocation : NULL,
                        arguments->attributes, arguments->share, arguments->disposition,
                        arguments->options, NULL, 0);
}

NTSTATUS file_open(const char *leaf, ACCESS_MASK access, ULONG share, PHANDLE ret) {
        IO_STATUS_BLOCK io;

        return NtOpenFile(ret, access | SYNCHRONIZE, folder_named(leaf, NULL, 0), &io, share, SYNC);
}

HANDLE file_opened(const char *leaf, ACCESS_MASK access, ULONG share) {
        HANDLE file = NULL;

        api_assert_ok(file_open(leaf, access, share, &file));
        return file;
}

NTSTATUS file_read(HANDLE file, void *buffer, ULONG size, const LONGLONG *offset, ULONG *ret_n) {
        LARGE_INTEGER at = { .QuadPart = offset ? *offset : 0 };
        IO_STATUS_BLOCK io = { { 0x12345678 }, 0x12345678 };
        NTSTATUS status;

        status = NtReadFile(file, NULL, NULL, NULL, &io, buffer, size, offset ? &at : NULL, NULL);
        if (NT_SUCCESS(status) || status == STATUS_END_OF_FILE)
                ck_assert_status(io.Status, status);
        if (ret_n)
                *ret_n = (ULONG) io.Information;
        return status;
}

NTSTATUS file_write(HANDLE file, const char *text, const LONGLONG *offset) {
        LARGE_INTEGER at = { .QuadPart = offset ? *offset : 0 };
        IO_STATUS_BLOCK io = { { 0x12345678 }, 0x12345678 };
        NTSTATUS status;

        status = NtWriteFile(file, NULL, NULL, NULL, &io, (void *) text, (ULONG) strlen(text),
                        offset ? &at : NULL, NULL);
        if (NT_SUCCESS(status))
                ck_assert_uint_eq(io.Information, strlen(text));
        return status;
}

FILE_STANDARD_INFORMATION file_standard(HANDLE file) {
        FILE_STANDARD_INFORMATION standard;
        IO_STATUS_BLOCK io;

        api_assert_ok(NtQueryInformationFile(
                        file, &io, &standard, sizeof(standard), FileStandardInformation));
        ck_assert_uint_eq(io.Information, sizeof(standard));
        return standard;
}

LONGLONG file_position(HANDLE file) {
        FILE_POSITION_INFORMATION position;
        IO_STATUS_BLOCK io;

        api_assert_ok(NtQueryInformationFile(
                        file, &io, &position, sizeof(position), FilePositionInformation));
        return position.CurrentByteOffset.QuadPart;
}

NTSTATUS file_set_end(HANDLE file, LONGLONG size) {
        FILE_END_OF_FILE_INFORMATION end = { .EndOfFile.QuadPart = size };
        IO_STATUS_BLOCK io;

        return NtSetInformationFile(file, &io, &end, sizeof(end), FileEndOfFileInformation);
}

NTSTATUS file_set_deleted(HANDLE file, BOOLEAN deleted) {
        FILE_DISPOSITION_INFORMATION disposition = { .DeleteFile = deleted };
        IO_STATUS_BLOCK io;

        return NtSetInformationFile(
                        file, &io, &disposition, sizeof(disposition), FileDispositionInformation);
}
