#include "copied-pages.h"

#include <fcntl.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "region.h"

/* Bits of an entry of pagemap: Linux's Documentation/admin-guide/mm/pagemap.rst. */
#define PAGEMAP_FILE_OR_SHARED (1ull << 61)
#define PAGEMAP_SWAPPED        (1ull << 62)
#define PAGEMAP_PRESENT        (1ull << 63)

#define ENTRIES_AT_ONCE 512u

static bool is_copy(uint64_t entry) {
        return entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED) && !(entry & PAGEMAP_FILE_OR_SHARED);
}

bool copied_pages_find(uintptr_t address, uintptr_t end, uintptr_t *ret_end) {
        NO_CANCELLATION_HERE;
        autofd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
        uint64_t entries[ENTRIES_AT_ONCE];
        uintptr_t at = address;
        bool copied = false;

        *ret_end = end;
        while (fd >= 0 && at < end) {
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
