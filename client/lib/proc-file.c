#include "proc-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

/* Return: bytes read until the end, or until @max. */
static size_t read_all(int fd, char *to, size_t max) {
        size_t size = 0;

        while (size < max) {
                ssize_t n = read(fd, to + size, max - size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        break;
                size += (size_t) n;
        }
        return size;
}

char *proc_file_read(const char *path, size_t max) {
        int before = errno;
        autofd int fd = open(path, O_RDONLY | O_CLOEXEC);
        char *text = fd < 0 ? NULL : malloc(max + 1);

        if (text)
                text[read_all(fd, text, max)] = 0;
        errno = before;
        return text;
}
