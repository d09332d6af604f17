/*
 * A SharedFile exists while something has a reference to it: shares, bonds, a deletion under way.
 *
 * Who may share with whom is decided by counts, as in NT's SHARE_ACCESS: one set for everybody, and
 * one for each user with what binds only that user. So an opening costs the same however many there
 * are.
 *
 * A process that has ended still has what it had until the server comes to give it back. So before
 * anything is refused, what only ended processes have is dropped. This is what the lists are for;
 * they are walked in slices, so that nobody's thousands of openings hold the server up.
 */

#include "shared-file.h"

#include "file-deletion.h"
#include "grant-anchor.h"
#include "grant.h"
#include "ntfile.h"
#include "ntstatus.h"

#define READS  (FILE_READ_DATA | FILE_EXECUTE)
#define WRITES (FILE_WRITE_DATA | FILE_APPEND_DATA)

/* Shares, or bonds, and grants on them that one refusal looks at, to find out whose process has
 * ended. */
#define SETTLED_MOST 4096u

struct FileTable {
        GHashTable *files; /* FileIdentity to SharedFile, no reference */
        FileDeletions *deletions;
};

/* Who has a file open, and for what. */
typedef struct FileCounts {
        uint32_t n_openings; /* those that count: with a right that is shared or denied */
        uint32_t n_readers;
        uint32_t n_writers;
        uint32_t n_deleters;
        uint32_t n_share_read;
        uint32_t n_share_write;
        uint32_t n_share_delete;
        uint32_t n_bonds[FILE_BOND_KINDS];
} FileCounts;

/* What binds one user only. */
typedef struct FileUser FileUser;
struct FileUser {
        FileUser *next;
        uid_t uid;
        unsigned n_refs; /* shares and bonds that are counted here */
        FileCounts counts;
};

struct SharedFile {
        unsigned n_refs;
        FileTable *table;
        FileIdentity identity;
        GQueue shares;
        GQueue bonds;
        FileCounts everybody;
        FileUser *users; /* few: each has something open */
        bool delete_pending;
        bool deleting;   /* under way */
        FilePlace place; /* where the name is, if the deletion is pending */
        uid_t deleter;
};

static guint identity_hash(gconstpointer key) {
        const FileIdentity *identity = key;
        uint64_t mixed = identity->inode ^ identity->device << 40;

        return (guint) (mixed * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) >> 32);
}

static gboolean identity_equal(gconstpointer a, gconstpointer b) {
        return file_identity_equal(a, b);
}

FileTable *file_table_new(WorkerPool *workers) {
        FileTable *table = g_new0(FileTable, 1);

        table->files = g_hash_table_new(identity_hash, identity_equal);
        table->deletions = file_deletions_new(workers);
        return table;
}

void file_table_free(FileTable *table) {
        if (!table)
                return;
        g_assert(g_hash_table_size(table->files) == 0);
        g_hash_table_unref(table->files);
        file_deletions_free(table->deletions);
        g_free(table);
}

size_t file_table_count(const FileTable *table) {
        return g_hash_table_size(table->files);
}

FileDeletions *file_table_deletions(FileTable *table) {
        return table->deletions;
}

/* The file, with a reference for the caller; made if nobody has it. NULL if there is no memory. */
static SharedFile *shared_file_get(FileTable *table, const FileIdentity *identity) {
        SharedFile *file = g_hash_table_lookup(table->files, identity);

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
        g_assert(!file->users);
        g_hash_table_remove(file->table->files, &file->identity);
        file_place_clear(&file->place);
        g_free(file);
        return NULL;
}

const FileIdentity *shared_file_identity(const SharedFile *file) {
        return &file->identity;
}

static FileUser *find_user(const SharedFile *file, uid_t uid) {
        FileUser *user = file->users;

        while (user && user->uid != uid)
                user = user->next;
        return user;
}

/* Where something of the user's is counted: with everybody's, or with its own. NULL: no memory. */
static FileCounts *counts_take(SharedFile *file, uid_t uid, bool may_write) {
        FileUser *user = NULL;

        if (may_write)
                return &file->everybody;
        user = find_user(file, uid);
        if (!user) {
                user = g_try_new0(FileUser, 1);
                if (!user)
                        return NULL;
                user->uid = uid;
                user->next = file->users;
                file->users = user;
        }
        user->n_refs++;
        return &user->counts;
}

