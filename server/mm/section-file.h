#pragma once

/*
 * The file of a section
 *
 * A section of a file, of its data or as an image, has a SectionFile: the descriptors that the
 * client opened for it alone, the file's name, and the bond that restrains those who would take the
 * file from under it. The bond lasts as long as the Section: until neither handles nor views are
 * left.
 */

#include "client-fd.h"
#include "file-name.h"
#include "shared-file.h"

typedef struct File File;
typedef struct Section Section;

typedef struct SectionFile {
        FileBond bond;
        FileName *name;
        ClientFd read_only;
        ClientFd read_write; /* none unless views may write */
} SectionFile;

/* What a client asks for. */
typedef struct SectionFileRequest {
        File *file;       /* was referenced with the rights of section_file_access() */
        ULONG attributes; /* SEC_ flags that section_check_attributes() accepted */
        ULONG protection;
        uint64_t size;      /* in bytes as the client gave it; 0 for none */
        ClientFd read_only; /* given away by section_file_new_take(), on failure too */
        ClientFd read_write;
} SectionFileRequest;

/**
 * section_file_check() - may there be a section of the file? Rows 8, 9 and 11 to 16 of
 * NtCreateSection, and whether the descriptors are the file's
 * @ret: what can be said of the file now, so that its size can be asked no better
 *
 * Return: in this order: what section_check_file() says; STATUS_INVALID_FILE_FOR_SECTION (no
 * regular file, or a file that may not be read); STATUS_ACCESS_DENIED (a descriptor that cannot do
 * what it must, or could do more); STATUS_INVALID_PARAMETER (another file's); for an image
 * STATUS_INVALID_FILE_FOR_SECTION if the file is empty; for data what section_check_file_size()
 * says, and STATUS_SECTION_NOT_EXTENDED if the file is not as large as the client says.
 */
NTSTATUS section_file_check(const SectionFileRequest *request, FileFacts *ret);

/**
 * section_file_new_take() - what a section has of its file
 * @files:   of the server
 * @uid:     whose section it is
 * @section: whose it will be: it frees it
 * Return: STATUS_SUCCESS or STATUS_NO_MEMORY.
 */
NTSTATUS section_file_new_take(FileTable *files,
                SectionFileRequest *request,
                uid_t uid,
                Section *section,
                SectionFile **ret);
void section_file_free(SectionFile *file); /* NULL is ignored */

/**
 * section_new_of_file_take() - a section of a file's data
 * @request: as for section_file_check(), which it begins with; its descriptors are given away
 * @ret:     the caller owns one reference
 * Return: what section_file_check() says; STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS section_new_of_file_take(
                FileTable *files, SectionFileRequest *request, Quota *quota, Section **ret);

/**
 * section_file_memory() - the descriptor for a process that may map
 * @access: of its grant
 * @ret:    the section's own: the caller passes it on and does not close it
 * Return: STATUS_SUCCESS; STATUS_ACCESS_DENIED if @access has no right to map.
 */
NTSTATUS section_file_memory(const SectionFile *file, ACCESS_MASK access, const ClientFd **ret);
