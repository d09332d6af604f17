#pragma once

/*
 * Base relocations of an image that is not where its addresses are right for
 */

#include "image.h"

/**
 * relocation_check() - whether an image can be relocated
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES if its linker stripped the relocations;
 * STATUS_INVALID_IMAGE_FORMAT if the table is damaged: it, or what it changes, is not in the image,
 * or is the table itself.
 */
NTSTATUS relocation_check(const Image *image);

/* Adds @delta to all addresses; the table is sound, and all pages can be written to. */
void relocation_apply(const Image *image, uint64_t delta);

/**
 * relocation_apply_block() - the entries of one block, as LdrProcessRelocationBlock() has them
 * @page: what their offsets are relative to
 * Return: behind the entries; NULL at a type that x86-64 images have not.
 */
const uint16_t *relocation_apply_block(
                uint8_t *page, size_t n_entries, const uint16_t *entries, uint64_t delta);
