#pragma once

/*
 * Strings of 16-bit units
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

size_t NTAPI crt_wcslen(const WCHAR *string);
size_t NTAPI crt_wcsnlen(const WCHAR *string, size_t limit);
WCHAR *NTAPI crt_wcscpy(WCHAR *to, const WCHAR *from);
WCHAR *NTAPI crt_wcscat(WCHAR *to, const WCHAR *from);
WCHAR *NTAPI crt_wcsncpy(WCHAR *to, const WCHAR *from, size_t count);
WCHAR *NTAPI crt_wcsncat(WCHAR *to, const WCHAR *from, size_t count);
int NTAPI crt_wcsncmp(const WCHAR *left, const WCHAR *right, size_t count);
int NTAPI crt__wcsicmp(const WCHAR *left, const WCHAR *right);
int NTAPI crt__wcsnicmp(const WCHAR *left, const WCHAR *right, size_t count);
WCHAR *NTAPI crt__wcslwr(WCHAR *string);
WCHAR *NTAPI crt__wcsupr(WCHAR *string);
WCHAR *NTAPI crt_wcschr(const WCHAR *string, WCHAR unit);
WCHAR *NTAPI crt_wcsrchr(const WCHAR *string, WCHAR unit);
size_t NTAPI crt_wcsspn(const WCHAR *string, const WCHAR *set);
size_t NTAPI crt_wcscspn(const WCHAR *string, const WCHAR *set);
WCHAR *NTAPI crt_wcspbrk(const WCHAR *string, const WCHAR *set);
WCHAR *NTAPI crt_wcsstr(const WCHAR *string, const WCHAR *wanted);
WCHAR *NTAPI crt_wcstok_s(WCHAR *string, const WCHAR *delimiters, WCHAR **context);
int NTAPI crt_wcscpy_s(WCHAR *to, size_t capacity, const WCHAR *from);
int NTAPI crt_wcsncpy_s(WCHAR *to, size_t capacity, const WCHAR *from, size_t count);
int NTAPI crt_wcscat_s(WCHAR *to, size_t capacity, const WCHAR *from);
int NTAPI crt_wcsncat_s(WCHAR *to, size_t capacity, const WCHAR *from, size_t count);
int NTAPI crt__wcslwr_s(WCHAR *string, size_t capacity);
int NTAPI crt__wcsupr_s(WCHAR *string, size_t capacity);
int NTAPI crt__wcsset_s(WCHAR *string, size_t capacity, WCHAR unit);
int NTAPI crt__wcsnset_s(WCHAR *string, size_t capacity, WCHAR unit, size_t count);
int NTAPI crt_wcscmp(const WCHAR *left, const WCHAR *right);
WCHAR *NTAPI crt_wcstok(WCHAR *string, const WCHAR *delimiters);
