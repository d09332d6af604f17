#include "image.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "memory.h"

void image_files_grow_old(void) {
        g_usleep(60000);
}

static char *path_of(const char *name) {
        return g_build_filename(api_folder(), name, NULL);
}

void image_file_write(const char *name, const PeBuild *build) {
        g_autofree char *path = path_of(name);
        autofd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, build->bytes, build->size), (ssize_t) build->size);
}

const WCHAR *image_file_name(const char *name) {
        static WCHAR units[512];
        g_autofree char *path = path_of(name);
        g_autofree char *full = g_strdup_printf("\\??\\unix%s", path);
        size_t i = 0;

        ck_assert_uint_lt(strlen(full), sizeof(units) / sizeof(units[0]));
        for (; full[i] != 0; i++)
                units[i] = full[i] == '/' ? u'\\' : (WCHAR) full[i];
        units[i] = 0;
        return units;
}

NTSTATUS image_file_open(const char *name, ACCESS_MASK access, PHANDLE ret) {
        IO_STATUS_BLOCK io;

        return NtCreateFile(ret, access, NAMED(image_file_name(name)), &io, NULL, 0,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN, 0, NULL,
                        0);
}

NTSTATUS image_create(HANDLE file, LONGLONG size, ULONG attributes, PHANDLE ret) {
        LARGE_INTEGER maximum = { .QuadPart = size };

        return NtCreateSection(ret, SECTION_ALL_ACCESS, NULL, size != 0 ? &maximum : NULL,
                        PAGE_READONLY, attributes, file);
}

HANDLE image_section(const char *name) {
        HANDLE file = NULL, section = NULL;

        api_assert_ok(image_file_open(name, FILE_READ_DATA, &file));
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        api_assert_ok(NtClose(file));
        return section;
}

HANDLE image_section_of(const char *name, const PeBuild *build) {
        image_file_write(name, build);
        image_files_grow_old();
        return image_section(name);
}

uint8_t *image_map(HANDLE section, NTSTATUS *ret_status) {
        PVOID base = NULL;
        NTSTATUS status = view_map(section, PAGE_READONLY, &base, NULL);

        ck_assert_msg(NT_SUCCESS(status), "0x%08X", (unsigned) status);
        if (ret_status)
                *ret_status = status;
        return base;
}

void image_expect_page(uint8_t *view, SIZE_T at, SIZE_T size, ULONG protection, ULONG made_with) {
        MEMORY_BASIC_INFORMATION info = memory_at(view + at);

        ck_assert_ptr_eq(info.BaseAddress, view + at);
        ck_assert_ptr_eq(info.AllocationBase, view);
        ck_assert_uint_eq(info.AllocationProtect, made_with);
        ck_assert_uint_eq(info.RegionSize, size);
        ck_assert_uint_eq(info.State, MEM_COMMIT);
        ck_assert_uint_eq(info.Protect, protection);
        ck_assert_uint_eq(info.Type, MEM_IMAGE);
}
