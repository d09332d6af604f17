#pragma once

/*
 * Endpoints
 *
 * An Endpoint is the listening socket and its name in the file system. At most one daemon has an
 * address: who takes or gives up a name holds a lock beside it meanwhile ("<path>.lock"), a socket
 * that still answers is never replaced, and only the socket that we bound is ever removed. A socket
 * handed over by a service manager is used, and never removed.
 */

#include <stdbool.h>
#include <sys/types.h>

typedef struct Endpoint Endpoint;

/**
 * endpoint_bind() - take an address
 * @path: absolute, short enough for a socket address
 * @mode: permissions of the socket
 * @ret:  listening, close-on-exec, non-blocking
 * Return: 0; -EADDRINUSE if a live server has the address; -EEXIST if there is something that is
 * not a socket; or -errno.
 */
int endpoint_bind(const char *path, mode_t mode, Endpoint **ret);

/**
 * endpoint_adopt_take() - use a socket that somebody else bound
 * @fd: a listening socket; consumed, on failure too
 * Return: 0; -EPROTOTYPE if it is not a listening local SOCK_SEQPACKET socket; or -errno.
 */
int endpoint_adopt_take(int fd, Endpoint **ret);

/* Withdraws the name first, if it is ours. NULL is ignored; returns NULL. */
Endpoint *endpoint_free(Endpoint *endpoint);

int endpoint_fd(const Endpoint *endpoint);

/* The path, "@name" for an abstract one, "" for a socket without a name. */
const char *endpoint_path(const Endpoint *endpoint);

/**
 * endpoint_retire() - stop being found, unless somebody is at the door
 *
 * For a server that would like to end because nobody needs it: between finding the socket and
 * connecting to it a client must not lose its server.
 *
 * Return: true if the name is gone and nobody has connected; otherwise all is as before.
 */
bool endpoint_retire(Endpoint *endpoint);

/**
 * endpoint_make_folder() - make the folder that a user's own socket lies in
 * @path: of the socket
 * Return: 0 if the folder is there, ours, nobody else's to enter, and no link; -EPERM if it is not;
 * or -errno.
 */
int endpoint_make_folder(const char *path);
