#pragma once

/*
 * Base relocations of an image
 */

#include "pe-image.h"

/**
 * pe_relocate() - make an image's memory right for another base
 * @memory: laid out as pe_layout() says; nobody else may change it during the call
 * @image:  what the memory was laid out from, of @image->size bytes
 * @base:   that the memory is to be right for, whole 64 KiB; it must be right for the image's own
 *
 * The ImageBase in the memory's headers becomes @base too, where there is one: what is there tells
 * a loader for which address the content is right.
 *
 * The table is checked whole before the first byte is changed: a broken one is refused, and what
 * a loader would make of its good part does not matter. Broken is: a table, block or target that
 * is not within the image; a block shorter than its own head, or of odd length; a type that is not
 * ABSOLUTE, HIGH, LOW, HIGHLOW, HIGHADJ (with its second entry), DIR64 or, for 32-bit ARM,
 * THUMB_MOV32; a target within the table itself. Only an empty block (size 0), or less than a head,
 * ends the table early, since linkers pad so.
 *
 * Return: STATUS_SUCCESS;
 *         STATUS_CONFLICTING_ADDRESSES if @base is another than the image's own and its linker
 *         stripped the relocations, or if an image that is not wide would pass 4 GiB;
 *         STATUS_INVALID_IMAGE_FORMAT if the table is broken, also if @base is the image's own.
 */
NTSTATUS pe_relocate(uint8_t *memory, const PeImage *image, uint64_t base);