static FileCounts *counts_find(SharedFile *file, uid_t uid, bool may_write) {
        return may_write ? &file->everybody : &find_user(file, uid)->counts;
}

/* Nothing of it is counted any more. */
static void counts_give_back(SharedFile *file, uid_t uid, bool may_write) {
        FileUser **at = &file->users, *user = NULL;

        if (may_write)
                return;
        while ((*at)->uid != uid)
                at = &(*at)->next;
        user = *at;
        if (--user->n_refs > 0)
                return;
        *at = user->next;
        g_free(user);
}

/* Attributes may be read, and access lists, whoever has the file open. */
static bool is_shared_or_denied(ACCESS_MASK access) {
        return access & (READS | WRITES | DELETE);
}

static void count_share(FileCounts *counts, const FileShare *share, int difference) {
        uint32_t one = (uint32_t) difference;

        if (!is_shared_or_denied(share->access))
                return;
        counts->n_openings += one;
        counts->n_readers += share->access & READS ? one : 0;
        counts->n_writers += share->access & WRITES ? one : 0;
        counts->n_deleters += share->access & DELETE ? one : 0;
        counts->n_share_read += share->share_access & FILE_SHARE_READ ? one : 0;
        counts->n_share_write += share->share_access & FILE_SHARE_WRITE ? one : 0;
        counts->n_share_delete += share->share_access & FILE_SHARE_DELETE ? one : 0;
}

/* NT's IoCheckShareAccess. Who takes the content away writes, if only this once, as on Windows. */
static bool conflicts(const FileCounts *counts, const FileOpening *opening) {
        ACCESS_MASK access = opening->access | (opening->overwrites ? FILE_WRITE_DATA : 0);
        ULONG shares = opening->share_access;

        if (!is_shared_or_denied(access))
                return false;
        return (access & READS && counts->n_share_read < counts->n_openings) ||
               (access & WRITES && counts->n_share_write < counts->n_openings) ||
               (access & DELETE && counts->n_share_delete < counts->n_openings) ||
               (counts->n_readers > 0 && !(shares & FILE_SHARE_READ)) ||
               (counts->n_writers > 0 && !(shares & FILE_SHARE_WRITE)) ||
               (counts->n_deleters > 0 && !(shares & FILE_SHARE_DELETE));
}

static bool may_share(const SharedFile *file, const FileOpening *opening) {
        const FileUser *user = find_user(file, opening->uid);

        return !conflicts(&file->everybody, opening) &&
               !(user && conflicts(&user->counts, opening));
}

static bool is_bound(const SharedFile *file, uid_t uid, FileBondKind kind) {
        const FileUser *user = find_user(file, uid);

        return file->everybody.n_bonds[kind] > 0 || (user && user->counts.n_bonds[kind] > 0);
}

static bool is_bound_at_all(const SharedFile *file, uid_t uid) {
        for (FileBondKind kind = 0; kind < FILE_BOND_KINDS; kind++) {
                if (is_bound(file, uid, kind))
                        return true;
        }
        return false;
}

/* What openings agree on comes first, then the tests' row "order of the refusals" (Wine). */
static NTSTATUS check_opening(const SharedFile *file, const FileOpening *opening) {
        uid_t uid = opening->uid;

        if (file->delete_pending || file->deleting)
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
        if (opening->overwrites && is_bound_at_all(file, uid))
                return STATUS_USER_MAPPED_FILE;
        return STATUS_SUCCESS;
}

static Object *share_owner(const GList *link) {
        return ((const FileShare *) link->data)->owner;
}

static Object *bond_owner(const GList *link) {
        return ((const FileBond *) link->data)->owner;
}

/* Who was looked at goes to the end, so that the next slice looks at others. */
static void settle(GQueue *queue, Object *(*owner)(const GList *link)) {
        unsigned n = queue->length, left = SETTLED_MOST;

        while (n-- > 0 && left > 0 && queue->head) {
                GList *link = queue->head;
                g_autoptr(Object) object = object_ref(owner(link));

                g_queue_unlink(queue, link);
                g_queue_push_tail_link(queue, link);
                left--;
                left -= object_settle(object, left);
        }
}

