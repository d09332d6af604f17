#pragma once

/*
 * Committed pages of sections
 *
 * What a section may hold, and which pages of a reserved one are committed: bits in memory of their
 * own (commit-bitmap.h), made when somebody first maps the section or commits something. Who may
 * write to the section sets them without asking; for others the server does, and touches nothing of
 * the section's memory for it.
 *
 * A reserved section is charged whole when it is made, like any other: Linux lets whoever maps it
 * use all of it, committed or not.
 */

#include "ntdef.h"
#include "section.h"

/*
 * From this on a reserved section is STATUS_INSUFFICIENT_RESOURCES, which Windows says of 8 TB: its
 * bits would be too much.
 */
#define SECTION_RESERVE_MAX (1ull << 43)

/**
 * section_check_commit() - whether there can be so much memory
 * @attributes: SEC_ flags
 * Return: STATUS_SUCCESS; STATUS_COMMITMENT_LIMIT if a committed section is larger than memory and
 * swap of the machine; STATUS_INSUFFICIENT_RESOURCES for a reserved one of SECTION_RESERVE_MAX.
 */
NTSTATUS section_check_commit(ULONG attributes, uint64_t size);

void section_commit_free(SectionCommit *commit); /* NULL is ignored */

/**
 * section_open_commit() - a descriptor of the bits of a reserved section
 * @access: of the grant that it is for; has a right to map
 * @ret_fd: freshly opened, read-write with SECTION_MAP_WRITE, else read-only; the caller owns it
 * Return: STATUS_SUCCESS; STATUS_QUOTA_EXCEEDED; STATUS_INSUFFICIENT_RESOURCES if descriptors ran
 * out.
 */
NTSTATUS section_open_commit(Section *section, ACCESS_MASK access, int *ret_fd);

/**
 * section_commit() - commit pages
 * @first:   any value
 * @n_pages: any value
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER if the section is not reserved, or the pages are
 * none, too many (COMMIT_PAGES_MOST) or not in it; STATUS_QUOTA_EXCEEDED;
 * STATUS_INSUFFICIENT_RESOURCES; STATUS_NO_MEMORY.
 */
NTSTATUS section_commit(Section *section, uint64_t first, uint64_t n_pages);
