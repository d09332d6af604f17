#pragma once

/*
 * The listener accepts connections and hands them to the table of peers. When descriptors run out
 * it refuses those who come instead of letting them wait, and never spins.
 */

#include "log.h"

typedef struct Endpoint Endpoint;
typedef struct Listener Listener;
typedef struct PeerTable PeerTable;
struct event_base;

/* All arguments are used until listener_free(). NULL if the loop takes no more events. */
Listener *
listener_new(struct event_base *base, const Endpoint *endpoint, PeerTable *peers, const Log *log);

/* Accepts no more; the endpoint stays as it is. NULL is ignored; returns NULL. */
Listener *listener_free(Listener *listener);

/* A descriptor may be free again: goes on if it had to pause. */
void listener_resume(Listener *listener);
