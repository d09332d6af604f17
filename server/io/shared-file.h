#pragma once

/*
 * What processes agree on about one file
 *
 * A SharedFile stands for a file of Linux's, by its identity, as long as somebody has it open or
 * has a section of it. Who has it open has a FileShare in it, which says what for and what others
 * may do meanwhile; a section has a FileBond in it, which restrains those who would take the file
 * from under it. The rules are NT's.
 *
 * Whoever may read a file can open it, and must not be able to keep its owner out. So these hold
 * among processes of one user; and across users only where the holder may write the file.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client-fd.h"
#include "ntdef.h"
#include "object.h"

typedef struct FileDeletions FileDeletions;
typedef struct FilePlace FilePlace;
typedef struct FileTable FileTable;
typedef struct SharedFile SharedFile;
typedef struct WorkerPool WorkerPool;

/* What a file is about to be opened for. */
typedef struct FileOpening {
        uid_t uid;
        ACCESS_MASK access; /* specific rights: FILE_, DELETE */
        ULONG share_access; /* FILE_SHARE_ */
        ULONG options;      /* FILE_DELETE_ON_CLOSE counts */
        bool overwrites;    /* the file is to lose its content */
        bool may_write;     /* the descriptor can: the opening binds other users too */
} FileOpening;

/* Embedded in a File. Zeroed: none. */
typedef struct FileShare {
        SharedFile *file; /* NULL when it is over */
        Object *owner;    /* the File that it is embedded in; no reference */
        GList link;       /* in the file's shares */
        uid_t uid;
        ACCESS_MASK access;
        ULONG share_access;
        bool may_write;
} FileShare;

typedef enum FileBondKind {
        FILE_BOND_DATA,          /* views cannot change the file */
        FILE_BOND_WRITABLE_DATA, /* PAGE_READWRITE, PAGE_EXECUTE_READWRITE */
        FILE_BOND_IMAGE,
        FILE_BOND_KINDS,
} FileBondKind;

/* Embedded in what a section knows of its file. Zeroed: none. */
typedef struct FileBond {
        SharedFile *file; /* NULL when it is over */
        Object *owner;    /* the Section; no reference */
        GList link;       /* in the file's bonds */
        uid_t uid;
        FileBondKind kind;
        bool may_write; /* whoever made it may write the file: it binds other users too */
} FileBond;

/* @workers: who deletes files; must live until all shares are over */
FileTable *file_table_new(WorkerPool *workers);

/* All shares, bonds and deletions must be over. */
void file_table_free(FileTable *table);

/* Files that somebody has open or has a section of, or that are being deleted. */
size_t file_table_count(const FileTable *table);

/* What is to be deleted: file-deletion.h. */
FileDeletions *file_table_deletions(FileTable *table);

/**
 * file_share_begin() - agree to an opening
 * @share: zeroed; filled in on success. file_share_end() is due then
 * @owner: the File that @share is embedded in
 *
 * Return: in this order: STATUS_DELETE_PENDING; STATUS_SHARING_VIOLATION (what is wanted, or what
 * is not shared, conflicts with who has it open; or a section that can write, and no
 * FILE_SHARE_WRITE; or an image's section, and FILE_WRITE_DATA); STATUS_CANNOT_DELETE (an image's
 * section, and FILE_DELETE_ON_CLOSE); STATUS_USER_MAPPED_FILE (a section, and @overwrites);
 * STATUS_NO_MEMORY.
 */
NTSTATUS file_share_begin(FileTable *table,
                const FileIdentity *identity,
                const FileOpening *opening,
                Object *owner,
                FileShare *share);

/* The last handle is closed. The last one that has the file open deletes it, if that is pending.
 * Idempotent. */
void file_share_end(FileShare *share);

/**
 * file_bond_begin() - a section of the file
 * @may_write: whoever makes it may write the file: it binds other users too
 * @owner:     the Section
 * @bond:      zeroed; filled in on success. file_bond_end() is due then
 * Return: STATUS_SUCCESS or STATUS_NO_MEMORY.
 */
NTSTATUS file_bond_begin(FileTable *table,
                const FileIdentity *identity,
                FileBondKind kind,
                uid_t uid,
                bool may_write,
                Object *owner,
                FileBond *bond);

/* Neither handles nor views are left. Idempotent. */
void file_bond_end(FileBond *bond);

/* STATUS_SUCCESS, or STATUS_USER_MAPPED_FILE if sections bind @uid. */
NTSTATUS shared_file_check_cut(SharedFile *file, uid_t uid);

/* STATUS_SUCCESS, or STATUS_CANNOT_DELETE if sections bind @uid. */
NTSTATUS shared_file_check_delete(SharedFile *file, uid_t uid);

/* The last one that has the file open deletes it for @uid. @place: given away. */
void shared_file_set_deletion(SharedFile *file, uid_t uid, FilePlace *place);

/* ... or not after all. */
void shared_file_clear_deletion(SharedFile *file);

/* The deletion is under way; no more when it is over. Gives the file's place away. */
void shared_file_begin_deletion(SharedFile *file, FilePlace *ret_place);
void shared_file_end_deletion(SharedFile *file);

const FileIdentity *shared_file_identity(const SharedFile *file);
SharedFile *shared_file_ref(SharedFile *file);
SharedFile *shared_file_unref(SharedFile *file); /* NULL is ignored; returns NULL */
