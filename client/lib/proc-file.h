#pragma once

/*
 * Files of /proc as text
 */

#include <stddef.h>

/**
 * proc_file_read() - what a file says
 * @path: of it
 * @max:  bytes; what is longer is cut
 * Return: the text with a NUL, for free(); NULL if it cannot be read. errno is kept.
 */
char *proc_file_read(const char *path, size_t max);
