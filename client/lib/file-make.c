#include "file-make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "device-kinds.h"
#include "file-access.h"
#include "file-descriptor.h"
#include "file-link.h"
#include "file-status.h"
#include "ntiofile.h"
#include "ntstatus.h"

/* Others may make and remove the file between our looks at it; so often, and they do it to us. */
enum { TRIES = 8 };

void opened_file_init(OpenedFile *opened) {
        *opened = (OpenedFile){ .fd = -1, .cutting = -1 };
}

void opened_file_clear(OpenedFile *opened) {
        NO_CANCELLATION_HERE;

        if (opened->cutting != opened->fd)
                fd_close(opened->cutting);
        opened->cutting = -1;
        opened->fd = fd_close(opened->fd);
}

/* Flags of open() that an option stands for. */
static int option_flags(const FileWish *wish, int flags) {
        if (flags & O_PATH)
                return flags;
        if (wish->options & FILE_WRITE_THROUGH)
                flags |= O_DSYNC;
        if (wish->options & FILE_NO_INTERMEDIATE_BUFFERING)
                flags |= O_DIRECT;
        return flags;
}

/* Return: a descriptor or -errno. A file system that has no O_DIRECT says EINVAL. */
static int open_as(int path, const FileWish *wish, const struct stat *about, int flags) {
        int fd = descriptor_open_anew(
                        path, S_ISREG(about->st_mode) ? option_flags(wish, flags) : flags);

        if (fd == -EINVAL && wish->options & FILE_NO_INTERMEDIATE_BUFFERING)
                fd = descriptor_open_anew(path, option_flags(wish, flags) & ~O_DIRECT);
        return fd;
}

