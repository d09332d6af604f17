#pragma once

/*
 * Rules of sections that both sides apply
 *
 * The client checks them in NT's order before it sends anything, the server because it believes
 * nobody. One implementation serves both. Sources: nt-behaviour tables of NtCreateSection and
 * NtMapViewOfSection; the order is the kernel's, confirmed by tests on Windows.
 */

#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"

/*
 * From this on a page-file section is STATUS_SECTION_TOO_BIG: 128 TB is what a process can address,
 * and Windows says so of that size.
 */
#define SECTION_SIZE_MAX (1ull << 47)

/* The longest that a section of a file can be, as under Wine: whatever the disk has room for. */
#define FILE_SECTION_SIZE_MAX (1ull << 54)

/* A large page, of Linux and of Windows. */
#define LARGE_PAGE_SIZE (2ull << 20)

/**
 * section_check_attributes() - rows 1 to 5 of NtCreateSection: what is refused before any pointer
 * is looked at
 * @attributes: SEC_ flags
 * @protection: PAGE_ protection
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER_6 or STATUS_INVALID_PAGE_PROTECTION.
 */
NTSTATUS section_check_attributes(ULONG attributes, ULONG protection);

/**
 * section_check_size() - rows 7, 8 and 12 to 14: size and protection of a section without a file
 * @attributes: SEC_ flags that section_check_attributes() accepted
 * @protection: PAGE_ protection
 * @size:       in bytes as the caller gave it; 0 if it gave none
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PAGE_PROTECTION,
 *         STATUS_INVALID_FILE_FOR_SECTION, STATUS_SECTION_TOO_BIG, or STATUS_INVALID_PARAMETER_4
 * for SEC_LARGE_PAGES and a size that is not a multiple of LARGE_PAGE_SIZE.
 */
NTSTATUS section_check_size(ULONG attributes, ULONG protection, uint64_t size);

/* What NtQuerySection reports for a page-file section made with @attributes. */
ULONG section_reported_attributes(ULONG attributes);

/**
 * section_check_file() - rows 8 and 9: protection and kind of a section of a file
 * @attributes: SEC_ flags that section_check_attributes() accepted
 * Return: STATUS_SUCCESS, STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_PARAMETER_6 (large pages),
 *         or STATUS_NOT_SUPPORTED for SEC_BASED.
 */
NTSTATUS section_check_file(ULONG attributes, ULONG protection);

/**
 * section_file_access() - row 10: FILE_ rights that a section needs on its file's handle
 *
 * For data those that the protection names; reading is enough for an image (Wine). Drivers need
 * none.
 */
ACCESS_MASK section_file_access(ULONG attributes, ULONG protection);

/**
 * section_check_file_size() - rows 15 and 16: size of a section of a file's data
 * @size:      in bytes as the caller gave it; 0 if it gave none
 * @file_size: of the file as it is
 * @ret:       size of the section, in bytes; above @file_size if the file is to be extended first
 * Return: STATUS_SUCCESS; STATUS_MAPPED_FILE_SIZE_ZERO; STATUS_SECTION_TOO_BIG (beyond the file,
 *         and views may not write; or beyond what any file can be).
 */
NTSTATUS section_check_file_size(
                ULONG protection, uint64_t size, uint64_t file_size, uint64_t *ret);

/* What NtQuerySection reports for a section of a file's data: neither SEC_COMMIT nor SEC_RESERVE.
 */
ULONG section_file_reported_attributes(ULONG attributes);

/* Whether views of a section with @protection can change its file. */
bool protection_writes(ULONG protection);

/* Whether @protection is one base protection with modifiers that may go together. */
bool protection_is_valid(ULONG protection);

/* SECTION_MAP_ rights that a view of @protection needs on the section handle; 0 if invalid. */
ACCESS_MASK protection_required_access(ULONG protection);

/* Whether a handle with @access may have views at all. */
static inline bool access_maps(ACCESS_MASK access) {
        return access & (SECTION_MAP_READ | SECTION_MAP_WRITE | SECTION_MAP_EXECUTE);
}

/* Whether a section made with @section protection may have views of @view protection. */
bool protection_is_compatible(ULONG section, ULONG view);
