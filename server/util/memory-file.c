#include "memory-file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

/* Linux 6.3 wants to hear whether the file may be executed; 6.1 does not know the flag. */
static int create(const char *name, unsigned flags) {
        int fd = -1;

        if (!kernel_acts_old())
                fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | flags);
        else
                errno = EINVAL;
        if (fd < 0 && errno == EINVAL)
                fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
        return fd;
}

static int create_sized(const char *name, uint64_t size, unsigned flags) {
        autofd int fd = create(name, flags);

        if (fd < 0)
                return -errno;
        if (fchmod(fd, 0600) < 0 || ftruncate(fd, (off_t) size) < 0)
                return -errno;
        return fd_steal(&fd);
}

/* Consumes @fd. */
static int seal_take(int taken) {
        autofd int fd = taken;

        if (fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
                return -errno;
        return fd_steal(&fd);
}

int memory_file_new(const char *name, uint64_t size) {
        int fd = create_sized(name, size, 0);

        return fd < 0 ? fd : seal_take(fd);
}

/* To map a file of large pages sets them aside, and they stay so when the mapping is gone: Linux's
 * Documentation/mm/hugetlbfs_reserv.rst. */
int memory_file_new_large(const char *name, uint64_t size) {
        autofd int fd = create_sized(name, size, MFD_HUGETLB | MFD_HUGE_2MB);
        void *mapping = NULL;

        if (fd < 0)
                return fd;
        mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapping == MAP_FAILED)
                return -errno;
        munmap(mapping, size);
        return seal_take(fd_steal(&fd));
}

int memory_file_new_filled(const char *name,
                uint64_t size,
                bool is_final,
                int (*fill)(int fd, void *context),
                void *context) {
        autofd int fd = create_sized(name, size, 0);
        int seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL | (is_final ? F_SEAL_WRITE : 0);
        int r = 0;

        if (fd < 0)
                return fd;
        r = fill(fd, context);
        if (r < 0)
                return r;
        if (fcntl(fd, F_ADD_SEALS, seals) < 0)
                return -errno;
        return fd_steal(&fd);
}

int memory_file_new_for_readers(const char *name, uint64_t size, void **ret_mapping) {
        autofd int fd = create_sized(name, size, 0);
        void *mapping = NULL;
        int r = 0;

        if (fd < 0)
                return fd;
        mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapping == MAP_FAILED)
                return -errno;
        if (fcntl(fd, F_ADD_SEALS,
                            F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
                r = -errno;
                munmap(mapping, size);
                return r;
        }
        *ret_mapping = mapping;
        return fd_steal(&fd);
}

int memory_file_reopen(int fd, int flags) {
        char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
        int copy = -1;

        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        copy = open(path, flags | O_CLOEXEC);
        return copy < 0 ? -errno : copy;
}
