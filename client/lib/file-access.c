#include "file-access.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "cleanup.h"
#include "file-link.h"
#include "file-walk.h"
#include "ntfile.h"
#include "ntstatus.h"

#define ALWAYS     (FILE_READ_ATTRIBUTES | FILE_READ_EA | READ_CONTROL | SYNCHRONIZE)
#define WRITING    (FILE_WRITE_DATA | FILE_APPEND_DATA)
#define DESCRIBING (FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA)
#define OWNING     (WRITE_DAC | WRITE_OWNER)

static bool may(int fd, int mode) {
        return faccessat(fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

static bool is_mine(const struct stat *about) {
        uid_t user = geteuid();

        return user == 0 || user == about->st_uid;
}

static bool may_be_deleted(int fd, const struct stat *about) {
        autocleanup(file_link_clear) FileLink link = FILE_LINK_NONE;
        struct stat parent;

        if (!NT_SUCCESS(file_link_find(fd, &link)) || fstat(link.parent, &parent) < 0)
                return false;
        if (parent.st_mode & S_ISVTX && !is_mine(about) && !is_mine(&parent))
                return false;
        return may(link.parent, W_OK | X_OK);
}

static ACCESS_MASK possible_on_directory(int fd) {
        ACCESS_MASK possible = 0;

        if (may(fd, R_OK))
                possible |= FILE_LIST_DIRECTORY;
        if (may(fd, X_OK))
                possible |= FILE_TRAVERSE;
        if (may(fd, W_OK | X_OK))
                possible |= WRITING | FILE_DELETE_CHILD | DESCRIBING;
        return possible;
}

static ACCESS_MASK possible_on_file(int fd, const struct stat *about) {
        ACCESS_MASK possible = FILE_DELETE_CHILD;

        if (may(fd, R_OK))
                possible |= FILE_READ_DATA | FILE_EXECUTE;
        else if (may(fd, X_OK))
                possible |= FILE_EXECUTE;
        if (may(fd, W_OK))
                possible |= DESCRIBING | (file_is_read_only(about) ? 0 : WRITING);
        return possible;
}

static NTSTATUS check_wish(ACCESS_MASK wanted) {
        if (wanted & ACCESS_SYSTEM_SECURITY)
                return STATUS_PRIVILEGE_NOT_HELD;
        if (wanted == 0 || wanted & ~(FILE_ALL_ACCESS | MAXIMUM_ALLOWED))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

static NTSTATUS grant(ACCESS_MASK wanted, ACCESS_MASK possible, ACCESS_MASK *ret_granted) {
        if (wanted & ~(possible | MAXIMUM_ALLOWED))
                return STATUS_ACCESS_DENIED;
        *ret_granted = wanted & MAXIMUM_ALLOWED ? possible : wanted;
        return STATUS_SUCCESS;
}

NTSTATUS file_access_decide(
                int fd, const struct stat *about, ACCESS_MASK wanted, ACCESS_MASK *ret_granted) {
        ACCESS_MASK possible = ALWAYS;
        NTSTATUS status;

        status = check_wish(wanted);
        if (!NT_SUCCESS(status))
                return status;
        possible |= S_ISDIR(about->st_mode) ? possible_on_directory(fd)
                                            : possible_on_file(fd, about);
        if (is_mine(about))
                possible |= DESCRIBING | OWNING;
        if (wanted & (DELETE | MAXIMUM_ALLOWED) && may_be_deleted(fd, about))
                possible |= DELETE;
        return grant(wanted, possible, ret_granted);
}

NTSTATUS file_access_of_maker(ACCESS_MASK wanted, ACCESS_MASK *ret_granted) {
        NTSTATUS status = check_wish(wanted);

        return NT_SUCCESS(status) ? grant(wanted, FILE_ALL_ACCESS, ret_granted) : status;
}

int file_access_flags(const struct stat *about, ACCESS_MASK granted) {
        bool reads = granted & FILE_READ_DATA, writes = granted & WRITING;

        if (S_ISDIR(about->st_mode))
                return reads ? O_RDONLY | O_DIRECTORY : O_PATH;
        if (!reads && !writes)
                return O_PATH;
        return !writes ? O_RDONLY : reads ? O_RDWR : O_WRONLY;
}
