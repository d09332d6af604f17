/*
 * A SharedFile exists while something has a reference to it: shares, bonds, a deletion under way.
 * Shares and bonds lie in two lists that are walked whole: on most files there are few, and only
 * openings of the same file wait for the walk. (A user with 100,000 openings of one file makes his
 * own next opening of it slow, and others' of it only if he may write it.)
 *
 * A process that has ended still has what it had until the server comes to give it back. So before
 * anything is refused, what only ended processes have is dropped.
 */

#include "shared-file.h"

#include "file-deletion.h"
#include "grant-anchor.h"
#include "grant.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "shared-file-private.h"

#define READS   (FILE_READ_DATA | FILE_EXECUTE)
#define WRITES  (FILE_WRITE_DATA | FILE_APPEND_DATA)
#define DELETES DELETE

struct FileTable {
        GHashTable *files; /* FileIdentity to SharedFile, no reference */
        FileDeletions deletions;
};

static guint identity_hash(gconstpointer key) {
        const FileIdentity *identity = key;

        return (guint) ((identity->inode ^ identity->device * 31) *
                                        G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) >>
                        32);
}

static gboolean identity_equal(gconstpointer a, gconstpointer b) {
        const FileIdentity *left = a, *right = b;

        return left->device == right->device && left->inode == right->inode;
}

FileTable *file_table_new(WorkerPool *workers) {
        FileTable *table = g_new0(FileTable, 1);

        table->files = g_hash_table_new(identity_hash, identity_equal);
        file_deletions_init(&table->deletions, workers);
        return table;
}

void file_table_free(FileTable *table) {
        if (!table)
                return;
        file_deletions_clear(&table->deletions);
        g_assert(g_hash_table_size(table->files) == 0);
        g_hash_table_unref(table->files);
        g_free(table);
}

FileDeletions *file_table_deletions(FileTable *table) {
        return &table->deletions;
}

size_t file_table_count(FileTable *table) {
        file_deletions_reap(&table->deletions);
        return g_hash_table_size(table->files);
}

/* The file with a reference for the caller; made if nobody has it. */
static SharedFile *shared_file_get(FileTable *table, const FileIdentity *identity) {
        SharedFile *file = NULL;

        file_deletions_reap(&table->deletions);
        file = g_hash_table_lookup(table->files, identity);
        if (file)
                return shared_file_ref(file);
        file = g_try_new0(SharedFile, 1);
        if (!file)
                return NULL;
        file->n_refs = 1;
        file->table = table;
        file->identity = *identity;
        file->place = FILE_PLACE_NONE;
        g_hash_table_insert(table->files, &file->identity, file);
        return file;
}

SharedFile *shared_file_ref(SharedFile *file) {
        file->n_refs++;
        return file;
}

SharedFile *shared_file_unref(SharedFile *file) {
        if (!file || --file->n_refs > 0)
                return NULL;
        g_assert(g_queue_is_empty(&file->shares) && g_queue_is_empty(&file->bonds));
        g_hash_table_remove(file->table->files, &file->identity);
        file_place_clear(&file->place);
        g_free(file);
        return NULL;
}

/* NT's IoCheckShareAccess, of one opening with another. */
static bool conflicts(const FileShare *there, const FileOpening *opening) {
        ACCESS_MASK had = there->access, wanted = opening->access;
        ULONG shares = there->share_access, will_share = opening->share_access;

        return (wanted & READS && !(shares & FILE_SHARE_READ)) ||
               (wanted & WRITES && !(shares & FILE_SHARE_WRITE)) ||
               (wanted & DELETES && !(shares & FILE_SHARE_DELETE)) ||
               (had & READS && !(will_share & FILE_SHARE_READ)) ||
               (had & WRITES && !(will_share & FILE_SHARE_WRITE)) ||
               (had & DELETES && !(will_share & FILE_SHARE_DELETE));
}

/* Attributes may be read, and access lists, whoever has the file open. */
static bool is_shared_or_denied(ACCESS_MASK access) {
        return access & (READS | WRITES | DELETES);
}

static bool may_share(const SharedFile *file, const FileOpening *opening) {
        if (!is_shared_or_denied(opening->access))
                return true;
        for (const GList *link = file->shares.head; link; link = link->next) {
                const FileShare *share = link->data;

                if (share->counts && (share->may_write || share->uid == opening->uid) &&
                                conflicts(share, opening))
                        return false;
        }
        return true;
}

/* Whether a section of the kind binds the user; FILE_BOND_KINDS: of any kind. */
static bool is_bound(const SharedFile *file, uid_t uid, FileBondKind kind) {
        for (const GList *link = file->bonds.head; link; link = link->next) {
                const FileBond *bond = link->data;

                if ((bond->may_write || bond->uid == uid) &&
                                (kind == FILE_BOND_KINDS || bond->kind == kind))
                        return true;
        }
        return false;
}

