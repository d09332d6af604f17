#pragma once

/*
 * Small programs to spoil
 *
 * A PeBuild is the bytes of a sound image whose headers a test changes in place:
 *
 *     headers          file 0x000, memory 0x0000; the new header at PE_BUILD_NEW_HEADER
 *     .text    R X     file 0x400, memory 0x1000, 0x234 bytes
 *     .data    RW      file 0x800, memory 0x2000, 0x1800 bytes of which the file has 0x200
 *     .reloc   R       file 0xA00, memory 0x4000, 0x200 bytes; an empty table
 *
 * Content is a pattern, see pe_build_byte().
 */

#include <stddef.h>
#include <stdint.h>

#include "ntimage.h"

#define PE_BUILD_SIZE        0xC00u
#define PE_BUILD_NEW_HEADER  0x80u
#define PE_BUILD_HEADERS     0x400u
#define PE_BUILD_TEXT        0x1000u
#define PE_BUILD_DATA        0x2000u
#define PE_BUILD_TABLE       0x4000u /* address of the relocations */
#define PE_BUILD_TABLE_PLACE 0xA00u  /* and their place in the file */
#define PE_BUILD_IMAGE_SIZE  0x5000u
#define PE_BUILD_BASE        0x10000000u
#define PE_BUILD_CLR         0x1100u /* address for a header of a .NET program */

typedef struct PeBuild {
        uint8_t *bytes; /* PE_BUILD_SIZE, aligned */
        size_t size;    /* of the file; a test may make it less */
        IMAGE_DOS_HEADER *dos;
        IMAGE_FILE_HEADER *file;
        IMAGE_OPTIONAL_HEADER32 *narrow; /* of I386 and ARMNT, else NULL */
        IMAGE_OPTIONAL_HEADER64 *wide;   /* of the others, else NULL */
        IMAGE_DATA_DIRECTORY *directories;
        IMAGE_SECTION_HEADER *sections;
} PeBuild;

/* @machine: IMAGE_FILE_MACHINE_. Fills in @ret; ends the program if there is no memory. */
void pe_build_init(PeBuild *ret, uint16_t machine);

/* The same with sections 0x200 apart and content where the memory is: 0xC00 bytes mapped flat. */
void pe_build_init_flat(PeBuild *ret, uint16_t machine);

void pe_build_clear(PeBuild *build);

/* What the content's byte at @place in the file is, outside headers and relocations. */
uint8_t pe_build_byte(size_t place);

/**
 * pe_build_add_block() - one block of relocations, behind those that are there
 * @page:    its VirtualAddress
 * @entries: its words: type in the upper 4 bits
 * The blocks must fit into 0x200 bytes.
 */
void pe_build_add_block(PeBuild *build, uint32_t page, const uint16_t *entries, size_t n_entries);
