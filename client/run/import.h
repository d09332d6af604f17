#pragma once

/*
 * Imports of an image
 *
 * Walks: a position is 0 at first, and each call moves it on. What an import table can hold is
 * limited, so that no image takes long to read.
 */

#include "image.h"

/* Of one image, and of one DLL. */
#define IMPORT_DLLS_MOST      4096u
#define IMPORT_FUNCTIONS_MOST 65536u

/* What an image takes from one DLL. */
typedef struct ImportedDll {
        const char *name;   /* in the image; not empty */
        uint32_t names;     /* list of what is taken */
        uint32_t addresses; /* list of where the addresses go */
        bool is_delayed;    /* the image's own code sees to it when it needs it */
} ImportedDll;

typedef struct ImportedFunction {
        const char *name; /* NULL if it is known by its ordinal */
        uint16_t ordinal; /* or, of a name, the hint */
        uint32_t slot;    /* where the address goes, which may be anywhere */
} ImportedFunction;

/**
 * import_next_dll() - the next DLL that an image imports when it is loaded
 * Return: STATUS_SUCCESS, STATUS_NO_MORE_ENTRIES, STATUS_INVALID_IMAGE_FORMAT.
 */
NTSTATUS import_next_dll(const Image *image, uint32_t *position, ImportedDll *ret);

/* The same of those that it imports later. Those of old linkers, which have addresses in the place
 * of RVAs, are left out. */
NTSTATUS import_next_delayed(const Image *image, uint32_t *position, ImportedDll *ret);

/* The next function of @dll. Return: as above. */
NTSTATUS import_next_function(const Image *image,
                const ImportedDll *dll,
                uint32_t *position,
                ImportedFunction *ret);
