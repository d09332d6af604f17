#pragma once

/*
 * Copied pages
 *
 * Which pages of a private mapping of a file have been written to, and so are copies: Linux tells
 * in /proc/self/pagemap.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * copied_pages_find() - whether the page at @address is a copy
 * @address: of a page
 * @end:     where to stop looking
 * @ret_end: address of the first page after it for which it is otherwise; @end if there is none
 *
 * Where Linux does not tell, no page is a copy.
 */
bool copied_pages_find(uintptr_t address, uintptr_t end, uintptr_t *ret_end);