/* In the order of the tests' row "order of the refusals" (Wine), after what openings agree on. */
static NTSTATUS check_opening(const SharedFile *file, const FileOpening *opening) {
        uid_t uid = opening->uid;

        if (file->delete_pending || file->deletion)
                return STATUS_DELETE_PENDING;
        if (!may_share(file, opening))
                return STATUS_SHARING_VIOLATION;
        if (!(opening->share_access & FILE_SHARE_WRITE) &&
                        is_bound(file, uid, FILE_BOND_WRITABLE_DATA))
                return STATUS_SHARING_VIOLATION;
        if (opening->access & FILE_WRITE_DATA && is_bound(file, uid, FILE_BOND_IMAGE))
                return STATUS_SHARING_VIOLATION;
        if (opening->options & FILE_DELETE_ON_CLOSE && is_bound(file, uid, FILE_BOND_IMAGE))
                return STATUS_CANNOT_DELETE;
        if (opening->overwrites && is_bound(file, uid, FILE_BOND_KINDS))
                return STATUS_USER_MAPPED_FILE;
        return STATUS_SUCCESS;
}

/* The owner may be embedded in what goes with it: the next one is looked up before. */
static void settle(GQueue *queue, Object *(*owner)(const GList *link)) {
        for (GList *link = queue->head, *next = NULL; link; link = next) {
                Object *object = object_ref(owner(link));

                object_settle(object);
                next = link->next; /* @object keeps the link in memory, in the queue or not */
                object_unref(object);
        }
}

static Object *share_owner(const GList *link) {
        return ((const FileShare *) link->data)->owner;
}

static Object *bond_owner(const GList *link) {
        return ((const FileBond *) link->data)->owner;
}

/* Drops what only processes that have ended have of the file. Return: whether there may be less. */
static bool shared_file_settle(SharedFile *file) {
        if (!grant_tables_ending())
                return false;
        settle(&file->shares, share_owner);
        settle(&file->bonds, bond_owner);
        return true;
}

static NTSTATUS check_or_settle(SharedFile *file, const FileOpening *opening) {
        NTSTATUS status = check_opening(file, opening);

        if (!NT_SUCCESS(status) && shared_file_settle(file))
                status = check_opening(file, opening);
        return status;
}

NTSTATUS file_share_begin(FileTable *table,
                const FileIdentity *identity,
                const FileOpening *opening,
                Object *owner,
                FileShare *share) {
        SharedFile *file = shared_file_get(table, identity);
        NTSTATUS status = STATUS_SUCCESS;

        if (!file)
                return STATUS_NO_MEMORY;
        status = check_or_settle(file, opening);
        if (!NT_SUCCESS(status)) {
                shared_file_unref(file);
                return status;
        }
        *share = (FileShare){
                .file = file,
                .owner = owner,
                .uid = opening->uid,
                .access = opening->access,
                .share_access = opening->share_access,
                .counts = is_shared_or_denied(opening->access),
                .may_write = opening->may_write,
        };
        share->link.data = share;
        g_queue_push_tail_link(&file->shares, &share->link);
        return STATUS_SUCCESS;
}

void file_share_end(FileShare *share) {
        SharedFile *file = share->file;

        if (!file)
                return;
        share->file = NULL;
        g_queue_unlink(&file->shares, &share->link);
        if (file->delete_pending && g_queue_is_empty(&file->shares))
                file_deletions_begin(&file->table->deletions, file);
        shared_file_unref(file);
}

NTSTATUS file_bond_begin(FileTable *table,
                const FileIdentity *identity,
                FileBondKind kind,
                uid_t uid,
                bool may_write,
                Object *owner,
                FileBond *bond) {
        SharedFile *file = shared_file_get(table, identity);

        if (!file)
                return STATUS_NO_MEMORY;
        *bond = (FileBond){
                .file = file,
                .owner = owner,
                .uid = uid,
                .kind = kind,
                .may_write = may_write,
        };
        bond->link.data = bond;
        g_queue_push_tail_link(&file->bonds, &bond->link);
        return STATUS_SUCCESS;
}

void file_bond_end(FileBond *bond) {
        SharedFile *file = bond->file;

        if (!file)
                return;
        bond->file = NULL;
        g_queue_unlink(&file->bonds, &bond->link);
        shared_file_unref(file);
}

const FileIdentity *shared_file_identity(const SharedFile *file) {
        return &file->identity;
}

static bool has_sections(SharedFile *file, uid_t uid) {
        return is_bound(file, uid, FILE_BOND_KINDS) &&
               (!shared_file_settle(file) || is_bound(file, uid, FILE_BOND_KINDS));
}

NTSTATUS shared_file_check_cut(SharedFile *file, uid_t uid) {
        return has_sections(file, uid) ? STATUS_USER_MAPPED_FILE : STATUS_SUCCESS;
}

NTSTATUS shared_file_set_deletion(SharedFile *file, uid_t uid, FilePlace *place) {
        if (has_sections(file, uid))
                return STATUS_CANNOT_DELETE;
        shared_file_mark_deleted(file, uid, place);
        return STATUS_SUCCESS;
}

void shared_file_mark_deleted(SharedFile *file, uid_t uid, FilePlace *place) {
        file_place_clear(&file->place);
        file->place = file_place_steal(place);
        file->deleter = uid;
        file->delete_pending = true;
}

void shared_file_keep(SharedFile *file) {
        file->delete_pending = false;
        file_place_clear(&file->place);
}
