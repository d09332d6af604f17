#include "file-link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "file-status.h"
#include "ntstatus.h"

void file_link_clear(FileLink *link) {
        NO_CANCELLATION_HERE;

        link->parent = fd_close(link->parent);
}

/* Return: whether @path is complete. */
static bool path_read(int fd, char *path, size_t size) {
        char link[sizeof("/proc/self/fd/") + 12];
        ssize_t n;

        errno = 0;
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        n = readlink(link, path, size - 1);
        if (n < 0 || (size_t) n >= size - 1)
                return false;
        path[n] = '\0';
        return true;
}

static bool same_file(const struct stat *left, const struct stat *right) {
        return left->st_dev == right->st_dev && left->st_ino == right->st_ino;
}

NTSTATUS file_link_find(int fd, FileLink *ret) {
        NO_CANCELLATION_HERE;
        autocleanup(file_link_clear) FileLink link = FILE_LINK_NONE;
        struct stat file, there;
        char path[PATH_MAX];
        char *slash;

        if (!path_read(fd, path, sizeof(path)))
                return errno == ENOENT ? STATUS_NOT_SUPPORTED : STATUS_CANNOT_DELETE;
        slash = strrchr(path, '/');
        if (path[0] != '/' || !slash[1] || strlen(slash + 1) > FILE_COMPONENT_MAX)
                return STATUS_CANNOT_DELETE;
        strcpy(link.leaf, slash + 1);
        slash[slash == path] = '\0';

        link.parent = descriptor_settle(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (link.parent < 0)
                return link.parent == -ENOENT ? STATUS_CANNOT_DELETE : file_status(-link.parent);
        if (fstat(fd, &file) < 0 ||
                        fstatat(link.parent, link.leaf, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
                        !same_file(&file, &there))
                return STATUS_CANNOT_DELETE;
        *ret = link;
        link.parent = -1;
        return STATUS_SUCCESS;
}
