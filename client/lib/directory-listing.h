#pragma once

/*
 * A listing of a directory, as NtQueryDirectoryObject gives it out: an array of entries ended by an
 * empty one, then the strings that they point to. It is gathered here until it is known how many
 * there are.
 */

#include <stdbool.h>

#include "connection.h"
#include "ntdef.h"

/* Initialise with the caller's length; ends with listing_clear(). */
typedef struct Listing {
        uint64_t length; /* bytes that the caller has room for */
        uint64_t used;   /* bytes that the listing takes, with its last, empty entry */
        size_t n_entries;
        size_t n_allocated;
        struct ListingEntry *entries;
        uint8_t *text; /* the strings with their NULs */
        size_t n_text;
        size_t n_text_allocated;
} Listing;

/* What a listing without entries takes. */
#define LISTING_EMPTY 32u

/* The least that an entry takes: with a name of one unit, of a type whose name has three. */
#define LISTING_ENTRY_LEAST (32u + 4u + 8u)

void listing_init(Listing *listing, ULONG length);
void listing_clear(Listing *listing);

/* Bytes that one more entry takes. */
uint64_t listing_need(const Nt__DirectoryEntry *entry);

/**
 * listing_add() - one more entry
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL if it does not fit; STATUS_NO_MEMORY;
 * STATUS_PORT_DISCONNECTED if it makes no sense.
 */
NTSTATUS listing_add(Listing *listing, const Nt__DirectoryEntry *entry);

/* Writes it to the caller's buffer; of one without entries, as much as there is room for. */
NTSTATUS listing_write(const Listing *listing, void *buffer);
