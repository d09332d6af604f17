#pragma once

/*
 * Where DLLs are
 *
 * A name without a folder is looked for in the program's folder, in the one of
 * LdrSetDllDirectory(), in those of --dll-path, and in those of LdrAddDllDirectory(). A name with a
 * folder is that file: drive Z: is Linux's root directory, other drives do not exist; a relative
 * one is looked for from each of these folders, and from the current directory. Names are compared
 * without case where the exact one is not there; of several, the first in the order of their bytes
 * is taken.
 */

#include "loader.h"

/* @program_folder: absolute, copied; @options: outlive everything. STATUS_NO_MEMORY. */
NTSTATUS dll_search_init(const LoaderOptions *options, const char *program_folder);
void dll_search_reset(void); /* for tests: as if it had never been called */

/**
 * dll_search_add_extension() - the name of the file that a DLL's name means
 * @name: counted; "a" means "a.dll", and "a." means "a"
 * @ret:  room for @n_units + 4 units
 * Return: how many.
 */
size_t dll_search_add_extension(const WCHAR *name, size_t n_units, WCHAR *ret);

/* Behind the last separator. */
const WCHAR *dll_search_leaf(const WCHAR *name, size_t *n_units);

/**
 * dll_search() - find a DLL's file
 * @folders: to look in first: DOS paths, separated by semicolons; or NULL
 * @name:    counted, with extension
 * @ret:     its absolute path on Linux, for free()
 * Return: STATUS_SUCCESS, STATUS_DLL_NOT_FOUND, STATUS_NO_MEMORY.
 */
NTSTATUS dll_search(const WCHAR *folders, const WCHAR *name, size_t n_units, char **ret);

/* Where a name without a folder was looked for, for a message; for free(), or NULL. */
char *dll_search_describe(void);

/**
 * dll_search_set_directory() - the folder of LdrSetDllDirectory()
 * @path: DOS path, counted; empty for none
 * Return: STATUS_SUCCESS, also if the folder is not there; STATUS_NO_MEMORY.
 */
NTSTATUS dll_search_set_directory(const WCHAR *path, size_t n_units);

/* Copies it out, with a NUL. Return: its bytes with the NUL; more than @size: nothing was copied.
 */
size_t dll_search_get_directory(WCHAR *ret, size_t size);

/**
 * dll_search_add_directory() - one more folder
 * @path:   absolute DOS path, counted, of a folder that is there
 * @cookie: names it
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a path that is not absolute;
 * STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_PATH_NOT_FOUND if its parent is not there;
 * STATUS_NO_MEMORY.
 */
NTSTATUS dll_search_add_directory(const WCHAR *path, size_t n_units, PVOID *cookie);
NTSTATUS dll_search_remove_directory(PVOID cookie); /* STATUS_INVALID_PARAMETER */

/* LOAD_LIBRARY_SEARCH_: the program's folder; those that were added or set; those of --dll-path,
 * which stand for Windows' own; all of them. */
#define DLL_SEARCH_APPLICATION_DIR 0x0200u
#define DLL_SEARCH_USER_DIRS       0x0400u
#define DLL_SEARCH_SYSTEM32        0x0800u
#define DLL_SEARCH_DEFAULT_DIRS    0x1000u

/* Only look in these. Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for none, and others. */
NTSTATUS dll_search_set_default(ULONG flags);
