#pragma once

/*
 * Where this process's daemon listens
 */

#include <stdbool.h>
#include <sys/un.h>

#include "ntdef.h"

typedef struct ServerAddress {
        struct sockaddr_un socket;
        bool may_start;     /* the user's own: a daemon is started there if none listens */
        bool public_parent; /* its folder lies in /tmp, where anybody may have made it */
} ServerAddress;

/**
 * server_address_find() - where to connect to
 * @address: a path, "system", or NULL: what NTOBJ_ADDRESS says, or else the user's own
 *
 * The environment is not asked in a set-id program.
 *
 * Return: STATUS_SUCCESS, or STATUS_INVALID_PARAMETER for an address that is empty or too long.
 */
NTSTATUS server_address_find(const char *address, ServerAddress *ret);

/**
 * server_folder_check() - whether the socket's folder can be trusted
 *
 * One with a public parent must be a real folder of this user's that others cannot enter.
 *
 * Return: 0, -ENOENT if there is none, -EPERM, or -errno.
 */
int server_folder_check(const ServerAddress *address);

/* The folder that the socket lies in, in @folder of the size of a socket's path. */
void server_address_folder(const ServerAddress *address, char *folder);

/**
 * server_may_be_trusted() - whether the peer of a connected socket may be our daemon
 *
 * It must run as this user, as root, or as the user "ntobjd". Only for the last, user databases are
 * asked (which may load name service modules into the program), when it is neither of the others.
 */
bool server_may_be_trusted(int fd);
