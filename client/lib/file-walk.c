#include "file-walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "file-status.h"
#include "ntstatus.h"

void file_place_init(FilePlace *place) {
        place->parent = -1;
        place->leaf[0] = '\0';
        place->fd = -1;
}

void file_place_clear(FilePlace *place) {
        NO_CANCELLATION_HERE;

        place->parent = fd_close(place->parent);
        place->fd = fd_close(place->fd);
}

/* Return: a descriptor, or -errno. */
static int open_path(int directory, const char *name, int flags) {
        NO_CANCELLATION_HERE;

        return descriptor_settle(openat(directory, name, O_PATH | O_CLOEXEC | flags));
}

static void closedirp(DIR **directory) {
        if (*directory)
                closedir(*directory);
}

/*
 * Finds an entry that is @name but for case, and writes its name there. A directory that may not be
 * listed has none: what is not seen is not there.
 */
static bool entry_find(int parent, char *name) {
        NO_CANCELLATION_HERE;
        autocleanup(closedirp) DIR *directory = NULL;
        char found[FILE_COMPONENT_MAX + 1] = "";
        const struct dirent *entry;
        int fd;

        fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return false;
        directory = fdopendir(fd);
        if (!directory) {
                close(fd);
                return false;
        }
        while ((entry = readdir(directory))) {
                if (!file_name_equal_folded(entry->d_name, name))
                        continue;
                if (!found[0] || strcmp(entry->d_name, found) < 0)
                        strcpy(found, entry->d_name); /* its length was checked by comparing */
        }
        if (!found[0])
                return false;
        strcpy(name, found);
        return true;
}

/* Opens @name in @parent, or what is that but for case, which is written there. */
static int component_open(int parent, char *name, bool fold, int flags) {
        int fd = open_path(parent, name, flags);

        if (fd == -ENOENT && fold && entry_find(parent, name))
                fd = open_path(parent, name, flags);
        return fd;
}

NTSTATUS file_place_look(FilePlace *place, bool fold) {
        struct stat link;
        int fd;

        fd = component_open(place->parent, place->leaf, fold, 0);
        if (fd == -ENOENT) {
                if (fstatat(place->parent, place->leaf, &link, AT_SYMLINK_NOFOLLOW) == 0)
                        return STATUS_OBJECT_PATH_NOT_FOUND;
                return STATUS_SUCCESS;
        }
        if (fd < 0)
                return file_status(-fd);
        place->fd = fd;
        return fstat(fd, &place->about) < 0 ? file_status(errno) : STATUS_SUCCESS;
}

/* Opens the directory that the last component is in. */
static NTSTATUS parent_find(
                int start, const FileName *name, bool fold, const char **ret_leaf, int *ret) {
        const char *component = name->text;
        autofd int directory = open_path(start, ".", O_DIRECTORY);
        char found[FILE_COMPONENT_MAX + 1];

        if (directory < 0)
                return file_path_status(-directory);
        for (size_t i = 0; i + 1 < name->n_components; i++) {
                int next;

                strcpy(found, component); /* no longer than FILE_COMPONENT_MAX */
                next = component_open(directory, found, fold, O_DIRECTORY);
                if (next < 0)
                        return file_path_status(-next);
                fd_close(directory);
                directory = next;
                component = file_name_next(component);
        }
        *ret_leaf = component;
        *ret = fd_steal(&directory);
        return STATUS_SUCCESS;
}

/* A name without a component: what the walk begins with. */
static NTSTATUS start_is_meant(int start, FilePlace *ret) {
        ret->fd = fcntl(start, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (ret->fd < 0 || fstat(ret->fd, &ret->about) < 0)
                return file_status(errno);
        return STATUS_SUCCESS;
}

NTSTATUS file_walk(int start, const FileName *name, bool fold, FilePlace *ret) {
        NO_CANCELLATION_HERE;
        const char *leaf = NULL;
        NTSTATUS status;

        if (name->n_components == 0)
                return start_is_meant(start, ret);
        status = parent_find(start, name, fold, &leaf, &ret->parent);
        if (!NT_SUCCESS(status))
                return status;
        strcpy(ret->leaf, leaf);
        return file_place_look(ret, fold);
}
