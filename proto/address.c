#include "address.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static int address_format(
                struct sockaddr_un *ret, const char *format, ...) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        va_list arguments;
        int length;

        va_start(arguments, format);
        length = vsnprintf(address.sun_path, sizeof(address.sun_path), format, arguments);
        va_end(arguments);
        if (length < 0 || (size_t) length >= sizeof(address.sun_path))
                return -ENAMETOOLONG;

        *ret = address;
        return 0;
}

int address_resolve(const char *address, const char *runtime, struct sockaddr_un *ret) {
        if (address && address[0] == '\0')
                return -EINVAL;
        if (address && strcmp(address, "system") == 0)
                return address_format(ret, "%s", ADDRESS_SYSTEM);
        if (address)
                return address_format(ret, "%s", address);
        if (runtime && runtime[0] == '/')
                return address_format(ret, "%s/ntobjd/socket", runtime);
        return address_format(ret, "/tmp/ntobjd-%u/socket", (unsigned) geteuid());
}
