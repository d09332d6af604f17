#include "file-scene.h"

#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

static void scene_name(FileScene *scene) {
        g_autofree char *name = g_strconcat("\\??\\unix", scene->path, NULL);
        g_autofree gunichar2 *units = NULL;
        glong n = 0;

        g_strdelimit(name, "/", '\\');
        units = g_utf8_to_utf16(name, -1, NULL, &n, NULL);
        ck_assert_ptr_nonnull(units);
        ck_assert_int_lt(n, (glong) G_N_ELEMENTS(scene->name));
        for (glong i = 0; i <= n; i++)
                scene->name[i] = units[i];
}

void file_scene_init(FileScene *scene, size_t size) {
        g_autofree uint8_t *bytes = g_malloc(size + 1);

        *scene = (FileScene){ .folder = scratch_new() };
        scene->path = g_build_filename(scratch_path(scene->folder), "file", NULL);
        for (size_t i = 0; i < size; i++)
                bytes[i] = file_byte(i);
        ck_assert(g_file_set_contents(scene->path, (char *) bytes, (gssize) size, NULL));
        scene_name(scene);
}

void file_scene_clear(FileScene *scene) {
        g_free(scene->path);
        scratch_free(scene->folder);
        *scene = (FileScene){ 0 };
}

NTSTATUS file_try(const FileScene *scene, const FileWish *wish, PHANDLE ret) {
        ULONG disposition = wish->disposition;
        IO_STATUS_BLOCK io;

        if (disposition == FILE_SUPERSEDE && !wish->supersede)
                disposition = FILE_OPEN;
        return NtCreateFile(ret, wish->access | SYNCHRONIZE, NAMED(scene->name), &io, NULL,
                        FILE_ATTRIBUTE_NORMAL, wish->share, disposition,
                        wish->options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

HANDLE file_open(const FileScene *scene, ACCESS_MASK access) {
        const FileWish wish = { .access = access, .share = FILE_SHARE_ALL };
        HANDLE file = NULL;

        api_assert_ok(file_try(scene, &wish, &file));
        return file;
}

NTSTATUS file_tried(const FileScene *scene, const FileWish *wish) {
        HANDLE file = NULL;
        NTSTATUS status = file_try(scene, wish, &file);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(file));
        return status;
}

NTSTATUS file_section(HANDLE file, LONGLONG size, ULONG protection, PHANDLE ret) {
        LARGE_INTEGER maximum = { .QuadPart = size };

        return NtCreateSection(ret, SECTION_ALL_ACCESS, NULL, size == 0 ? NULL : &maximum,
                        protection, SEC_COMMIT, file);
}

NTSTATUS file_cut(HANDLE file, LONGLONG size) {
        FILE_END_OF_FILE_INFORMATION end = { .EndOfFile.QuadPart = size };
        IO_STATUS_BLOCK io;

        return NtSetInformationFile(file, &io, &end, sizeof(end), FileEndOfFileInformation);
}

NTSTATUS file_delete(HANDLE file, bool yes) {
        FILE_DISPOSITION_INFORMATION disposition = { .DeleteFile = yes };
        IO_STATUS_BLOCK io;

        return NtSetInformationFile(
                        file, &io, &disposition, sizeof(disposition), FileDispositionInformation);
}

LONGLONG file_size(const FileScene *scene) {
        struct stat about;

        ck_assert_int_eq(stat(scene->path, &about), 0);
        return about.st_size;
}

bool file_exists(const FileScene *scene) {
        return access(scene->path, F_OK) == 0;
}

void file_truncate(const FileScene *scene, LONGLONG size) {
        ck_assert_int_eq(truncate(scene->path, size), 0);
}

SECTION_BASIC_INFORMATION file_section_basic(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}
