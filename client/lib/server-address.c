#include "server-address.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "ntstatus.h"

#define SERVICE_USER "ntobjd"

/* An empty or relative value is as good as none (XDG Base Directory Specification 0.8). */
static const char *runtime_folder(void) {
        const char *runtime = secure_getenv("XDG_RUNTIME_DIR");

        return runtime && runtime[0] == '/' ? runtime : NULL;
}

NTSTATUS server_address_find(const char *address, ServerAddress *ret) {
        ServerAddress found = { 0 };

        if (!address) {
                address = secure_getenv("NTOBJ_ADDRESS");
                if (address && address[0] == '\0')
                        address = NULL;
        }
        if (address_resolve(address, runtime_folder(), &found.socket) < 0)
                return STATUS_INVALID_PARAMETER;
        found.may_start = !address;
        found.public_parent = !address && !runtime_folder();
        *ret = found;
        return STATUS_SUCCESS;
}

void server_address_folder(const ServerAddress *address, char *folder) {
        char *end;

        memcpy(folder, address->socket.sun_path, sizeof(address->socket.sun_path));
        end = strrchr(folder, '/');
        *(end ? end : folder) = '\0';
}

int server_folder_check(const ServerAddress *address) {
        char folder[sizeof(address->socket.sun_path)];
        struct stat about;

        if (!address->public_parent)
                return 0;
        server_address_folder(address, folder);
        if (lstat(folder, &about) < 0)
                return -errno;
        if (!S_ISDIR(about.st_mode) || about.st_uid != geteuid() || (about.st_mode & 077) != 0)
                return -EPERM;
        return 0;
}

static bool is_service_user(uid_t uid) {
        char buffer[4096];
        struct passwd entry, *found = NULL;

        return getpwnam_r(SERVICE_USER, &entry, buffer, sizeof(buffer), &found) == 0 && found &&
               found->pw_uid == uid;
}

bool server_may_be_trusted(int fd) {
        struct ucred peer;
        socklen_t size = sizeof(peer);

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || size != sizeof(peer))
                return false;
        return peer.uid == geteuid() || peer.uid == 0 || is_service_user(peer.uid);
}
