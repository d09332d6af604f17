#pragma once

/*
 * Memory files
 *
 * A memfd whose size can never change again, so that nobody who maps it can be killed by another's
 * truncation, and whose seals nobody can add to. It is mode 0600: born 0777, it could be re-opened
 * for writing by any user who got a read-only descriptor.
 */

#include <stdbool.h>
#include <stdint.h>

/**
 * memory_file_new() - memory to share
 * @name: what /proc/PID/maps shows
 * @size: in bytes
 * Return: a descriptor that the caller owns, or -errno. A seal that cannot be set is an error:
 * without it the memory must not leave the server.
 */
int memory_file_new(const char *name, uint64_t size);

/**
 * memory_file_new_large() - the same in pages of 2 MiB
 * @size: a multiple of that
 *
 * The pages are set aside for it, so that nobody who touches its memory ever finds that there are
 * none. Return: a descriptor that the caller owns, or -errno: ENOMEM if so many are not free,
 * others if Linux has no such pages.
 */
int memory_file_new_large(const char *name, uint64_t size);

/**
 * memory_file_reopen() - a descriptor of its own for somebody else
 * @fd:    from memory_file_new()
 * @flags: O_RDONLY or O_RDWR
 *
 * Never a dup: that would share flags and offset with ours.
 *
 * Return: a descriptor that the caller owns, or -errno.
 */
int memory_file_reopen(int fd, int flags);

/**
 * memory_file_new_for_readers() - memory that only the server writes
 * @ret_mapping: the server's own mapping, made before writing is sealed off; the caller unmaps it
 * Return: a descriptor that the caller owns, or -errno.
 */
int memory_file_new_for_readers(const char *name, uint64_t size, void **ret_mapping);

/**
 * memory_file_new_filled() - memory that has content
 * @is_final: nobody, the caller included, can write it afterwards
 * @fill:     writes to the descriptor; returns 0 or -errno
 * Return: a descriptor that the caller owns, or -errno.
 */
int memory_file_new_filled(const char *name,
                uint64_t size,
                bool is_final,
                int (*fill)(int fd, void *context),
                void *context);
