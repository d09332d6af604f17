#pragma once

/*
 * Kinds of characters
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

int NTAPI crt_isalnum(int character);
int NTAPI crt_isalpha(int character);
int NTAPI crt_iscntrl(int character);
int NTAPI crt_isdigit(int character);
int NTAPI crt_isgraph(int character);
int NTAPI crt_islower(int character);
int NTAPI crt_ispunct(int character);
int NTAPI crt_isspace(int character);
int NTAPI crt_isupper(int character);
int NTAPI crt_isxdigit(int character);
int NTAPI crt_isprint(int character);
int NTAPI crt___isascii(int character);
int NTAPI crt___toascii(int character);
int NTAPI crt___iscsym(int character);
int NTAPI crt___iscsymf(int character);
int NTAPI crt_tolower(int character);
int NTAPI crt_toupper(int character);
int NTAPI crt__tolower(int character);
int NTAPI crt__toupper(int character);
int NTAPI crt_iswctype(WCHAR unit, USHORT kinds);
int NTAPI crt_iswalnum(WCHAR unit);
int NTAPI crt_iswalpha(WCHAR unit);
int NTAPI crt_iswdigit(WCHAR unit);
int NTAPI crt_iswgraph(WCHAR unit);
int NTAPI crt_iswlower(WCHAR unit);
int NTAPI crt_iswprint(WCHAR unit);
int NTAPI crt_iswspace(WCHAR unit);
int NTAPI crt_iswxdigit(WCHAR unit);
int NTAPI crt_iswascii(WCHAR unit);
WCHAR NTAPI crt_towlower(WCHAR unit);
WCHAR NTAPI crt_towupper(WCHAR unit);
