#pragma once

/*
 * Sections of images
 *
 * What makes a section an image's, besides its file: the memory that all views of the image show,
 * and what is said of it.
 */

#include "image-memory.h"
#include "section-file.h"
#include "section.h"

/* SECTION_IMAGE_INFORMATION, as NtQuerySection gives it to programs of 64 bits. */
typedef struct ImageInformation {
        uint64_t transfer_address;
        uint32_t zero_bits;
        uint32_t unused;
        uint64_t stack_reserve;
        uint64_t stack_commit;
        uint32_t subsystem;
        uint16_t subsystem_minor;
        uint16_t subsystem_major;
        uint16_t system_major;
        uint16_t system_minor;
        uint16_t characteristics;
        uint16_t dll_characteristics;
        uint16_t machine;
        uint8_t contains_code;
        uint8_t image_flags;
        uint32_t loader_flags;
        uint32_t file_size;
        uint32_t checksum;
} ImageInformation;

/* Which image is meant: @facts are those of the descriptor that it is to be read from. */
ImageKey section_image_key(const SectionFileRequest *request, const FileFacts *facts);

/**
 * section_new_of_image_take() - a section of an image
 * @request: section_file_check() accepted it; its descriptors are given away
 * @memory:  a use of it, of @quota; given away, on failure too
 * @quota:   who pays
 * @ret:     the caller owns one reference
 * Return: STATUS_SUCCESS; STATUS_SECTION_TOO_BIG if the size that was given is more than the
 * image's; STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS section_new_of_image_take(FileTable *files,
                SectionFileRequest *request,
                ImageMemory *memory,
                Quota *quota,
                Section **ret);

/**
 * section_new_of_known_image_take() - a section of an image that nobody has opened
 * @memory: a use of it, of nobody; given away, on failure too
 * @name:   of the file, for NtQueryVirtualMemory
 * @ret:    the caller owns one reference
 * Return: STATUS_SUCCESS, STATUS_NO_MEMORY.
 */
NTSTATUS section_new_of_known_image_take(FileTable *files,
                ImageMemory *memory,
                const WCHAR *name,
                size_t n_units,
                Section **ret);

/* The image of a section; NULL if it is none. */
const ImageContent *section_image(const Section *section);

/**
 * section_image_open() - descriptors for a process that may map
 * @access:     of its grant
 * @ret:        the memory, freshly opened for reading; the caller owns it
 * @ret_shared: the parts that views share, for reading and writing; -1 if there are none
 * Return: STATUS_SUCCESS; STATUS_ACCESS_DENIED if @access has no right to map;
 * STATUS_INSUFFICIENT_RESOURCES if descriptors ran out.
 */
NTSTATUS section_image_open(const Section *section, ACCESS_MASK access, int *ret, int *ret_shared);

void section_image_information(const ImageContent *content, ImageInformation *ret);
