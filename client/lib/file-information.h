#pragma once

/*
 * What Linux says of a file, as NT has it
 */

#include <sys/stat.h>

#include "ntiofile.h"

/**
 * file_information_read() - ask Linux
 * @fd: of any kind
 * Return: STATUS_SUCCESS or what file_status() makes of its failure.
 */
NTSTATUS file_information_read(int fd, struct statx *ret);

ULONG file_information_attributes(const struct statx *about);
uint64_t file_information_allocation(const struct statx *about);
uint64_t file_information_size(const struct statx *about); /* 0 of a directory */

void file_information_basic(const struct statx *about, FILE_BASIC_INFORMATION *ret);
void file_information_network_open(const struct statx *about, FILE_NETWORK_OPEN_INFORMATION *ret);

/* A moment in 100 ns since 1601, and back. */
uint64_t nt_time_from_statx(const struct statx_timestamp *time);
struct timespec nt_time_to_timespec(uint64_t time);
