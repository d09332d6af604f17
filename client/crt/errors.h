#pragma once

/*
 * Errors of the functions whose names end in _s, with Microsoft's numbers
 *
 * Windows' ntdll has no handler for invalid parameters that a program could set: the functions
 * return the error, and empty the buffer that they know of.
 */

#include <stdint.h>

#define CRT_EINVAL    22
#define CRT_ERANGE    34
#define CRT_STRUNCATE 80

#define CRT_TRUNCATE ((size_t) -1) /* _TRUNCATE: as much as fits */
#define CRT_ALL      ((size_t) -2) /* all of a string */
