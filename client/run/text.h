#pragma once

/*
 * Text of Linux as UTF-16
 *
 * Paths, arguments and variables of Linux are bytes. What is UTF-8 is the same text for the
 * program; a byte that is not is the surrogate U+DC80 to U+DCFF, so that nothing is lost: this is
 * how libzw names files too (ntiofile.h).
 */

#include <stddef.h>

#include "ntdef.h"

/* @units: room for @n_bytes. Return: how many. */
size_t text_decode(const char *bytes, size_t n_bytes, WCHAR *units);

/**
 * text_dos_path() - what the program sees of a path of Linux
 * @path: absolute: "/tmp/a.exe"
 * Return: "Z:\tmp\a.exe", for free(); NULL if there is no memory.
 */
char *text_dos_path(const char *path);

/**
 * text_absolute_path() - a path of Linux as the loader wants it
 * @path: of a file, which need not be there
 * Return: absolute, with all links but the last component followed, for free(); NULL with errno if
 * its folder cannot be found.
 */
char *text_absolute_path(const char *path);
