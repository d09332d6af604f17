#pragma once

/*
 * Sections of images
 *
 * What never changes about the image that a section is of. The daemon is asked once for each grant;
 * then it is kept with what else is known of the grant.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "grant-info.h"
#include "handle.h"
#include "ntmmapi.h"
#include "region.h"

/* The headers and 96 sections, each with room behind it. */
#define IMAGE_PIECES_MOST 194u

/* Whole pages of an image that are alike. */
typedef struct ImagePiece {
        uint32_t size;
        uint16_t protection; /* PAGE_, that a view has at first */
        bool is_shared;      /* views share what is written */
} ImagePiece;

typedef struct SectionImage {
        uint64_t base;          /* that its memory is right for */
        uint64_t original_base; /* that it was linked for */
        uint64_t size;
        FileIdentity file;
        ULONG extended_flags;
        bool no_execute;
        bool is_shared; /* a piece is */
        SECTION_IMAGE_INFORMATION information;
        uint32_t n_pieces;
        ImagePiece pieces[IMAGE_PIECES_MOST]; /* in the order of their addresses, without gaps */
} SectionImage;

static inline bool section_is_image(const GrantInfo *info) {
        return info->attributes & SEC_IMAGE;
}

/**
 * section_image_read() - what is known of the image of a section
 * @ref: of the section
 * @ret: filled in on success; only as many pieces as there are
 *
 * One message for the first call about a grant, none for others.
 *
 * Return: STATUS_SUCCESS; STATUS_SECTION_NOT_IMAGE; what the daemon says; STATUS_PORT_DISCONNECTED
 * if that makes no sense.
 */
NTSTATUS section_image_read(const Client *client, const HandleRef *ref, SectionImage *ret);

/**
 * section_image_query() - the classes of NtQuerySection that are about images
 * @ref:                from handle_reference(), with SECTION_QUERY
 * @information:        the caller's buffer, as long as section_image_length() says or longer
 * @return_length:      gets how much was written; may be NULL
 *
 * Return: as section_image_read(); STATUS_ACCESS_VIOLATION.
 */
NTSTATUS section_image_query(const Client *client,
                const HandleRef *ref,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                PSIZE_T return_length);

/* Bytes of what a class about images gives; 0 for one that is not. */
SIZE_T section_image_length(SECTION_INFORMATION_CLASS information_class);

/* The grant is over: gives up what was kept of its image. The table is locked, or nobody else's. */
void section_image_forget(GrantRecord *record);
