#include "stuck-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/fuse.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define FOLDER_NODE FUSE_ROOT_ID
#define FILE_NODE   2u

/* Linux wants room for the longest request it may have, FUSE_MIN_READ_BUFFER or more. */
#define REQUEST_MOST ((size_t) 256 * 1024)

/* In memory that children share: they ask how many wait. */
struct StuckFile {
        char *folder;
        char *path;
        int device;
        GThread *thread;
        atomic_uint n_waiting;
};

static void answer(int device, uint64_t unique, int error, const void *body, size_t size) {
        struct {
                struct fuse_out_header header;
                uint8_t body[256];
        } reply = { .header = { .len = (uint32_t) (sizeof(struct fuse_out_header) + size),
                                    .error = error,
                                    .unique = unique } };

        g_assert(size <= sizeof(reply.body));
        if (size > 0)
                memcpy(reply.body, body, size);
        (void) !write(device, &reply, reply.header.len);
}

static struct fuse_attr attributes_of(uint64_t node) {
        struct fuse_attr attributes = { .ino = node, .nlink = 1, .blksize = 4096 };

        attributes.mode = node == FOLDER_NODE ? S_IFDIR | 0755 : S_IFREG | 0666;
        attributes.size = node == FOLDER_NODE ? 0 : STUCK_FILE_SIZE;
        return attributes;
}

static void serve(StuckFile *file, const struct fuse_in_header *in) {
        const struct fuse_init_out init = {
                .major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096, .time_gran = 1
        };
        const struct fuse_entry_out entry = {
                .nodeid = FILE_NODE, .attr_valid = 3600, .attr = attributes_of(FILE_NODE)
        };
        const struct fuse_attr_out attributes = { .attr_valid = 3600,
                .attr = attributes_of(in->nodeid) };
        const struct fuse_open_out opened = { .fh = 1 };
        const struct fuse_statfs_out statfs = { .st.bsize = 4096, .st.namelen = 255 };

        switch (in->opcode) {
        case FUSE_INIT:
                answer(file->device, in->unique, 0, &init, sizeof(init));
                return;
        case FUSE_LOOKUP:
                answer(file->device, in->unique, 0, &entry, sizeof(entry));
                return;
        case FUSE_GETATTR:
                answer(file->device, in->unique, 0, &attributes, sizeof(attributes));
                return;
        case FUSE_OPEN:
        case FUSE_OPENDIR:
                answer(file->device, in->unique, 0, &opened, sizeof(opened));
                return;
        case FUSE_STATFS:
                answer(file->device, in->unique, 0, &statfs, sizeof(statfs));
                return;
        case FUSE_READ:
        case FUSE_FLUSH:
                atomic_fetch_add(&file->n_waiting, 1);
                return;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
        case FUSE_INTERRUPT:
        case FUSE_RELEASE:
                return;
        default:
                answer(file->device, in->unique, -ENOSYS, NULL, 0);
                return;
        }
}

static void *serve_all(void *context) {
        g_autofree uint8_t *request = g_malloc(REQUEST_MOST);
        StuckFile *file = context;

        for (;;) {
                ssize_t n = read(file->device, request, REQUEST_MOST);

                if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT))
                        continue;
                if (n < (ssize_t) sizeof(struct fuse_in_header))
                        return NULL; /* ENODEV: it is not mounted any more */
                serve(file, (const struct fuse_in_header *) (const void *) request);
        }
}

StuckFile *stuck_file_new(const char *folder) {
        autofd int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
        g_autofree char *options = g_strdup_printf(
                        "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
        StuckFile *file;

        if (device < 0 || mount("stuck", folder, "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
                printf("skipped: no file system in user space: %s\n", strerror(errno));
                return NULL;
        }
        file = mmap(NULL, sizeof(*file), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        g_assert(file != MAP_FAILED);
        file->folder = g_strdup(folder);
        file->path = g_build_filename(folder, "file", NULL);
        file->device = fd_steal(&device);
        file->thread = g_thread_new("fuse", serve_all, file);
        return file;
}

void stuck_file_free(StuckFile *file) {
        if (!file)
                return;
        /* Forced: what waits is answered with an error, and the thread reads ENODEV. */
        (void) umount2(file->folder, MNT_FORCE);
        (void) umount2(file->folder, MNT_DETACH);
        g_thread_join(file->thread);
        fd_close(file->device);
        g_free(file->folder);
        g_free(file->path);
        munmap(file, sizeof(*file));
}

void stuck_file_leave(StuckFile *file) {
        fd_close(file->device); /* the rest is shared with the parent */
}

int stuck_file_open(const StuckFile *file) {
        int fd = open(file->path, O_RDONLY | O_CLOEXEC);

        return fd < 0 ? -errno : fd;
}

unsigned stuck_file_waiting(const StuckFile *file) {
        return atomic_load(&file->n_waiting);
}
