#pragma once

/*
 * Printing into buffers
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

int NTAPI crt__vsnprintf(
                char *buffer, size_t count, const char *format, __builtin_ms_va_list arguments);
int NTAPI crt__vsnwprintf(
                WCHAR *buffer, size_t count, const WCHAR *format, __builtin_ms_va_list arguments);
int NTAPI crt_vsprintf(char *buffer, const char *format, __builtin_ms_va_list arguments);
int NTAPI crt__vswprintf(WCHAR *buffer, const WCHAR *format, __builtin_ms_va_list arguments);
int NTAPI crt_vsprintf_s(
                char *buffer, size_t capacity, const char *format, __builtin_ms_va_list arguments);
int NTAPI crt_vswprintf_s(WCHAR *buffer,
                size_t capacity,
                const WCHAR *format,
                __builtin_ms_va_list arguments);
int NTAPI crt__vsnprintf_s(char *buffer,
                size_t capacity,
                size_t count,
                const char *format,
                __builtin_ms_va_list arguments);
int NTAPI crt__vsnwprintf_s(WCHAR *buffer,
                size_t capacity,
                size_t count,
                const WCHAR *format,
                __builtin_ms_va_list arguments);
int NTAPI crt__vscprintf(const char *format, __builtin_ms_va_list arguments);
int NTAPI crt__vscwprintf(const WCHAR *format, __builtin_ms_va_list arguments);
int NTAPI crt__snprintf(char *buffer, size_t count, const char *format, ...);
int NTAPI crt__snwprintf(WCHAR *buffer, size_t count, const WCHAR *format, ...);
int NTAPI crt_sprintf(char *buffer, const char *format, ...);
int NTAPI crt_swprintf(WCHAR *buffer, const WCHAR *format, ...);
int NTAPI crt__swprintf(WCHAR *buffer, const WCHAR *format, ...);
int NTAPI crt_sprintf_s(char *buffer, size_t capacity, const char *format, ...);
int NTAPI crt_swprintf_s(WCHAR *buffer, size_t capacity, const WCHAR *format, ...);
int NTAPI crt__snprintf_s(char *buffer, size_t capacity, size_t count, const char *format, ...);
int NTAPI crt__snwprintf_s(WCHAR *buffer, size_t capacity, size_t count, const WCHAR *format, ...);
