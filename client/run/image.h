#pragma once

/*
 * Images
 *
 * A program as it lies in memory. What an image says of itself may be wrong in any way, so that
 * nothing is read of it but through here: an address relative to the image (RVA) is looked up among
 * the spans that can be read, and everything but texts is copied out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntimage.h"

/* The headers and 96 sections, each with room behind it. */
#define IMAGE_SPANS_MOST 194u

/* Bytes of an image that can be read. */
typedef struct ImageSpan {
        uint32_t rva;
        uint32_t size;
} ImageSpan;

typedef struct Image {
        const uint8_t *bytes;
        uint8_t *layout; /* of image_lay_out(): the same; else NULL */
        size_t mapped;   /* of the layout, in whole pages */
        uint32_t size;   /* SizeOfImage */
        uint32_t headers;
        uint32_t section_headers;
        IMAGE_FILE_HEADER file;
        IMAGE_OPTIONAL_HEADER64 optional; /* directories that are not there are zero */
        uint32_t n_spans;
        ImageSpan spans[IMAGE_SPANS_MOST]; /* in order, not adjacent */
} Image;

/**
 * image_read_headers() - begin to read an image
 * @bytes:   aligned as a page, or more; stay there as long as @ret is used
 * @n_bytes: of the headers that can be read; of a file, all
 * @ret:     filled in but for the spans
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_IMAGE_NOT_MZ; STATUS_INVALID_IMAGE_FORMAT;
 * STATUS_IMAGE_MACHINE_TYPE_MISMATCH if it is no x86-64 image, of which only @ret->file is filled
 * in.
 */
NTSTATUS image_read_headers(const uint8_t *bytes, size_t n_bytes, Image *ret);

/* More that can be read, after all that was added before. Return: false if there are too many. */
bool image_add_span(Image *image, uint32_t rva, uint32_t size);

/**
 * image_lay_out() - bring a file's bytes to where they are in memory, for reading only
 * @file: the file's bytes, aligned as a page
 * @ret:  with its spans, unrelocated; ends with image_release()
 *
 * Return: as image_read_headers(); STATUS_INVALID_IMAGE_FORMAT also if sections are not where they
 * can be; STATUS_NO_MEMORY.
 */
NTSTATUS image_lay_out(const uint8_t *file, size_t n_bytes, Image *ret);
void image_release(Image *image); /* what image_lay_out() made; one that is all zero is none */

/* The @size bytes at @rva; NULL if they are not all there to be read. */
const void *image_at(const Image *image, uint32_t rva, size_t size);

/* Copies them out. Return: false if they are not there, and then @ret is untouched. */
bool image_copy(const Image *image, uint32_t rva, void *ret, size_t size);

/* A text that ends with NUL where it can be read; else NULL. */
const char *image_text(const Image *image, uint32_t rva);

/* Section @index's header. Return: false if there is none. */
bool image_section(const Image *image, unsigned index, IMAGE_SECTION_HEADER *ret);

/* A directory that is not empty, or NULL. @index: IMAGE_DIRECTORY_ENTRY_ */
const IMAGE_DATA_DIRECTORY *image_directory(const Image *image, unsigned index);
