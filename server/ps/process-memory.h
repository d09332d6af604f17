#pragma once

/*
 * A process's words: in a page that it maps too, or the server's own for a client without a page.
 */

#include <stdbool.h>
#include <stdint.h>

#include "process-page.h"

typedef struct ProcessMemory {
        ProcessPage *page;
        int fd; /* of the page until the client has it; -1 without one */
} ProcessMemory;

/* Return: STATUS_SUCCESS, STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS process_memory_init(
                ProcessMemory *memory, bool shared, uint32_t process_id, uint32_t session_id);
void process_memory_clear(ProcessMemory *memory);
