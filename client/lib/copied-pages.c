#include "copied-pages.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "kernel.h"
#include "region.h"

/* Bits of an entry of pagemap: Linux's Documentation/admin-guide/mm/pagemap.rst. */
#define PAGEMAP_FILE_OR_SHARED (1ull << 61)
#define PAGEMAP_SWAPPED        (1ull << 62)
#define PAGEMAP_PRESENT        (1ull << 63)

#define ENTRIES_AT_ONCE 512u

/*
 * Since 6.7 Linux looks for such pages itself, and passes over what is not there: linux/fs.h,
 * PAGEMAP_SCAN.
 */
typedef struct FoundPages {
        uint64_t start;
        uint64_t end;
        uint64_t categories;
} FoundPages;

typedef struct PagesScan {
        uint64_t size;
        uint64_t flags;
        uint64_t start;
        uint64_t end;
        uint64_t walk_end;
        uint64_t found_at;
        uint64_t n_found;
        uint64_t n_pages_max;
        uint64_t inverted; /* categories that a page is not to have */
        uint64_t all_of;
        uint64_t any_of;
        uint64_t reported;
} PagesScan;

#define PAGES_SCAN      _IOWR('f', 16, PagesScan)
#define PAGE_HAS_FILE   0x04u
#define PAGE_IS_PRESENT 0x08u
#define PAGE_IS_SWAPPED 0x10u

/* Finds the first copies from @address on. Return: how many runs there are, 0 or 1; -1 on failure.
 */
static int copies_scan(int fd, uintptr_t address, uintptr_t end, FoundPages *ret) {
        PagesScan scan = {
                .size = sizeof(scan),
                .start = address,
                .end = end,
                .found_at = (uintptr_t) ret,
                .n_found = 1,
                .inverted = PAGE_HAS_FILE,
                .all_of = PAGE_HAS_FILE,
                .any_of = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
                .reported = PAGE_HAS_FILE,
        };

        if (kernel_acts_old())
                return -1;
        return ioctl(fd, PAGES_SCAN, &scan);
}

static bool is_copy(uint64_t entry) {
        return entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED) && !(entry & PAGEMAP_FILE_OR_SHARED);
}

static bool copies_list(int fd, uintptr_t address, uintptr_t end, uintptr_t *ret_end) {
        uint64_t entries[ENTRIES_AT_ONCE];
        uintptr_t at = address;
        bool copied = false;

        *ret_end = end;
        while (at < end) {
                size_t n = (end - at) / REGION_PAGE_SIZE;
                ssize_t got;

                if (n > (at == address ? 8 : ENTRIES_AT_ONCE))
                        n = at == address ? 8 : ENTRIES_AT_ONCE;
                got = pread(fd, entries, n * sizeof(*entries),
                                (off_t) (at / REGION_PAGE_SIZE * sizeof(*entries)));
                if (got < (ssize_t) sizeof(*entries))
                        break;
                n = (size_t) got / sizeof(*entries);
                if (at == address)
                        copied = is_copy(entries[0]);
                for (size_t i = 0; i < n; i++, at += REGION_PAGE_SIZE) {
                        if (is_copy(entries[i]) != copied) {
                                *ret_end = at;
                                return copied;
                        }
                }
        }
        return copied;
}

bool copied_pages_find(uintptr_t address, uintptr_t end, uintptr_t *ret_end) {
        NO_CANCELLATION_HERE;
        autofd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
        FoundPages found = { .start = end, .end = end };

        *ret_end = end;
        if (fd < 0 || address >= end)
                return false;
        if (copies_scan(fd, address, end, &found) < 0)
                return copies_list(fd, address, end, ret_end);
        *ret_end = found.start > address ? found.start : found.end;
        return found.start == address;
}
