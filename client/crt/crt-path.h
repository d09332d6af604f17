#pragma once

/*
 * Paths of DOS: taken apart, put together
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

int NTAPI crt__splitpath_s(const char *path,
                char *drive,
                size_t drive_size,
                char *folder,
                size_t folder_size,
                char *file,
                size_t file_size,
                char *extension,
                size_t extension_size);
int NTAPI crt__makepath_s(char *path,
                size_t capacity,
                const char *drive,
                const char *folder,
                const char *file,
                const char *extension);
void NTAPI crt__splitpath(const char *path, char *drive, char *folder, char *file, char *extension);
int NTAPI crt__wsplitpath_s(const WCHAR *path,
                WCHAR *drive,
                size_t drive_size,
                WCHAR *folder,
                size_t folder_size,
                WCHAR *file,
                size_t file_size,
                WCHAR *extension,
                size_t extension_size);
int NTAPI crt__wmakepath_s(WCHAR *path,
                size_t capacity,
                const WCHAR *drive,
                const WCHAR *folder,
                const WCHAR *file,
                const WCHAR *extension);
