#pragma once

/*
 * Objects that drivers have by pointer
 *
 * The daemon keeps an object as long as the process has one reference to it; how many that are is
 * counted here. A pointer outlives its daemon: then it is one to an object that is gone, of which
 * nothing can be asked.
 */

#include "connection.h"

typedef struct HandleRef HandleRef;
typedef struct Referenced Referenced;

/**
 * referenced_new() - reference the object behind a handle
 * @ref:    from handle_reference(), which has checked kind and rights
 * @access: rights that were checked
 * @ret:    ends with referenced_remove(). The same pointer for the same object
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; what the daemon says.
 */
NTSTATUS referenced_new(
                const Client *client, const HandleRef *ref, ACCESS_MASK access, Referenced **ret);

uint64_t referenced_id(const Referenced *object);
uint32_t referenced_kind(const Referenced *object);

/* One reference more. Return: how many there are. */
LONG_PTR referenced_add(Referenced *object);

/* One less; the last is given back to the daemon. @client: NULL if there is none. */
LONG_PTR referenced_remove(const Client *client, Referenced *object);

/* In a child of fork(), before anything else: what the parent has stays the parent's. */
void referenced_after_fork(void);
