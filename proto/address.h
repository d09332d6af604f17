#pragma once

/*
 * Where the server listens
 *
 * The same rule on both sides: the word "system" names /run/ntobjd/socket, another address is a
 * path. Without one, the user's own is $XDG_RUNTIME_DIR/ntobjd/socket, or without that variable
 * /tmp/ntobjd-UID/socket.
 */

#include <stddef.h>
#include <sys/un.h>

#define ADDRESS_SYSTEM "/run/ntobjd/socket"

/**
 * address_resolve() - turn what a user may write into a socket's path
 * @address: "system", a path, or NULL for the user's own
 * @runtime: $XDG_RUNTIME_DIR as the caller trusts it, or NULL; one that is not absolute is ignored,
 *           as its specification demands
 * @ret:     the address to bind or connect to
 * Return: 0, or -ENAMETOOLONG, or -EINVAL for an empty one.
 */
int address_resolve(const char *address, const char *runtime, struct sockaddr_un *ret);
