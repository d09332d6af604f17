#pragma once

/*
 * A file in a folder of its own, for tests of what may be done to it
 */

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "scratch.h"

#define FILE_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

#define FILE_ANY_ACCESS (FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE | DELETE)

/* A process that shares a scene's memory from a fork on may keep its own handles in its copy. */
typedef struct FileScene {
        Scratch *folder;
        char *path;       /* Linux's */
        WCHAR name[4096]; /* NT's */
        HANDLE file;
        HANDLE section;
        PVOID view;
} FileScene;

/* Makes a file of @size bytes, the n-th of which is n modulo 251. Opens nothing. */
void file_scene_init(FileScene *scene, size_t size);
void file_scene_clear(FileScene *scene);

/* What byte @n of the file was made as. */
static inline uint8_t file_byte(size_t n) {
        return (uint8_t) (n % 251);
}

/* What NtCreateFile() says; synchronous. */
typedef struct FileWish {
        ACCESS_MASK access; /* SYNCHRONIZE is added */
        ULONG share;
        ULONG options;
        ULONG disposition; /* FILE_OPEN if it is FILE_SUPERSEDE, which is 0 */
        bool supersede;
} FileWish;
NTSTATUS file_try(const FileScene *scene, const FileWish *wish, PHANDLE ret);

/* Opens the file, sharing all; must succeed. */
HANDLE file_open(const FileScene *scene, ACCESS_MASK access);

/* The status of an opening, which is closed at once. */
NTSTATUS file_tried(const FileScene *scene, const FileWish *wish);

/* NtCreateSection() of the file, with all access and no name; SEC_COMMIT. Size 0: none. */
NTSTATUS file_section(HANDLE file, LONGLONG size, ULONG protection, PHANDLE ret);

/* FileEndOfFileInformation and FileDispositionInformation. */
NTSTATUS file_cut(HANDLE file, LONGLONG size);
NTSTATUS file_delete(HANDLE file, bool yes);

/* As Linux has it. */
LONGLONG file_size(const FileScene *scene);
bool file_exists(const FileScene *scene);
void file_truncate(const FileScene *scene, LONGLONG size);

/* What NtQuerySection() says. */
SECTION_BASIC_INFORMATION file_section_basic(HANDLE section);
