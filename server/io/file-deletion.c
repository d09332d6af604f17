#include "file-deletion.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntstatus.h"
#include "shared-file.h"
#include "worker.h"

struct FileDeletions {
        WorkerPool *workers;
        bool collecting;
        FileDeletion *due;
};

struct FileDeletion {
        Job job; /* first; unless it was collected */
        FileDeletion *next;
        SharedFile *file;   /* a reference, until it is finished */
        QuotaCharge charge; /* of the descriptor, the same */
        FileIdentity identity;
        int parent; /* O_PATH, so to close it waits for nobody; the work's, from its beginning */
        char *leaf;
};

static bool is_leaf(const char *leaf, size_t n_leaf) {
        return n_leaf > 0 && n_leaf <= FILE_LEAF_MOST && !memchr(leaf, '/', n_leaf) &&
               !memchr(leaf, '\0', n_leaf) && !(n_leaf <= 2 && memcmp(leaf, "..", n_leaf) == 0);
}

static bool is_directory_path(const ClientFd *fd) {
        FileFacts facts = { 0 };

        return fd->fd >= 0 && NT_SUCCESS(client_fd_look(fd, &facts)) && S_ISDIR(facts.mode) &&
               !facts.readable && !facts.writable;
}

NTSTATUS file_place_init_take(
                FilePlace *place, uid_t uid, ClientFd *parent, const void *leaf, size_t n_leaf) {
        autoclientfd ClientFd owned = client_fd_steal(parent);

        if (uid != geteuid())
                return STATUS_NOT_SUPPORTED;
        if (!is_leaf(leaf, n_leaf) || !is_directory_path(&owned))
                return STATUS_INVALID_PARAMETER;
        place->leaf = g_try_malloc0(n_leaf + 1);
        if (!place->leaf)
                return STATUS_NO_MEMORY;
        memcpy(place->leaf, leaf, n_leaf);
        place->parent = client_fd_steal(&owned);
        return STATUS_SUCCESS;
}

FilePlace file_place_steal(FilePlace *place) {
        FilePlace stolen = *place;

        *place = FILE_PLACE_NONE;
        return stolen;
}

void file_place_clear(FilePlace *place) {
        client_fd_clear(&place->parent);
        g_clear_pointer(&place->leaf, g_free);
}

FileDeletions *file_deletions_new(WorkerPool *workers) {
        FileDeletions *deletions = g_new0(FileDeletions, 1);

        deletions->workers = workers;
        return deletions;
}

void file_deletions_free(FileDeletions *deletions) {
        g_assert(!deletions->due);
        g_free(deletions);
}

/* The name, if it is still the file's. */
static void remove_name(const FileDeletion *deletion) {
        autofd int fd = openat(deletion->parent, deletion->leaf, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        FileFacts facts = { 0 };

        if (fd < 0 || !NT_SUCCESS(file_facts_read(fd, FILE_FACTS_KNOWN, &facts)) ||
                        !file_identity_equal(&facts.identity, &deletion->identity))
                return;
        (void) unlinkat(deletion->parent, deletion->leaf, S_ISDIR(facts.mode) ? AT_REMOVEDIR : 0);
}

void file_deletion_work(FileDeletion *chain) {
        for (FileDeletion *deletion = chain; deletion; deletion = deletion->next) {
                remove_name(deletion);
                deletion->parent = fd_close(deletion->parent);
        }
}

void file_deletion_finish(FileDeletion *chain) {
        for (FileDeletion *deletion = chain; deletion; deletion = deletion->next) {
                quota_charge_release(&deletion->charge);
                shared_file_end_deletion(deletion->file);
                deletion->file = shared_file_unref(deletion->file);
        }
}

void file_deletion_free(FileDeletion *chain) {
        while (chain) {
                FileDeletion *next = chain->next;

                fd_close(chain->parent);
                g_free(chain->leaf);
                g_free(chain);
                chain = next;
        }
}

static void job_work(Job *job) {
        file_deletion_work((FileDeletion *) job);
}

static void job_finish(Job *job, bool done) {
        (void) done;
        file_deletion_finish((FileDeletion *) job);
}

static void job_free(Job *job) {
        file_deletion_free((FileDeletion *) job);
}

static void give(FileDeletions *deletions, uid_t uid, FileDeletion *deletion) {
        if (worker_pool_add(deletions->workers, uid, &deletion->job))
                return;
        file_deletion_finish(deletion);
        file_deletion_free(deletion);
}

void file_deletions_leave(FileDeletions *deletions, uid_t uid, FileDeletion *chain) {
        while (chain) {
                FileDeletion *next = chain->next;

                chain->next = NULL;
                give(deletions, uid, chain);
                chain = next;
        }
}

void file_deletions_begin(FileDeletions *deletions, SharedFile *file, uid_t uid) {
        FileDeletion *deletion = g_new0(FileDeletion, 1);
        FilePlace place = FILE_PLACE_NONE;

        shared_file_begin_deletion(file, &place);
        deletion->job.work = job_work;
        deletion->job.finish = job_finish;
        deletion->job.free = job_free;
        deletion->job.patient = true;
        deletion->file = shared_file_ref(file);
        deletion->identity = *shared_file_identity(file);
        deletion->charge = place.parent.charge;
        deletion->parent = place.parent.fd;
        deletion->leaf = place.leaf;
        if (deletions->collecting) {
                deletion->next = deletions->due;
                deletions->due = deletion;
        } else {
                give(deletions, uid, deletion);
        }
}

void file_deletions_collect(FileDeletions *deletions) {
        deletions->collecting = true;
}

FileDeletion *file_deletions_take(FileDeletions *deletions) {
        FileDeletion *due = deletions->due;

        deletions->collecting = false;
        deletions->due = NULL;
        return due;
}
