#include "section-rules.h"

#include "ntfile.h"
#include "ntstatus.h"

#define SEC_KINDS (SEC_COMMIT | SEC_RESERVE | SEC_IMAGE)
#define SEC_KNOWN                                                                                  \
        (SEC_KINDS | SEC_BASED | SEC_LARGE_PAGES | SEC_NOCACHE | SEC_NO_CHANGE | SEC_WRITECOMBINE)
#define SEC_NOT_WITH_IMAGE                                                                         \
        (SEC_COMMIT | SEC_RESERVE | SEC_LARGE_PAGES | SEC_NO_CHANGE | SEC_WRITECOMBINE)

#define PAGE_BASES     0xFFu
#define PAGE_MODIFIERS (PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE)

#define VIEWS_OF_DATA (PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY)

static bool is_one_bit(ULONG bits) {
        return bits != 0 && (bits & (bits - 1)) == 0;
}

/*
 * SEC_FILE is for reports only. Writecombined sections, SEC_IMAGE with SEC_NOCACHE (which is
 * SEC_IMAGE_NO_EXECUTE) and the refusal of reserved large pages are those of today's Windows;
 * Server 2003 answers differently. (Wine: tests of CreateFileMapping's flags.)
 */
static bool attributes_are_valid(ULONG attributes) {
        if (attributes & ~SEC_KNOWN || !(attributes & SEC_KINDS))
                return false;
        if (attributes & SEC_IMAGE)
                return !(attributes & SEC_NOT_WITH_IMAGE);
        return !(attributes & SEC_RESERVE && attributes & (SEC_COMMIT | SEC_LARGE_PAGES));
}

NTSTATUS section_check_attributes(ULONG attributes, ULONG protection) {
        if (!attributes_are_valid(attributes))
                return STATUS_INVALID_PARAMETER_6;
        if (protection & (PAGE_MODIFIERS | PAGE_NOACCESS))
                return STATUS_INVALID_PAGE_PROTECTION;
        return STATUS_SUCCESS;
}

NTSTATUS section_check_size(ULONG attributes, ULONG protection, uint64_t size) {
        if (size == 0)
                return STATUS_INVALID_PARAMETER_4;
        if (!protection_is_valid(protection))
                return STATUS_INVALID_PAGE_PROTECTION;
        if (attributes & SEC_IMAGE)
                return STATUS_INVALID_FILE_FOR_SECTION;
        if (size >= SECTION_SIZE_MAX)
                return STATUS_SECTION_TOO_BIG;
        if (attributes & SEC_LARGE_PAGES && size % LARGE_PAGE_SIZE != 0)
                return STATUS_INVALID_PARAMETER_4;
        return STATUS_SUCCESS;
}

ULONG section_reported_attributes(ULONG attributes) {
        return attributes & (SEC_COMMIT | SEC_RESERVE | SEC_BASED | SEC_NOCACHE | SEC_WRITECOMBINE |
                                            SEC_LARGE_PAGES);
}

NTSTATUS section_check_file(ULONG attributes, ULONG protection) {
        if (!protection_is_valid(protection))
                return STATUS_INVALID_PAGE_PROTECTION;
        if (attributes & SEC_LARGE_PAGES)
                return STATUS_INVALID_PARAMETER_6;
        return attributes & SEC_BASED ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
}

ACCESS_MASK section_file_access(ULONG attributes, ULONG protection) {
        if (attributes & SEC_IMAGE)
                return FILE_READ_DATA;

        switch (protection & PAGE_BASES) {
        case PAGE_READWRITE:
                return FILE_READ_DATA | FILE_WRITE_DATA;
        case PAGE_EXECUTE:
                return FILE_EXECUTE;
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return FILE_READ_DATA | FILE_EXECUTE;
        case PAGE_EXECUTE_READWRITE:
                return FILE_READ_DATA | FILE_WRITE_DATA | FILE_EXECUTE;
        default:
                return FILE_READ_DATA;
        }
}

/* A negative size is beyond every file; so it is for NT, whose sizes have a sign. */
NTSTATUS section_check_file_size(
                ULONG protection, uint64_t size, uint64_t file_size, uint64_t *ret) {
        if (size == 0 && file_size == 0)
                return STATUS_MAPPED_FILE_SIZE_ZERO;
        if (size > FILE_SECTION_SIZE_MAX || (size > file_size && !protection_writes(protection)))
                return STATUS_SECTION_TOO_BIG;
        *ret = size == 0 ? file_size : size;
        return STATUS_SUCCESS;
}

ULONG section_file_reported_attributes(ULONG attributes) {
        return SEC_FILE | (attributes & (SEC_NOCACHE | SEC_WRITECOMBINE));
}

bool protection_writes(ULONG protection) {
        return protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE);
}

/* A page has one caching mode, and one that nobody may touch has none; nor has one that guards. */
bool protection_is_valid(ULONG protection) {
        ULONG modifiers = protection & PAGE_MODIFIERS;

        if (protection & ~(PAGE_BASES | PAGE_MODIFIERS) || !is_one_bit(protection & PAGE_BASES))
                return false;
        return modifiers == 0 || (is_one_bit(modifiers) && !(protection & PAGE_NOACCESS));
}

/*
 * PAGE_EXECUTE needs SECTION_MAP_READ too, as Wine's tests have it for today's Windows; the kernel
 * of Server 2003 wanted SECTION_MAP_EXECUTE alone. PAGE_READWRITE does not need SECTION_MAP_READ.
 */
ACCESS_MASK protection_required_access(ULONG protection) {
        if (!protection_is_valid(protection))
                return 0;

        switch (protection & PAGE_BASES) {
        case PAGE_READWRITE:
                return SECTION_MAP_WRITE;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return SECTION_MAP_READ | SECTION_MAP_EXECUTE;
        case PAGE_EXECUTE_READWRITE:
                return SECTION_MAP_WRITE | SECTION_MAP_EXECUTE;
        default:
                return SECTION_MAP_READ;
        }
}

/*
 * The base protections that views of a section may have. A copy needs no more of the section than
 * reading it does, so a section for PAGE_EXECUTE_READ has copies that are executed too: with the
 * rights that go with its protection, Wine's tests of MapViewOfFile() have them on today's Windows,
 * where the kernel of Server 2003 refused them.
 */
static ULONG section_views(ULONG section) {
        switch (section & PAGE_BASES) {
        case PAGE_READONLY:
        case PAGE_WRITECOPY:
                return VIEWS_OF_DATA;
        case PAGE_READWRITE:
                return VIEWS_OF_DATA | PAGE_READWRITE;
        case PAGE_EXECUTE:
                return PAGE_NOACCESS | PAGE_EXECUTE;
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return VIEWS_OF_DATA | PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_WRITECOPY;
        case PAGE_EXECUTE_READWRITE:
                return PAGE_BASES;
        default: /* sections cannot be PAGE_NOACCESS */
                return 0;
        }
}

bool protection_is_compatible(ULONG section, ULONG view) {
        return protection_is_valid(section) && protection_is_valid(view) &&
               (section_views(section) & view & PAGE_BASES) != 0;
}
