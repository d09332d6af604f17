#include "section-commit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "cleanup.h"
#include "commit-bitmap.h"
#include "memory-file.h"
#include "ntstatus.h"
#include "status.h"

#define PAGE_SIZE 4096u

/* Memory and swap, as they are when somebody first asks: a machine seldom gets more. */
static uint64_t machine_memory(void) {
        static uint64_t memory;
        struct sysinfo info;

        if (memory == 0)
                memory = sysinfo(&info) < 0 ? UINT64_MAX
                                            : (uint64_t) (info.totalram + info.totalswap) *
                                                              info.mem_unit;
        return memory;
}

NTSTATUS section_check_commit(ULONG attributes, uint64_t size) {
        if (attributes & SEC_COMMIT && size > machine_memory())
                return STATUS_COMMITMENT_LIMIT;
        if (attributes & SEC_RESERVE && size >= SECTION_RESERVE_MAX)
                return STATUS_INSUFFICIENT_RESOURCES;
        return STATUS_SUCCESS;
}

struct SectionCommit {
        int fd;
        QuotaCharge charge;
};

void section_commit_free(SectionCommit *commit) {
        if (!commit)
                return;
        fd_close(commit->fd);
        quota_charge_release(&commit->charge);
        g_free(commit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SectionCommit, section_commit_free)

static NTSTATUS make_bits(Section *section) {
        g_autoptr(SectionCommit) commit = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (section->commit)
                return STATUS_SUCCESS;
        commit = g_new0(SectionCommit, 1);
        commit->fd = -1;
        status = quota_charge(section->object.charge.quota, QUOTA_DESCRIPTORS, 1, &commit->charge);
        if (!NT_SUCCESS(status))
                return status;
        commit->fd = memory_file_new("nt-commit", commit_bitmap_size(section->size / PAGE_SIZE));
        if (commit->fd < 0)
                return nt_status_from_errno(-commit->fd);
        section->commit = g_steal_pointer(&commit);
        return STATUS_SUCCESS;
}

NTSTATUS section_open_commit(Section *section, ACCESS_MASK access, int *ret_fd) {
        NTSTATUS status = make_bits(section);
        int fd = -1;

        if (!NT_SUCCESS(status))
                return status;
        fd = memory_file_reopen(
                        section->commit->fd, access & SECTION_MAP_WRITE ? O_RDWR : O_RDONLY);
        if (fd < 0)
                return nt_status_from_errno(-fd);
        *ret_fd = fd;
        return STATUS_SUCCESS;
}

/*
 * Memory that is short is an error of fallocate(); in a write to the mapping it would be a signal.
 * Processes write to the bits meanwhile, so that they are set by atomic operations, never written.
 */
static NTSTATUS set_bits(const Section *section, uint64_t first, uint64_t end) {
        CommitBitmap bitmap = { .n_pages = section->size / PAGE_SIZE };
        size_t size = (size_t) commit_bitmap_size(bitmap.n_pages);
        uint64_t summary = commit_bitmap_summary_size(bitmap.n_pages);
        uint64_t at = summary + first / 8, until = summary + (end - 1) / 8 + 1;
        void *memory = NULL;

        if (fallocate(section->commit->fd, 0, 0, (off_t) summary) < 0 ||
                        fallocate(section->commit->fd, 0, (off_t) at, (off_t) (until - at)) < 0)
                return nt_status_from_errno(errno);
        memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, section->commit->fd, 0);
        if (memory == MAP_FAILED)
                return nt_status_from_errno(errno);
        bitmap.words = memory;
        commit_bitmap_set(&bitmap, first, end);
        munmap(memory, size);
        return STATUS_SUCCESS;
}

NTSTATUS section_commit(Section *section, uint64_t first, uint64_t n_pages) {
        uint64_t all = section->size / PAGE_SIZE;
        NTSTATUS status = STATUS_SUCCESS;

        if (!(section->attributes & SEC_RESERVE) || n_pages == 0 || n_pages > COMMIT_PAGES_MOST ||
                        first > all || n_pages > all - first)
                return STATUS_INVALID_PARAMETER;
        status = make_bits(section);
        return NT_SUCCESS(status) ? set_bits(section, first, first + n_pages) : status;
}
