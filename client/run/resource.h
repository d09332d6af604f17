#pragma once

/*
 * Resources of an image
 *
 * A tree of three levels: type, name, language. The path to an entry has a number for each, or the
 * address of a string with a NUL, which is compared without case.
 */

#include <stdbool.h>
#include <stdint.h>

#include "image.h"

#define RESOURCE_LEVELS 3u

/**
 * resource_find() - find a resource, or a directory of resources
 * @path:      type, name, language. A language that is not there is the next best one
 * @n_levels:  how many of them
 * @directory: whether it is to be a directory
 * @ret_rva:   gets where its IMAGE_RESOURCE_DATA_ENTRY is, or the directory
 *
 * Return: STATUS_INVALID_PARAMETER for more than 3 levels; STATUS_RESOURCE_DATA_NOT_FOUND without
 * resources; STATUS_RESOURCE_TYPE_NOT_FOUND, STATUS_RESOURCE_NAME_NOT_FOUND,
 * STATUS_RESOURCE_LANG_NOT_FOUND, also for what is of the other kind; STATUS_INVALID_IMAGE_FORMAT;
 * STATUS_SUCCESS.
 */
NTSTATUS resource_find(const Image *image,
                const ULONG_PTR *path,
                ULONG n_levels,
                bool directory,
                uint32_t *ret_rva);

/**
 * resource_find_message() - find a text in a table of messages
 * @table:   where the table is
 * @ret_rva: gets where its MESSAGE_RESOURCE_ENTRY is, all of which can be read
 *
 * Return: STATUS_MESSAGE_NOT_FOUND; STATUS_INVALID_IMAGE_FORMAT; STATUS_SUCCESS.
 */
NTSTATUS resource_find_message(const Image *image, uint32_t table, ULONG id, uint32_t *ret_rva);