/* Opened so that nothing waits; from here on a device waits as it would for everybody. */
static void opened_settle(const OpenedFile *opened, const FileWish *wish) {
        if (S_ISCHR(opened->about.st_mode))
                fcntl(opened->fd, F_SETFL, fcntl(opened->fd, F_GETFL) & ~O_NONBLOCK);
        if (!S_ISREG(opened->about.st_mode))
                return;
        if (wish->options & FILE_SEQUENTIAL_ONLY)
                posix_fadvise(opened->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
        else if (wish->options & FILE_RANDOM_ACCESS)
                posix_fadvise(opened->fd, 0, 0, POSIX_FADV_RANDOM);
}

static bool has_data(const struct stat *about) {
        return S_ISREG(about->st_mode) || S_ISDIR(about->st_mode) || S_ISCHR(about->st_mode);
}

static NTSTATUS check_kind(const FileWish *wish, const FileLookup *lookup) {
        bool directory = S_ISDIR(lookup->place.about.st_mode);

        if (lookup->name.trailing && !directory)
                return STATUS_OBJECT_NAME_INVALID;
        if (wish->disposition == FILE_CREATE)
                return STATUS_OBJECT_NAME_COLLISION;
        if (directory && wish->options & FILE_NON_DIRECTORY_FILE)
                return STATUS_FILE_IS_A_DIRECTORY;
        if (!directory && wish->options & FILE_DIRECTORY_FILE)
                return STATUS_NOT_A_DIRECTORY;
        if (directory && file_wish_overwrites(wish))
                return STATUS_OBJECT_NAME_COLLISION;
        if (file_is_read_only(&lookup->place.about) && wish->options & FILE_DELETE_ON_CLOSE)
                return STATUS_CANNOT_DELETE;
        if (file_is_read_only(&lookup->place.about) && file_wish_overwrites(wish))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

/* For the kernel only Linux is asked, when the file is opened. */
static NTSTATUS decide(const FileWish *wish, bool checked, OpenedFile *opened, int path) {
        ACCESS_MASK wanted = checked ? wish->access : wish->access & MAXIMUM_ALLOWED;
        NTSTATUS status = STATUS_SUCCESS;

        if (checked || wanted)
                status = opened->made ? file_access_of_maker(wanted, &opened->granted)
                                      : file_access_decide(path, &opened->about, wanted,
                                                        &opened->granted);
        if (!NT_SUCCESS(status))
                return status;
        if (!checked)
                opened->granted |= wish->access & FILE_ALL_ACCESS;
        if (has_data(&opened->about))
                return STATUS_SUCCESS;
        if (wish->access & MAXIMUM_ALLOWED)
                opened->granted &= ~(FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA);
        return file_access_flags(&opened->about, opened->granted) == O_PATH ? STATUS_SUCCESS
                                                                            : STATUS_NOT_SUPPORTED;
}

/* What will make the file empty: what is open, if that can. */
static NTSTATUS prepare_cut(int path, OpenedFile *opened) {
        if (!S_ISREG(opened->about.st_mode))
                return STATUS_SUCCESS;
        if (opened->granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) {
                opened->cutting = opened->fd;
                return STATUS_SUCCESS;
        }
        opened->cutting = descriptor_open_anew(path, O_WRONLY);
        if (opened->cutting >= 0)
                return STATUS_SUCCESS;
        return opened->cutting == -ENOENT ? STATUS_NOT_SUPPORTED : file_status(-opened->cutting);
}

static NTSTATUS open_decided(const FileWish *wish, int path, OpenedFile *opened) {
        opened->fd = open_as(path, wish, &opened->about,
                        file_access_flags(&opened->about, opened->granted));
        if (opened->fd < 0)
                return opened->fd == -ENOENT ? STATUS_NOT_SUPPORTED : file_status(-opened->fd);
        opened_settle(opened, wish);
        return STATUS_SUCCESS;
}

static ULONG overwriting_information(const FileWish *wish) {
        if (!file_wish_overwrites(wish))
                return FILE_OPENED;
        return wish->disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
}

static NTSTATUS open_existing(
                const FileWish *wish, bool checked, const FileLookup *lookup, OpenedFile *opened) {
        const FilePlace *place = &lookup->place;
        NTSTATUS status;

        opened->about = place->about;
        opened->information = overwriting_information(wish);
        status = check_kind(wish, lookup);
        if (NT_SUCCESS(status))
                status = decide(wish, checked, opened, place->fd);
        if (NT_SUCCESS(status))
                status = open_decided(wish, place->fd, opened);
        if (NT_SUCCESS(status) && file_wish_overwrites(wish))
                status = prepare_cut(place->fd, opened);
        return status;
}

/* Keeps room on the volume. Without effect where the file system cannot, as documented. */
static NTSTATUS allocate(int fd, uint64_t size) {
        if (size == 0)
                return STATUS_SUCCESS;
        if (size > INT64_MAX)
                return STATUS_DISK_FULL;
        if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t) size) == 0 || errno == EOPNOTSUPP)
                return STATUS_SUCCESS;
        return file_status(errno);
}

/* Makes a file, which must not be there. Return: a descriptor or -errno. */
static int make_file(const FileWish *wish, const FilePlace *place, int flags) {
        mode_t mode = wish->attributes & FILE_ATTRIBUTE_READONLY ? 0444 : 0666;
        int all = option_flags(wish, flags) | O_CREAT | O_EXCL | O_CLOEXEC;
        int fd;

        fd = descriptor_settle(openat(place->parent, place->leaf, all, mode));
        if (fd == -EINVAL && wish->options & FILE_NO_INTERMEDIATE_BUFFERING)
                fd = descriptor_settle(openat(place->parent, place->leaf, all & ~O_DIRECT, mode));
        return fd;
}

static NTSTATUS open_anew(OpenedFile *opened, const FileWish *wish, int flags) {
        int fd = open_as(opened->fd, wish, &opened->about, flags);

        if (fd < 0)
                return fd == -ENOENT ? STATUS_NOT_SUPPORTED : file_status(-fd);
        fd_close(opened->fd);
        opened->fd = fd;
        return STATUS_SUCCESS;
}

/*
 * Its maker may write to a new file, whatever its mode says; so it is made for what has to be done
 * with it, and opened anew for less if the rights say less.
 */
