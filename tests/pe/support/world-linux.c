/* The same program linked with libzw. */

#include <stdlib.h>
#include <unistd.h>
#include <zw/zw.h>

#include "world.h"

SIZE_T world_read(void *buffer, SIZE_T size) {
        ssize_t n = read(STDIN_FILENO, buffer, size);

        return n > 0 ? (SIZE_T) n : 0;
}

int world_has(const char *service) {
        return service != NULL;
}

void world_write(const void *text, SIZE_T size) {
        while (size > 0) {
                ssize_t n = write(STDOUT_FILENO, text, size);

                if (n <= 0)
                        _exit(125);
                text = (const char *) text + n;
                size -= (SIZE_T) n;
        }
}

void world_exit(NTSTATUS status) {
        exit(status & 0xff);
}

int main(void) {
        zw_enable_fault_recovery();
        return world_main() & 0xff;
}
