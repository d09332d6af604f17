#pragma once

/*
 * From OBJECT_ATTRIBUTES to a file
 *
 * The daemon says which device a name leads to; the rest of the way is Linux's. A name that begins
 * at a File needs no daemon, but for what the whole of it is called.
 */

#include "attributes.h"
#include "connection.h"
#include "file-name.h"
#include "file-walk.h"

/* Initialise with file_lookup_init(); ends with file_lookup_clear(). */
typedef struct FileLookup {
        uint32_t device; /* DEVICE_ */
        bool fold;
        FileName name;   /* on the device */
        WCHAR *full;     /* all of it */
        size_t n_full;   /* bytes */
        FilePlace place; /* on DEVICE_VOLUME */
} FileLookup;

void file_lookup_init(FileLookup *lookup);
void file_lookup_clear(FileLookup *lookup);

/**
 * file_lookup() - find what a name stands for
 * @attributes: captured for ATTRIBUTES_OPEN
 * Return: STATUS_SUCCESS, also if only the last component is missing; what ResolveFile answers;
 * STATUS_NOT_SUPPORTED for the volume itself; as file_name_parse() and file_walk().
 */
NTSTATUS file_lookup(const Client *client, const Attributes *attributes, FileLookup *ret);
