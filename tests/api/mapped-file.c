#include "mapped-file.h"

#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

void mapped_file_make(size_t size) {
        g_autofree uint8_t *bytes = g_malloc(size + 1);

        for (size_t i = 0; i < size; i++)
                bytes[i] = mapped_file_byte(i);
        ck_assert(g_file_set_contents(
                        folder_path(MAPPED_FILE), (char *) bytes, (gssize) size, NULL));
}

HANDLE mapped_file_open(ACCESS_MASK access) {
        return file_opened(MAPPED_FILE, access, SHARE_ALL);
}

NTSTATUS mapped_file_tried(ACCESS_MASK access, ULONG share, ULONG disposition, ULONG options) {
        const FileArguments arguments = {
                .leaf = MAPPED_FILE,
                .access = access | SYNCHRONIZE,
                .share = share,
                .disposition = disposition,
                .options = options | SYNC,
        };
        HANDLE file = NULL;
        IO_STATUS_BLOCK io;
        NTSTATUS status = file_create(&arguments, &file, &io);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(file));
        return status;
}

NTSTATUS mapped_file_section(HANDLE file, LONGLONG size, ULONG protection, PHANDLE ret) {
        LARGE_INTEGER maximum = { .QuadPart = size };

        return NtCreateSection(ret, SECTION_ALL_ACCESS, NULL, size == 0 ? NULL : &maximum,
                        protection, SEC_COMMIT, file);
}

LONGLONG mapped_file_size(void) {
        struct stat about;

        ck_assert_int_eq(stat(folder_path(MAPPED_FILE), &about), 0);
        return about.st_size;
}

void mapped_file_truncate(LONGLONG size) {
        ck_assert_int_eq(truncate(folder_path(MAPPED_FILE), size), 0);
}

SECTION_BASIC_INFORMATION section_basic(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}
