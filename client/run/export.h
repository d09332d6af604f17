#pragma once

/*
 * Exports of an image
 */

#include "image.h"

typedef struct ExportTable {
        const Image *image;
        uint32_t rva;
        uint32_t size;
        IMAGE_EXPORT_DIRECTORY directory;
} ExportTable;

/* One function: at @rva, or, if @forward is not NULL, wherever that says. */
typedef struct Export {
        uint32_t rva;
        uint32_t index; /* its number in the table: the ordinal less the table's base */
        const char *forward;
} Export;

/**
 * export_table_read() - begin to read an image's exports
 * Return: STATUS_SUCCESS; STATUS_ENTRYPOINT_NOT_FOUND if it has none;
 * STATUS_INVALID_IMAGE_FORMAT.
 */
NTSTATUS export_table_read(const Image *image, ExportTable *ret);

/**
 * export_find_name() - look a function up by its name
 * @hint: where in the list of names it may stand
 * Return: STATUS_SUCCESS; STATUS_ENTRYPOINT_NOT_FOUND; STATUS_INVALID_IMAGE_FORMAT if the table
 * leads out of the image.
 */
NTSTATUS export_find_name(const ExportTable *table, const char *name, uint32_t hint, Export *ret);

/* The same by ordinal; STATUS_ORDINAL_NOT_FOUND. */
NTSTATUS export_find_ordinal(const ExportTable *table, uint32_t ordinal, Export *ret);
