#pragma once

/*
 * The namespace
 *
 * One tree of directories, with what exists at the start: the roots that NT programs expect, and
 * for each session its own BaseNamedObjects and DosDevices. `\??` is not in the tree: it means the
 * DosDevices of whoever says it, with the global ones behind them. Private namespaces are not in it
 * either: private-namespace.h.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "directory.h"
#include "generation.h"
#include "security.h"

typedef struct Namespace Namespace;

/**
 * namespace_new() - the tree as it is at the start
 * @security: where its descriptors are kept; must live as long
 * @system:   session 0 is the global one, each other uid has its own; otherwise there is session 1
 *            only
 */
Namespace *namespace_new(GenerationCounters *generation, SecurityStore *security, bool system);

/* All clients must be gone. */
void namespace_free(Namespace *ns);

Directory *namespace_root(const Namespace *ns);
NameSeed *namespace_seed(const Namespace *ns);
SecurityStore *namespace_security(const Namespace *ns);

/* Where private namespaces have their names; clients never get hold of it. */
Directory *namespace_private(const Namespace *ns);

/* Makes the session's directories, which are @uid's, if they are not there yet. */
void namespace_add_session(Namespace *ns, ULONG session, uid_t uid);

/* What `\??` means in a session: its DosDevices, or the global ones. */
Directory *namespace_dos_devices(const Namespace *ns, ULONG session);

/* Named permanent objects that clients made: while there is one, the daemon must not go. */
uint64_t namespace_permanent_count(const Namespace *ns);
