#pragma once

/*
 * Blocks of memory
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

void *NTAPI crt_memcpy(void *to, const void *from, size_t size);
void *NTAPI crt_memmove(void *to, const void *from, size_t size);
void *NTAPI crt_memset(void *block, int byte, size_t size);
int NTAPI crt_memcmp(const void *left, const void *right, size_t size);
void *NTAPI crt_memchr(const void *block, int byte, size_t size);
void *NTAPI crt__memccpy(void *to, const void *from, int byte, size_t size);
int NTAPI crt__memicmp(const void *left, const void *right, size_t size);
int NTAPI crt_memcpy_s(void *to, size_t capacity, const void *from, size_t size);
int NTAPI crt_memmove_s(void *to, size_t capacity, const void *from, size_t size);
