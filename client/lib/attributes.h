#pragma once

/*
 * OBJECT_ATTRIBUTES, captured
 *
 * What a caller says about an object, its name and security descriptor, is read once, checked in
 * NT's order, and from then on only our copy counts.
 */

#include <stdbool.h>

#include "connection.h"
#include "handle.h"
#include "ntdef.h"
#include "ntseapi.h"

/* Names up to this many bytes need no heap. */
#define ATTRIBUTES_SMALL 512u

/* Initialise with attributes_init(); ends with attributes_clear(). */
typedef struct Attributes {
        Nt__ObjectAttributes message; /* points into this structure and at @name */
        Nt__Grant root;
        HandleRef root_ref; /* RootDirectory, as long as @message is used */
        ULONG flags;        /* OBJ_, as far as they are the object's or the handle's affair */
        WCHAR *name;        /* NULL for none */
        size_t n_name;      /* bytes */
        void *memory;       /* heap behind @name, or NULL */
        void *descriptor;   /* captured, or NULL */
        bool has_quality;
        SECURITY_QUALITY_OF_SERVICE quality;
        uint8_t small[ATTRIBUTES_SMALL] __attribute__((aligned(2)));
} Attributes;

void attributes_init(Attributes *attributes);
void attributes_clear(Attributes *attributes);

typedef enum AttributesUse {
        ATTRIBUTES_CREATE, /* no name: an unnamed object */
        ATTRIBUTES_OPEN,   /* no name and no root: nothing to open */
} AttributesUse;

/**
 * attributes_capture() - read the caller's structure
 * @client:     from client_enter()
 * @attributes: initialised
 * @from:       the caller's; may be NULL, which an open does not accept
 * Return: STATUS_SUCCESS, or what stands at the top of ntobapi.h, in the order that stands there.
 */
NTSTATUS attributes_capture(const Client *client,
                Attributes *attributes,
                const OBJECT_ATTRIBUTES *from,
                AttributesUse use);

/* Puts the flags into the message: attributes_capture() does it, for who does not call that. */
void attributes_send_flags(Attributes *attributes);

/**
 * string_capture() - read the caller's counted string
 * @from: the caller's structure, may not be NULL
 * @ret:  what it says; Buffer still is the caller's
 * Return: STATUS_SUCCESS, STATUS_DATATYPE_MISALIGNMENT, STATUS_ACCESS_VIOLATION.
 */
NTSTATUS string_capture(const UNICODE_STRING *from, UNICODE_STRING *ret);
