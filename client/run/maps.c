#include "maps.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_SIZE 4352 /* a line with the longest path there is */

static const char *read_hex(const char *at, uint64_t *ret) {
        for (*ret = 0;; at++) {
                if (*at >= '0' && *at <= '9')
                        *ret = *ret << 4 | (uint64_t) (*at - '0');
                else if (*at >= 'a' && *at <= 'f')
                        *ret = *ret << 4 | (uint64_t) (*at - 'a' + 10);
                else
                        return at;
        }
}

/* "begin-end rwxp offset device inode  path" */
static bool parse_line(const char *text, Mapping *ret) {
        const char *at = read_hex(text, &ret->begin), *slash;

        if (*at++ != '-')
                return false;
        at = read_hex(at, &ret->end);
        if (strlen(at) < 5)
                return false;
        ret->is_readable = at[1] == 'r';
        ret->is_writable = at[2] == 'w';
        ret->is_executable = at[3] == 'x';
        for (int n_fields = 0; n_fields < 4 && *at; n_fields++) {
                while (*at == ' ')
                        at++;
                while (*at && *at != ' ')
                        at++;
        }
        while (*at == ' ')
                at++;
        slash = strrchr(at, '/');
        ret->name = slash ? slash + 1 : at;
        return true;
}

void maps_read(bool (*take)(void *context, const Mapping *mapping), void *context) {
        int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
        char buffer[BUFFER_SIZE], *begin, *newline;
        bool goes_on = fd >= 0;
        size_t length = 0;
        Mapping mapping;

        while (goes_on) {
                ssize_t n = read(fd, buffer + length, sizeof(buffer) - 1 - length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        break;
                length += (size_t) n;
                buffer[length] = 0;
                for (begin = buffer; goes_on && (newline = strchr(begin, '\n'));
                                begin = newline + 1) {
                        *newline = 0;
                        goes_on = !parse_line(begin, &mapping) || take(context, &mapping);
                }
                length -= (size_t) (begin - buffer);
                memmove(buffer, begin, length);
                if (length == sizeof(buffer) - 1) /* no line is so long */
                        length = 0;
        }
        if (fd >= 0)
                close(fd);
}

typedef struct Access {
        uint64_t address;
        bool write, execute, is_allowed;
} Access;

static bool take_access(void *context, const Mapping *mapping) {
        Access *access = context;

        if (access->address >= mapping->end)
                return true;
        access->is_allowed = access->address >= mapping->begin &&
                             (access->execute                ? mapping->is_executable
                                             : access->write ? mapping->is_writable
                                                             : mapping->is_readable);
        return false;
}

bool maps_allow(uint64_t address, bool write, bool execute) {
        Access access = { address, write, execute, false };

        maps_read(take_access, &access);
        return access.is_allowed;
}