static NTSTATUS make_new_file(const FileWish *wish, const FileLookup *lookup, OpenedFile *opened) {
        int flags = file_access_flags(&(struct stat){ .st_mode = S_IFREG }, opened->granted);
        int making = flags & O_PATH || (flags == O_RDONLY && wish->allocation > 0) ? O_RDWR : flags;
        NTSTATUS status;

        opened->fd = make_file(wish, &lookup->place, making);
        if (opened->fd < 0)
                return file_status(-opened->fd);
        opened->made = true;
        if (fstat(opened->fd, &opened->about) < 0)
                return file_status(errno);
        status = allocate(opened->fd, wish->allocation);
        if (NT_SUCCESS(status) && making != flags)
                status = open_anew(opened, wish, flags);
        if (NT_SUCCESS(status))
                opened_settle(opened, wish);
        return status;
}

static NTSTATUS make_new_directory(const FileWish *wish, FileLookup *lookup, OpenedFile *opened) {
        FilePlace *place = &lookup->place;
        NTSTATUS status;

        if (mkdirat(place->parent, place->leaf, 0777) < 0)
                return file_status(errno);
        opened->made = true;
        status = file_place_look(place, false);
        if (NT_SUCCESS(status) && place->fd < 0)
                status = STATUS_OBJECT_NAME_NOT_FOUND; /* somebody has removed it already */
        if (!NT_SUCCESS(status))
                return status;
        opened->about = place->about;
        return open_decided(wish, place->fd, opened);
}

static NTSTATUS make_new(
                const FileWish *wish, bool checked, FileLookup *lookup, OpenedFile *opened) {
        bool directory = wish->options & FILE_DIRECTORY_FILE;
        NTSTATUS status;

        if (!file_wish_creates(wish))
                return STATUS_OBJECT_NAME_NOT_FOUND;
        if (lookup->name.trailing && !directory)
                return STATUS_OBJECT_NAME_INVALID;
        if (wish->attributes & FILE_ATTRIBUTE_READONLY && wish->options & FILE_DELETE_ON_CLOSE)
                return STATUS_CANNOT_DELETE;
        opened->about.st_mode = directory ? S_IFDIR : S_IFREG;
        opened->made = true;
        status = decide(wish, checked, opened, -1);
        opened->made = false;
        if (!NT_SUCCESS(status))
                return status;
        opened->information = FILE_CREATED;
        return directory ? make_new_directory(wish, lookup, opened)
                         : make_new_file(wish, lookup, opened);
}

NTSTATUS file_open_or_make(
                const FileWish *wish, bool checked, FileLookup *lookup, OpenedFile *ret) {
        NO_CANCELLATION_HERE;
        NTSTATUS status = STATUS_OBJECT_NAME_COLLISION;

        for (int i = 0; i < TRIES; i++) {
                if (lookup->place.fd >= 0)
                        return open_existing(wish, checked, lookup, ret);
                status = make_new(wish, checked, lookup, ret);
                if (status != STATUS_OBJECT_NAME_COLLISION || wish->disposition == FILE_CREATE)
                        break;
                status = file_place_look(&lookup->place, lookup->fold);
                if (!NT_SUCCESS(status))
                        break;
        }
        if (!NT_SUCCESS(status) && ret->made)
                opened_file_unmake(ret, lookup);
        return status;
}

/* READONLY is added to what the file has: if it had it, it would not be overwritten. */
static NTSTATUS set_read_only(const OpenedFile *opened) {
        return fchmod(opened->cutting, opened->about.st_mode & 07777 & ~0222u) < 0
                               ? file_status(errno)
                               : STATUS_SUCCESS;
}

NTSTATUS opened_file_cut(const OpenedFile *opened, const FileWish *wish) {
        NO_CANCELLATION_HERE;
        NTSTATUS status;

        if (opened->cutting < 0)
                return STATUS_SUCCESS;
        if (ftruncate(opened->cutting, 0) < 0)
                return file_status(errno);
        status = allocate(opened->cutting, wish->allocation);
        if (NT_SUCCESS(status) && wish->attributes & FILE_ATTRIBUTE_READONLY)
                status = set_read_only(opened);
        return status;
}

void opened_file_unmake(const OpenedFile *opened, const FileLookup *lookup) {
        const FilePlace *place = &lookup->place;
        struct stat there;

        if (fstatat(place->parent, place->leaf, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
                        there.st_dev == opened->about.st_dev &&
                        there.st_ino == opened->about.st_ino)
                unlinkat(place->parent, place->leaf,
                                S_ISDIR(opened->about.st_mode) ? AT_REMOVEDIR : 0);
}
