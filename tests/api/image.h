#pragma once

/*
 * Programs' files and their sections, for the tests of images
 */

#include "api.h"
#include "pe-builder.h"
#include "view.h"

/* 10 ms and more after a change, a file is not taken for what it was before. */
void image_files_grow_old(void);

/* Writes a file into the test's folder; what is there is replaced. */
void image_file_write(const char *name, const PeBuild *build);

/* The name of such a file, for NT; until the next call. */
const WCHAR *image_file_name(const char *name);

/* Opens one. All sharing is allowed. */
NTSTATUS image_file_open(const char *name, ACCESS_MASK access, PHANDLE ret);

/* What NtCreateSection() makes of a handle to a file; @size 0: none. */
NTSTATUS image_create(HANDLE file, LONGLONG size, ULONG attributes, PHANDLE ret);

/* The section of the image in a file that was written; must succeed. */
HANDLE image_section(const char *name);

/* Writes a file and makes the section of it; must succeed. */
HANDLE image_section_of(const char *name, const PeBuild *build);

/* NtMapViewOfSection() with a place that NT chooses; a failure fails the test. @ret_status: the
 * success, or NULL. */
uint8_t *image_map(HANDLE section, NTSTATUS *ret_status);

/* What NtQueryVirtualMemory() says of a run of pages of the view at @view. */
void image_expect_page(uint8_t *view, SIZE_T at, SIZE_T size, ULONG protection, ULONG made_with);
