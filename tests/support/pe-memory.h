#pragma once

/*
 * Images in memory: what the tests of portable executables share
 */

#include "pe-image.h"

/* A PeFile whose bytes are at hand; a read beyond @size, or of more than 4 KiB, ends the program.
 */
typedef struct PeBytes {
        const uint8_t *bytes;
        size_t size;
        unsigned n_reads;
} PeBytes;

PeFile pe_bytes_file(PeBytes *bytes);

/* The image's memory, laid out with pe_layout() from its file; free() it. NULL if there is none. */
uint8_t *pe_memory_new(const PeImage *image, const uint8_t *bytes);

/*
 * A second opinion: relocates as a textbook does, byte by byte and without any care for broken
 * tables. It knows neither THUMB_MOV32 nor the ImageBase in the headers.
 */
void pe_memory_relocate(uint8_t *memory, PeDirectory table, uint64_t delta);
