#pragma once

/*
 * Scanning
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

int NTAPI crt_sscanf(const char *text, const char *format, ...);
int NTAPI crt_sscanf_s(const char *text, const char *format, ...);
int NTAPI crt_swscanf_s(const WCHAR *text, const WCHAR *format, ...);
int NTAPI crt__snscanf_s(const char *text, size_t n_units, const char *format, ...);
int NTAPI crt__snwscanf_s(const WCHAR *text, size_t n_units, const WCHAR *format, ...);
