#include "directory-listing.h"

#include <stdlib.h>
#include <string.h>

#include "ntobapi.h"
#include "ntstatus.h"
#include "probe.h"

typedef struct ListingEntry {
        size_t name; /* offsets in the text */
        size_t type_name;
        USHORT n_name; /* bytes without NUL */
        USHORT n_type_name;
} ListingEntry;

_Static_assert(sizeof(OBJECT_DIRECTORY_INFORMATION) == LISTING_EMPTY, "an entry has 32 bytes");

void listing_init(Listing *listing, ULONG length) {
        *listing = (Listing){ .length = length, .used = LISTING_EMPTY };
}

void listing_clear(Listing *listing) {
        free(listing->entries);
        free(listing->text);
        *listing = (Listing){ 0 };
}

uint64_t listing_need(const Nt__DirectoryEntry *entry) {
        return sizeof(OBJECT_DIRECTORY_INFORMATION) + entry->name.len + entry->type_name.len +
               2 * sizeof(WCHAR);
}

/* Makes room for @size more elements. */
static bool grow(void **array, size_t *n_allocated, size_t n, size_t size, size_t element) {
        size_t wanted = *n_allocated ? *n_allocated : 256;
        void *grown;

        if (n + size <= *n_allocated)
                return true;
        while (wanted < n + size)
                wanted *= 2;
        grown = realloc(*array, wanted * element);
        if (!grown)
                return false;
        *array = grown;
        *n_allocated = wanted;
        return true;
}

static size_t text_add(Listing *listing, const ProtobufCBinaryData *string) {
        size_t at = listing->n_text;

        if (string->len > 0)
                memcpy(listing->text + at, string->data, string->len);
        memset(listing->text + at + string->len, 0, sizeof(WCHAR));
        listing->n_text += string->len + sizeof(WCHAR);
        return at;
}

/* Whether a UNICODE_STRING can hold it, with its NUL. */
static bool string_makes_sense(const ProtobufCBinaryData *string) {
        return string->len % sizeof(WCHAR) == 0 && string->len <= UINT16_MAX - 1 - sizeof(WCHAR);
}

NTSTATUS listing_add(Listing *listing, const Nt__DirectoryEntry *entry) {
        size_t n_text = entry->name.len + entry->type_name.len + 2 * sizeof(WCHAR);
        ListingEntry *added;

        if (!string_makes_sense(&entry->name) || !string_makes_sense(&entry->type_name))
                return STATUS_PORT_DISCONNECTED;
        if (listing->used + listing_need(entry) > listing->length)
                return STATUS_BUFFER_TOO_SMALL;
        if (!grow((void **) &listing->entries, &listing->n_allocated, listing->n_entries, 1,
                            sizeof(ListingEntry)) ||
                        !grow((void **) &listing->text, &listing->n_text_allocated, listing->n_text,
                                        n_text, 1))
                return STATUS_NO_MEMORY;

        added = &listing->entries[listing->n_entries++];
        added->n_name = (USHORT) entry->name.len;
        added->n_type_name = (USHORT) entry->type_name.len;
        added->name = text_add(listing, &entry->name);
        added->type_name = text_add(listing, &entry->type_name);
        listing->used += listing_need(entry);
        return STATUS_SUCCESS;
}

static UNICODE_STRING string_at(uint8_t *text, size_t at, USHORT length) {
        return (UNICODE_STRING){
                .Length = length,
                .MaximumLength = (USHORT) (length + sizeof(WCHAR)),
                .Buffer = (PWSTR) (text + at),
        };
}

NTSTATUS listing_write(const Listing *listing, void *buffer) {
        OBJECT_DIRECTORY_INFORMATION information;
        uint8_t *to = buffer;
        uint8_t *text = to + (listing->n_entries + 1) * sizeof(information);
        NTSTATUS status;

        for (size_t i = 0; i < listing->n_entries; i++) {
                const ListingEntry *entry = &listing->entries[i];

                information.Name = string_at(text, entry->name, entry->n_name);
                information.TypeName = string_at(text, entry->type_name, entry->n_type_name);
                status = probe_write(to, &information, sizeof(information));
                if (!NT_SUCCESS(status))
                        return status;
                to += sizeof(information);
        }
        if (listing->length < LISTING_EMPTY)
                return STATUS_SUCCESS;
        memset(&information, 0, sizeof(information));
        status = probe_write(to, &information, sizeof(information));
        if (NT_SUCCESS(status))
                status = probe_write(text, listing->text, listing->n_text);
        return status;
}
