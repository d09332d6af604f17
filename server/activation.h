#pragma once

/*
 * Activation
 *
 * What a service manager tells a service, and is told by it: sockets that it bound
 * (sd_listen_fds(3)), and how the service is doing (sd_notify(3)). Both are a few lines of a
 * protocol that is documented as stable, so no library is linked for them.
 */

/**
 * activation_take_socket() - the socket that we were started with
 * @ret_fd: the caller owns it, close-on-exec; -1 if there is none
 * Return: 0; -EINVAL if the environment makes no sense, or names more than one socket.
 *
 * Forgets the variables: they concern this process only.
 */
int activation_take_socket(int *ret_fd);

/**
 * activation_notify() - tell the service manager how we are
 * @state: "READY=1" and the like; several are separated by newlines
 * Return: 0, also if nobody wants to know; or -errno.
 */
int activation_notify(const char *state);
