#pragma once

/*
 * Numbers to and from strings
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

LONG NTAPI crt_strtol(const char *string, char **ret_end, int base);
ULONG NTAPI crt_strtoul(const char *string, char **ret_end, int base);
int NTAPI crt_atoi(const char *string);
LONG NTAPI crt_atol(const char *string);
LONGLONG NTAPI crt__atoi64(const char *string);
int NTAPI crt__itoa_s(int value, char *buffer, size_t capacity, int base);
int NTAPI crt__ltoa_s(LONG value, char *buffer, size_t capacity, int base);
int NTAPI crt__i64toa_s(LONGLONG value, char *buffer, size_t capacity, int base);
int NTAPI crt__ultoa_s(ULONG value, char *buffer, size_t capacity, int base);
int NTAPI crt__ui64toa_s(ULONGLONG value, char *buffer, size_t capacity, int base);
char *NTAPI crt__itoa(int value, char *buffer, int base);
char *NTAPI crt__ltoa(LONG value, char *buffer, int base);
char *NTAPI crt__i64toa(LONGLONG value, char *buffer, int base);
char *NTAPI crt__ultoa(ULONG value, char *buffer, int base);
char *NTAPI crt__ui64toa(ULONGLONG value, char *buffer, int base);
LONG NTAPI crt_wcstol(const WCHAR *string, WCHAR **ret_end, int base);
ULONG NTAPI crt_wcstoul(const WCHAR *string, WCHAR **ret_end, int base);
int NTAPI crt__wtoi(const WCHAR *string);
LONG NTAPI crt__wtol(const WCHAR *string);
LONGLONG NTAPI crt__wtoi64(const WCHAR *string);
int NTAPI crt__itow_s(int value, WCHAR *buffer, size_t capacity, int base);
int NTAPI crt__ltow_s(LONG value, WCHAR *buffer, size_t capacity, int base);
int NTAPI crt__i64tow_s(LONGLONG value, WCHAR *buffer, size_t capacity, int base);
int NTAPI crt__ultow_s(ULONG value, WCHAR *buffer, size_t capacity, int base);
int NTAPI crt__ui64tow_s(ULONGLONG value, WCHAR *buffer, size_t capacity, int base);
LONGLONG NTAPI crt__wcstoi64(const WCHAR *string, WCHAR **ret_end, int base);
ULONGLONG NTAPI crt__wcstoui64(const WCHAR *string, WCHAR **ret_end, int base);
WCHAR *NTAPI crt__itow(int value, WCHAR *buffer, int base);
WCHAR *NTAPI crt__ltow(LONG value, WCHAR *buffer, int base);
WCHAR *NTAPI crt__i64tow(LONGLONG value, WCHAR *buffer, int base);
WCHAR *NTAPI crt__ultow(ULONG value, WCHAR *buffer, int base);
WCHAR *NTAPI crt__ui64tow(ULONGLONG value, WCHAR *buffer, int base);
