#pragma once

/*
 * Content of an image
 *
 * What all views of an image show: its file laid out and, if it is not where it was linked for,
 * relocated, in memory that nobody can change any more. Made once, on a thread, since to read a
 * file takes as long as its owner likes. Nothing here is bound to a thread.
 */

#include <glib.h>

#include "client-fd.h"
#include "image-base.h"
#include "pe-layout.h"

typedef struct ImageContent {
        PeImage image;
        PeLayout layout;
        ImageBase base;          /* what the memory is right for */
        uint32_t extended_flags; /* pe_extended_flags() */
        bool is_shared; /* it has parts that all views share: see image_piece_is_shared() */
        bool is_whole;  /* the file did not change while it was read, nor shortly before */
        int fd;         /* the memory, sealed: nobody can write it */
        int shared_fd;  /* of the same size: the parts that views share, or -1 */
} ImageContent;

/* What to make. */
typedef struct ImageSource {
        int fd;           /* the file, open for reading */
        FileFacts facts;  /* what it was when it was asked for */
        bool no_execute;  /* SEC_IMAGE_NO_EXECUTE */
        uint64_t largest; /* that the image may be, in bytes */
        ImageBases *bases;
} ImageSource;

/**
 * image_content_new() - read an image
 * @ret: the caller frees it; untouched on failure
 *
 * What the file does not hold any more is zero. A table of relocations that is broken makes the
 * image stay where it was linked for, as one without relocations does.
 *
 * Return: STATUS_SUCCESS; what pe_image_parse() says; STATUS_QUOTA_EXCEEDED if the image is larger
 * than @source->largest; STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES if descriptors ran out;
 * what nt_status_from_errno() makes of a failure to read.
 */
NTSTATUS image_content_new(const ImageSource *source, ImageContent **ret);
ImageContent *image_content_free(ImageContent *content);

/* Whether what a view writes there is seen by the others: a part that is for writing, and shared.
 */
bool image_piece_is_shared(const PePiece *piece);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageContent, image_content_free)
