#pragma once

/*
 * A module's file, mapped
 */

#include "load-error.h"
#include "module.h"

/**
 * module_map() - map a program or DLL as an image section
 * @path:   of its file on Linux, absolute
 * @is_exe: whether it is to be a program; else a DLL
 * @ret:    in no list yet, relocated, its static TLS read; the caller's
 * @error:  may be NULL
 *
 * Return: STATUS_SUCCESS; STATUS_DLL_NOT_FOUND if the file is gone; STATUS_INVALID_IMAGE_FORMAT for
 * what is no sound 64-bit program; STATUS_CONFLICTING_ADDRESSES if it cannot be moved from where
 * something else is; as NtOpenFile(), NtCreateSection(), NtMapViewOfSection(); STATUS_NO_MEMORY.
 */
NTSTATUS module_map(const char *path, bool is_exe, Module **ret, LoadError *error);

/**
 * module_read_view() - read the headers of what is mapped, and what of it can be read
 * @size: of the view
 * Return: as image_read_headers().
 */
NTSTATUS module_read_view(uint8_t *base, size_t size, Image *ret);