/* Drops what only processes that have ended have of the file. Return: whether it may be less now.
 * @file: the caller has a reference */
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

static NTSTATUS share_begin(
                SharedFile *file, const FileOpening *opening, Object *owner, FileShare *share) {
        FileCounts *counts = NULL;
        NTSTATUS status = check_or_settle(file, opening);

        if (!NT_SUCCESS(status))
                return status;
        counts = counts_take(file, opening->uid, opening->may_write);
        if (!counts)
                return STATUS_NO_MEMORY;
        *share = (FileShare){
                .file = file,
                .owner = owner,
                .uid = opening->uid,
                .access = opening->access,
                .share_access = opening->share_access,
                .may_write = opening->may_write,
        };
        count_share(counts, share, 1);
        share->link.data = share;
        g_queue_push_tail_link(&file->shares, &share->link);
        return STATUS_SUCCESS;
}

NTSTATUS file_share_begin(FileTable *table,
                const FileIdentity *identity,
                const FileOpening *opening,
                Object *owner,
                FileShare *share) {
        SharedFile *file = shared_file_get(table, identity);
        NTSTATUS status = STATUS_NO_MEMORY;

        if (file)
                status = share_begin(file, opening, owner, share);
        if (!NT_SUCCESS(status))
                shared_file_unref(file);
        return status;
}

void file_share_end(FileShare *share) {
        SharedFile *file = share->file;

        if (!file)
                return;
        count_share(counts_find(file, share->uid, share->may_write), share, -1);
        counts_give_back(file, share->uid, share->may_write);
        share->file = NULL;
        g_queue_unlink(&file->shares, &share->link);
        if (file->delete_pending && g_queue_is_empty(&file->shares))
                file_deletions_begin(file->table->deletions, file, file->deleter);
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
        FileCounts *counts = file ? counts_take(file, uid, may_write) : NULL;

        if (!counts) {
                shared_file_unref(file);
                return STATUS_NO_MEMORY;
        }
        *bond = (FileBond){
                .file = file,
                .owner = owner,
                .uid = uid,
                .kind = kind,
                .may_write = may_write,
        };
        counts->n_bonds[kind]++;
        bond->link.data = bond;
        g_queue_push_tail_link(&file->bonds, &bond->link);
        return STATUS_SUCCESS;
}

void file_bond_end(FileBond *bond) {
        SharedFile *file = bond->file;

        if (!file)
                return;
        counts_find(file, bond->uid, bond->may_write)->n_bonds[bond->kind]--;
        counts_give_back(file, bond->uid, bond->may_write);
        bond->file = NULL;
        g_queue_unlink(&file->bonds, &bond->link);
        shared_file_unref(file);
}

/* What is dropped may be the last of the file: also the share of who asks, if its process has given
 * that up meanwhile. */
static bool has_sections(SharedFile *file, uid_t uid) {
        bool has = is_bound_at_all(file, uid);

        shared_file_ref(file);
        if (has && shared_file_settle(file))
                has = is_bound_at_all(file, uid);
        shared_file_unref(file);
        return has;
}

NTSTATUS shared_file_check_cut(SharedFile *file, uid_t uid) {
        return has_sections(file, uid) ? STATUS_USER_MAPPED_FILE : STATUS_SUCCESS;
}

NTSTATUS shared_file_check_delete(SharedFile *file, uid_t uid) {
        return has_sections(file, uid) ? STATUS_CANNOT_DELETE : STATUS_SUCCESS;
}

void shared_file_set_deletion(SharedFile *file, uid_t uid, FilePlace *place) {
        file_place_clear(&file->place);
        file->place = file_place_steal(place);
        file->deleter = uid;
        file->delete_pending = true;
}

void shared_file_clear_deletion(SharedFile *file) {
        file->delete_pending = false;
        file_place_clear(&file->place);
}

void shared_file_begin_deletion(SharedFile *file, FilePlace *ret_place) {
        file->delete_pending = false;
        file->deleting = true;
        *ret_place = file_place_steal(&file->place);
}

void shared_file_end_deletion(SharedFile *file) {
        file->deleting = false;
}
