#pragma once

/*
 * A file in the test's folder (folder.h), of which there are sections
 */

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "folder.h"

#define MAPPED_FILE     "mapped"
#define FILE_ANY_ACCESS (FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE | DELETE)

/* Makes the file, of @size bytes, the n-th of which is n modulo 251. Opens nothing. */
void mapped_file_make(size_t size);

/* What byte @n of it was made as. */
static inline uint8_t mapped_file_byte(size_t n) {
        return (uint8_t) (n % 251);
}

/* Opens it, sharing all; must succeed. */
HANDLE mapped_file_open(ACCESS_MASK access);

/* The status of another opening, which is closed at once. */
NTSTATUS mapped_file_tried(ACCESS_MASK access, ULONG share, ULONG disposition, ULONG options);

/* NtCreateSection() of a file, with all access and no name; SEC_COMMIT. Size 0: none. */
NTSTATUS mapped_file_section(HANDLE file, LONGLONG size, ULONG protection, PHANDLE ret);

/* As Linux has it. */
LONGLONG mapped_file_size(void);
void mapped_file_truncate(LONGLONG size);

/* What NtQuerySection() says. */
SECTION_BASIC_INFORMATION section_basic(HANDLE section);
