#pragma once

/*
 * Messages between a script and its processes: a length, and a GVariant of an agreed type
 */

#include <glib.h>
#include <stdint.h>

#define MESSAGE_NO_END INT64_MAX

/* Each returns 0; -ETIMEDOUT at @deadline (of g_get_monotonic_time()); -EPIPE if the other end is
 * gone; -EPROTO for what is no such message; or -errno. */
int message_send(int socket, GVariant *message, int64_t deadline);
int message_receive(int socket, const char *type, int64_t deadline, GVariant **ret);
