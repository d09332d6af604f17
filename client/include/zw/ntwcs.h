#pragma once

/*
 * Functions of the C library for wide strings, where wchar_t is WCHAR (-fshort-wchar)
 *
 * The C library of Linux takes the units of a wide string to be 32 bits wide, so its wcslen() must
 * not be called with a WCHAR string. Here are those that a Windows source is likely to call, for 16
 * bits and under the same names. What else <wchar.h> has (formatting, files, conversions) is still
 * the C library's, and wrong for such sources. Without -fshort-wchar this header is empty.
 *
 * Case is that of the "C" locale, as in a program that called no setlocale(): A to Z.
 */

#include <wchar.h>

#include "ntdef.h"

#if __SIZEOF_WCHAR_T__ == 2 && !defined(_WIN32)

#ifdef __cplusplus
#include <cwchar> /* before the names below are macros */
extern "C" {
#endif

FORCEINLINE size_t zw_wcslen(const WCHAR *string) {
        size_t length = 0;

        while (string[length])
                length++;
        return length;
}

FORCEINLINE size_t zw_wcsnlen(const WCHAR *string, size_t limit) {
        size_t length = 0;

        while (length < limit && string[length])
                length++;
        return length;
}

FORCEINLINE WCHAR *zw_wcscpy(WCHAR *destination, const WCHAR *source) {
        __builtin_memcpy(destination, source, (zw_wcslen(source) + 1) * sizeof(WCHAR));
        return destination;
}

FORCEINLINE WCHAR *zw_wcsncpy(WCHAR *destination, const WCHAR *source, size_t count) {
        size_t length = zw_wcsnlen(source, count);

        __builtin_memcpy(destination, source, length * sizeof(WCHAR));
        __builtin_memset(destination + length, 0, (count - length) * sizeof(WCHAR));
        return destination;
}

FORCEINLINE WCHAR *zw_wcscat(WCHAR *destination, const WCHAR *source) {
        zw_wcscpy(destination + zw_wcslen(destination), source);
        return destination;
}

FORCEINLINE WCHAR *zw_wcsncat(WCHAR *destination, const WCHAR *source, size_t count) {
        size_t length = zw_wcsnlen(source, count);
        WCHAR *end = destination + zw_wcslen(destination);

        __builtin_memcpy(end, source, length * sizeof(WCHAR));
        end[length] = 0;
        return destination;
}

FORCEINLINE int zw_wcsncmp(const WCHAR *left, const WCHAR *right, size_t count) {
        size_t i = 0;

        while (i < count && left[i] && left[i] == right[i])
                i++;
        return i == count ? 0 : (left[i] > right[i]) - (left[i] < right[i]);
}

FORCEINLINE int zw_wcscmp(const WCHAR *left, const WCHAR *right) {
        return zw_wcsncmp(left, right, (size_t) -1);
}

FORCEINLINE WCHAR zw_lower_unit(WCHAR unit) {
        return (WCHAR) (unit >= 'A' && unit <= 'Z' ? unit + ('a' - 'A') : unit);
}

FORCEINLINE int zw_wcsnicmp(const WCHAR *left, const WCHAR *right, size_t count) {
        size_t i = 0;

        while (i < count && left[i] && zw_lower_unit(left[i]) == zw_lower_unit(right[i]))
                i++;
        return i == count ? 0 : zw_lower_unit(left[i]) - zw_lower_unit(right[i]);
}

FORCEINLINE int zw_wcsicmp(const WCHAR *left, const WCHAR *right) {
        return zw_wcsnicmp(left, right, (size_t) -1);
}

FORCEINLINE WCHAR *zw_wcschr(const WCHAR *string, WCHAR unit) {
        while (*string && *string != unit)
                string++;
        return *string == unit ? (WCHAR *) string : NULL;
}

FORCEINLINE WCHAR *zw_wcsrchr(const WCHAR *string, WCHAR unit) {
        const WCHAR *found = NULL;

        for (; *string; string++)
                if (*string == unit)
                        found = string;
        return unit ? (WCHAR *) found : (WCHAR *) string;
}

FORCEINLINE WCHAR *zw_wcsstr(const WCHAR *string, const WCHAR *wanted) {
        size_t length = zw_wcslen(wanted);

        for (;; string++) {
                if (zw_wcsncmp(string, wanted, length) == 0)
                        return (WCHAR *) string;
                if (!*string)
                        return NULL;
        }
}

#define wcslen(string)                  zw_wcslen(string)
#define wcsnlen(string, limit)          zw_wcsnlen((string), (limit))
#define wcscpy(destination, source)     zw_wcscpy((destination), (source))
#define wcsncpy(destination, source, n) zw_wcsncpy((destination), (source), (n))
#define wcscat(destination, source)     zw_wcscat((destination), (source))
#define wcsncat(destination, source, n) zw_wcsncat((destination), (source), (n))
#define wcscmp(left, right)             zw_wcscmp((left), (right))
#define wcsncmp(left, right, count)     zw_wcsncmp((left), (right), (count))
#define wcschr(string, unit)            zw_wcschr((string), (unit))
#define wcsrchr(string, unit)           zw_wcsrchr((string), (unit))
#define wcsstr(string, wanted)          zw_wcsstr((string), (wanted))
#define _wcsicmp(left, right)           zw_wcsicmp((left), (right))
#define _wcsnicmp(left, right, count)   zw_wcsnicmp((left), (right), (count))

#ifdef __cplusplus
}
#endif
#endif
