#pragma once

/*
 * Sections of files
 *
 * What a file handle means for a section that is to be made, and what is different about a section
 * that has a file.
 */

#include <stdbool.h>
#include <stdint.h>

#include "grant-info.h"
#include "handle.h"
#include "ntdef.h"
#include "ntobj.pb-c.h"
#include "region.h"

/*
 * The file of a section that is to be made. Initialise with section_file_init(); ends with
 * section_file_clear().
 */
typedef struct SectionFile {
        HandleRef ref;
        Nt__Grant grant;
        int fds[2]; /* opened for the section: only for reading, and for writing too or -1 */
} SectionFile;

void section_file_init(SectionFile *file);
void section_file_clear(SectionFile *file);

/**
 * section_file_open() - rows 8 to 16 of NtCreateSection, where there is a file
 * @handle:     of the file
 * @protection: any
 * @attributes: SEC_ flags that section_check_attributes() accepted
 * @size:       in bytes, 0 for that of the file
 *
 * A file that is to be written to is made as long as the section.
 *
 * Return, in this order: STATUS_INVALID_PAGE_PROTECTION; STATUS_INVALID_PARAMETER_6 for
 * SEC_LARGE_PAGES; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for the
 * handle; STATUS_INVALID_FILE_FOR_SECTION for what is no plain file, and for an image of an empty
 * one; STATUS_MAPPED_FILE_SIZE_ZERO; STATUS_SECTION_TOO_BIG; STATUS_ACCESS_DENIED,
 * STATUS_INSUFFICIENT_RESOURCES if the file cannot be opened anew; STATUS_SECTION_NOT_EXTENDED;
 * STATUS_SUCCESS.
 */
NTSTATUS section_file_open(SectionFile *file,
                const Client *client,
                HANDLE handle,
                ULONG protection,
                ULONG attributes,
                uint64_t size);

/* Fills in what the request says of the file. Return: what has to go with it. */
SentFds section_file_describe(SectionFile *file, Nt__CreateSectionRequest *body);

/* Whether views of the section show a file, byte for byte. */
static inline bool section_is_data_file(const GrantInfo *info) {
        return (info->attributes & (SEC_FILE | SEC_IMAGE)) == SEC_FILE;
}
