#pragma once

/*
 * Sections
 *
 * A Section is memory that processes share. Its memory is a memfd, made when somebody first maps
 * it: a section that nobody maps costs no descriptor. What leaves the server is a descriptor that
 * cannot do more than the grant that it is for. A section of a file has the file's memory, and is
 * in section-file.h; one of an image has memory that is made from the file, and is in
 * section-image.h.
 */

#include "object.h"
#include "section-base.h"

typedef struct ImageMemory ImageMemory;
typedef struct SectionCommit SectionCommit;
typedef struct SectionFile SectionFile;

typedef struct Section {
        Object object;
        uint64_t size;      /* in bytes; whole pages, but of a file's data */
        ULONG attributes;   /* SEC_ flags as NtQuerySection reports them */
        ULONG protection;   /* the PAGE_ protection it was made with */
        int fd;             /* the memory; -1 until it is first asked for, and for a file's */
        SectionFile *file;  /* NULL without one */
        ImageMemory *image; /* a use of it; NULL unless it is one, see section-image.h */
        QuotaCharge size_charge;
        QuotaCharge fd_charge;
        SectionBase base;      /* of SEC_BASED */
        SectionCommit *commit; /* of SEC_RESERVE; NULL until it is first asked for */
} Section;

extern const ObjectType section_type;

/**
 * section_new() - a section without a file
 * @size:       in bytes as the client gave it; rounded up to whole pages
 * @protection: PAGE_ protection
 * @attributes: SEC_ flags
 * @quota:      who pays for object, size and descriptor
 * @ret:        the caller owns one reference
 * Return: STATUS_SUCCESS, what section-rules.h and section_check_commit() say,
 * STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES for SEC_LARGE_PAGES if
 * Linux has not so many free: they are set aside at once.
 */
NTSTATUS section_new(
                uint64_t size, ULONG protection, ULONG attributes, Quota *quota, Section **ret);

/**
 * section_open_memory() - a descriptor for a process that may map
 * @access: of its grant
 * @ret_fd: freshly opened, read-write with SECTION_MAP_WRITE, else read-only; the caller owns it
 * Return: STATUS_SUCCESS; STATUS_ACCESS_DENIED if @access has no right to map;
 * STATUS_QUOTA_EXCEEDED; STATUS_INSUFFICIENT_RESOURCES if descriptors ran out.
 */
NTSTATUS section_open_memory(Section *section, ACCESS_MASK access, int *ret_fd);
