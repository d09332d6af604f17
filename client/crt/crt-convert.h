#pragma once

/*
 * Between UTF-8 and UTF-16
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

size_t NTAPI crt_mbstowcs(WCHAR *to, const char *from, size_t capacity);
size_t NTAPI crt_wcstombs(char *to, const WCHAR *from, size_t capacity);
