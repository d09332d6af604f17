#pragma once

/*
 * Portable executable images
 *
 * A PeImage is what the headers of a program's file say, once they passed every check that NT makes
 * before it makes a section of the file: its sections in the order of their addresses, and what
 * NtQuerySection reports. Whoever holds one may rely on what its fields promise below, however
 * hostile the file. Nothing here keeps state: any number of threads may parse at once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

#define PE_PAGE_SIZE 4096u

/* "The Windows loader limits the number of sections to 96": Microsoft's PE Format. */
#define PE_SECTIONS_MOST 96u

/*
 * No image is larger, as in NT. Together with the limit on sections it bounds what any file can
 * make us do.
 */
#define PE_IMAGE_SIZE_MOST 0x77000000u

/* Where an image comes from; see pe_image_parse(). */
typedef struct PeFile {
        NTSTATUS (*read)(void *context, uint64_t offset, void *buffer, size_t size);
        void *context;
        uint64_t size;
} PeFile;

/*
 * One section. Memory from @rva, file content from @file_offset: the first @file_size bytes of the
 * memory, the rest is zero. Content never reaches past the file, nor past the section's last page.
 */
typedef struct PeSection {
        uint32_t rva;    /* address within the image; of whole pages unless the image is flat */
        uint32_t size;   /* of the memory, in bytes; never 0 unless the image is flat */
        uint32_t extent; /* @size rounded up to the section alignment: there the next begins */
        uint32_t file_offset;
        uint32_t file_size;    /* 0 if all of the memory is zero */
        ULONG characteristics; /* IMAGE_SCN_ */
} PeSection;

/* A part of the image that the headers point to: not checked, except that absent is all zero. */
typedef struct PeDirectory {
        uint32_t rva;
        uint32_t size;
} PeDirectory;

typedef struct PeImage {
        uint64_t file_size;
        uint64_t base;              /* that the file is linked for, whole 64 KiB */
        uint32_t size;              /* of the memory: SizeOfImage in whole pages, never 0 */
        uint32_t headers_size;      /* bytes of the file that begin the memory; at most @size */
        uint32_t section_alignment; /* a power of two */
        uint32_t base_field;        /* where in the memory ImageBase stands; 0 if it does not */
        uint32_t entry_point;       /* address within the image, unchecked; 0 for none */
        bool wide;                  /* PE32+: addresses of 64 bits */
        bool flat; /* sections closer than a page: the memory is the file as it is */
        PeDirectory relocations;
        PeDirectory clr; /* the header of a .NET program */
        PeDirectory debug;
        PeDirectory load_config;

        /* What NtQuerySection reports, as the headers say. */
        uint64_t stack_reserve;
        uint64_t stack_commit;
        uint32_t checksum;
        uint16_t subsystem;
        uint16_t subsystem_minor;
        uint16_t subsystem_major;
        uint16_t system_major;
        uint16_t system_minor;
        uint16_t characteristics;     /* IMAGE_FILE_ */
        uint16_t dll_characteristics; /* IMAGE_DLLCHARACTERISTICS_ */
        uint16_t machine;             /* IMAGE_FILE_MACHINE_ */
        bool contains_code;
        uint8_t image_flags;   /* IMAGE_INFO_ */
        uint32_t loader_flags; /* 1 for a .NET program, else 0 */

        size_t n_sections;
        PeSection sections[PE_SECTIONS_MOST]; /* addresses rise, none overlaps, unless flat */
} PeImage;

/**
 * pe_image_parse() - check the headers of a program's file
 * @file: read() fills @buffer with @size bytes from @offset; it is only asked for what lies within
 *        the file's size, at most 4 KiB at a time and four times in all. What it fails with is the
 *        status of the call.
 * @ret:  untouched on failure
 *
 * The file may change while it is read: each field is read once and checked as it was read.
 *
 * Return: STATUS_SUCCESS, for images of other machines too (see pe_image_map_status());
 *         STATUS_INVALID_FILE_FOR_SECTION (file empty; table of sections or content beyond the end
 *         of the file; content or memory beyond the end of the image);
 *         STATUS_INVALID_IMAGE_NOT_MZ (no DOS header);
 *         STATUS_INVALID_IMAGE_PROTECT (a DOS program: nothing, or nothing known, where the new
 *         header should be; or NE for a system that never was NT's);
 *         STATUS_INVALID_IMAGE_WIN_16, STATUS_INVALID_IMAGE_NE_FORMAT,
 * STATUS_INVALID_IMAGE_LE_FORMAT (programs of 16-bit Windows, OS/2 and VxDs);
 *         STATUS_INVALID_IMAGE_FORMAT (every other defect).
 */
NTSTATUS pe_image_parse(const PeFile *file, PeImage *ret);

/**
 * pe_image_map_status() - what mapping a view says about the machine
 * Return: STATUS_SUCCESS for x86-64, else the success STATUS_IMAGE_MACHINE_TYPE_MISMATCH: the
 *         image is data here.
 */
NTSTATUS pe_image_map_status(const PeImage *image);

/**
 * pe_protection() - the PAGE_ protection of a section's pages in a view
 * @characteristics: IMAGE_SCN_ bits; only MEM_READ, MEM_WRITE, MEM_EXECUTE and MEM_SHARED count
 * @no_execute:      the section object was made with SEC_IMAGE_NO_EXECUTE: the rights to execute
 *                   become rights to read
 *
 * Written pages are private to the view (WRITECOPY) unless the section is shared.
 */
ULONG pe_protection(ULONG characteristics, bool no_execute);
