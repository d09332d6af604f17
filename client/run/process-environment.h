#pragma once

/*
 * The environment that a program starts with
 *
 * That of Linux, as Windows keeps one: "NAME=value" strings one after the other, sorted by name
 * without case, with one more NUL at the end. Two names that differ in case only are one there: the
 * first stays. What has no name is left out.
 */

#include "ntdef.h"

/**
 * process_environment_new() - make a block of variables
 * @variables: "NAME=value"; ends with NULL
 * @ret_size:  gets its bytes
 * Return: a block of the process heap, for RtlFreeHeap(); NULL if there is no memory.
 */
WCHAR *process_environment_new(char *const *variables, SIZE_T *ret_size);
