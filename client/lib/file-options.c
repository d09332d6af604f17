#include "file-options.h"

#include "ntiofile.h"
#include "ntstatus.h"

#define SHARES      (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)
#define OPTIONS     0x00FFFFFFu /* FILE_VALID_OPTION_FLAGS */

/* FILE_VALID_DIRECTORY_OPTIONS would be more, but these are what the I/O manager lets pass. */
#define OF_DIRECTORIES                                                                             \
        (FILE_DIRECTORY_FILE | SYNCHRONOUS | FILE_WRITE_THROUGH | FILE_COMPLETE_IF_OPLOCKED |      \
                        FILE_OPEN_FOR_BACKUP_INTENT | FILE_DELETE_ON_CLOSE |                       \
                        FILE_OPEN_FOR_FREE_SPACE_QUERY | FILE_OPEN_BY_FILE_ID |                    \
                        FILE_NO_COMPRESSION | FILE_OPEN_REPARSE_POINT | FILE_OPEN_NO_RECALL |      \
                        FILE_NO_EA_KNOWLEDGE | FILE_OPEN_REMOTE_INSTANCE |                         \
                        FILE_OPEN_REQUIRING_OPLOCK | FILE_DISALLOW_EXCLUSIVE | FILE_SESSION_AWARE)

#define SUPPORTED                                                                                  \
        (FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE | SYNCHRONOUS | FILE_WRITE_THROUGH |        \
                        FILE_SEQUENTIAL_ONLY | FILE_RANDOM_ACCESS |                                \
                        FILE_NO_INTERMEDIATE_BUFFERING | FILE_DELETE_ON_CLOSE |                    \
                        FILE_COMPLETE_IF_OPLOCKED | FILE_NO_EA_KNOWLEDGE | FILE_NO_COMPRESSION |   \
                        FILE_OPEN_NO_RECALL | FILE_OPEN_REPARSE_POINT |                            \
                        FILE_OPEN_FOR_BACKUP_INTENT)

static bool has_all(ULONG options, ULONG flags) {
        return (options & flags) == flags;
}

static bool options_fit(const FileWish *wish) {
        ULONG options = wish->options;

        if (options & ~OPTIONS || has_all(options, SYNCHRONOUS))
                return false;
        if (has_all(options, FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE))
                return false;
        if (has_all(options, FILE_COMPLETE_IF_OPLOCKED | FILE_RESERVE_OPFILTER))
                return false;
        if (options & FILE_DIRECTORY_FILE &&
                        (options & ~OF_DIRECTORIES || file_wish_overwrites(wish)))
                return false;
        return true;
}

/* The rights are looked at as the caller gave them: generic ones are not yet what they stand for.
 */
static bool access_fits(const FileWish *wish) {
        ULONG options = wish->options;

        if (options & SYNCHRONOUS && !(wish->access & SYNCHRONIZE))
                return false;
        if (options & FILE_DELETE_ON_CLOSE && !(wish->access & DELETE))
                return false;
        return !(options & FILE_NO_INTERMEDIATE_BUFFERING && wish->access & FILE_APPEND_DATA);
}

NTSTATUS file_wish_check(const FileWish *wish) {
        if (wish->attributes & ~FILE_ATTRIBUTE_VALID_FLAGS || wish->share & ~SHARES ||
                        wish->disposition > FILE_OVERWRITE_IF)
                return STATUS_INVALID_PARAMETER;
        return options_fit(wish) && access_fits(wish) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS file_wish_check_support(const FileWish *wish) {
        if (wish->has_ea)
                return STATUS_EAS_NOT_SUPPORTED;
        return wish->options & ~SUPPORTED ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
}

bool file_wish_overwrites(const FileWish *wish) {
        return wish->disposition == FILE_SUPERSEDE || wish->disposition == FILE_OVERWRITE ||
               wish->disposition == FILE_OVERWRITE_IF;
}

bool file_wish_creates(const FileWish *wish) {
        return wish->disposition != FILE_OPEN && wish->disposition != FILE_OVERWRITE;
}
