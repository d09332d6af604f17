#pragma once

/*
 * The environment of a Windows program
 *
 * A block of "NAME=value" strings, each with a NUL, and one more NUL at the end, in the process
 * heap. The current one is the process parameters'. Names are compared without case, and one may
 * begin with an equals sign: "=C:" holds the current directory of drive C.
 */

#include <stdbool.h>
#include <stddef.h>

#include "ntdef.h"

/* Bytes of a block with all its NULs. */
size_t environment_size(const WCHAR *environment);

/**
 * environment_find() - look for a variable
 * @name:   of @n units
 * @ret_n:  gets the units of its value
 * Return: the value, NULL if there is none.
 */
const WCHAR *environment_find(const WCHAR *environment, const WCHAR *name, size_t n, size_t *ret_n);

/* What ntdll.dll exports of it; see Microsoft's documentation of each. @environment NULL is the
 * current one, which the PEB lock guards. */
NTSTATUS NTAPI environment_create(BOOLEAN copy, PWSTR *ret);
NTSTATUS NTAPI environment_create_ex(PWSTR from, PWSTR *ret, ULONG flags);
NTSTATUS NTAPI environment_destroy(PWSTR environment);
VOID NTAPI environment_set_current(PWSTR environment, PWSTR *old);
NTSTATUS NTAPI environment_query(PWSTR environment,
                PCWSTR name,
                SIZE_T n_name,
                PWSTR value,
                SIZE_T n_value,
                PSIZE_T ret_n);
NTSTATUS NTAPI environment_query_u(PWSTR environment, PUNICODE_STRING name, PUNICODE_STRING value);
NTSTATUS NTAPI environment_set(
                PWSTR *environment, PCWSTR name, SIZE_T n_name, PCWSTR value, SIZE_T n_value);
NTSTATUS NTAPI environment_set_u(PWSTR *environment, PUNICODE_STRING name, PUNICODE_STRING value);
NTSTATUS NTAPI environment_expand(PWSTR environment,
                PCWSTR from,
                SIZE_T n_from,
                PWSTR to,
                SIZE_T n_to,
                PSIZE_T ret_n);
NTSTATUS NTAPI environment_expand_u(
                PWSTR environment, PUNICODE_STRING from, PUNICODE_STRING to, PULONG ret_size);
