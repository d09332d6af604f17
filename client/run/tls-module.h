#pragma once

/*
 * Static TLS of a module
 *
 * A module that has a TLS directory has a block of memory in every thread, which its code finds
 * through gs:58h and the index that the loader writes into the module.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

typedef struct TlsModule {
        bool is_there;
        bool is_added;
        uint32_t index;
        uint32_t index_rva;   /* where the image wants it */
        const void *template; /* in the image; NULL if it is empty */
        size_t template_size;
        size_t zeros;       /* bytes that follow it */
        size_t alignment;   /* of the block */
        uint32_t callbacks; /* RVA of the list of addresses; 0 if there is none */
} TlsModule;

/**
 * tls_module_read() - what an image that is mapped and relocated says of its TLS
 * @ret: gets it, without an index
 * Return: STATUS_SUCCESS, also if there is none; STATUS_INVALID_IMAGE_FORMAT.
 */
NTSTATUS tls_module_read(const Image *image, TlsModule *ret);

/**
 * tls_module_add() - give it an index, and every thread that there is a block
 * @module: stays where it is as long as it has the index, which is written into its image by who
 *          calls this
 *
 * Return: STATUS_SUCCESS, also if there is no TLS; STATUS_NO_MEMORY.
 */
NTSTATUS tls_module_add(TlsModule *module);

/* Takes index and blocks away, if it has them. */
void tls_module_remove(TlsModule *module);

/* Calls the module's callbacks; at most 1,024. @reason: DLL_PROCESS_ATTACH and so on */
void tls_module_call(const Image *image, const TlsModule *module, uint32_t reason);
