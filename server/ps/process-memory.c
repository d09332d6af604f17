#include "process-memory.h"

#include <errno.h>
#include <sys/mman.h>

#include "cleanup.h"
#include "memory-file.h"
#include "ntstatus.h"
#include "status.h"

NTSTATUS process_memory_init(
                ProcessMemory *memory, bool shared, uint32_t process_id, uint32_t session_id) {
        autofd int fd = -1;
        int flags = MAP_PRIVATE | MAP_ANONYMOUS;
        void *mapping = NULL;

        *memory = (ProcessMemory){ .fd = -1 };
        if (shared) {
                fd = memory_file_new("ntobj-process", sizeof(ProcessPage));
                if (fd < 0)
                        return nt_status_from_errno(-fd);
                flags = MAP_SHARED;
        }
        mapping = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, flags | MAP_NORESERVE, fd,
                        0);
        if (mapping == MAP_FAILED)
                return nt_status_from_errno(errno);

        memory->page = mapping;
        memory->fd = fd_steal(&fd);
        memory->page->magic = PROCESS_PAGE_MAGIC;
        memory->page->version = PROCESS_PAGE_VERSION;
        memory->page->size = sizeof(ProcessPage);
        memory->page->process_id = process_id;
        memory->page->session_id = session_id;
        return STATUS_SUCCESS;
}

void process_memory_clear(ProcessMemory *memory) {
        if (memory->page)
                munmap(memory->page, sizeof(ProcessPage));
        memory->page = NULL;
        memory->fd = fd_close(memory->fd);
}
