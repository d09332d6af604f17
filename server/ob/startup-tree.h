#pragma once

/*
 * The start-up tree: what exists before any client does
 *
 * All of it is permanent for good: a client that has the right to may take a permanent object's
 * permanence away, but not that of these.
 */

#include "namespace.h"

/* Makes the directories, links and type objects that every instance has. */
void startup_tree_make(Namespace *ns);

/* Adds one directory or link, whose parent exists. @sddl: its descriptor as text (sddl.h). The tree
 * keeps the object: what is returned is no reference. */
Directory *startup_tree_add_directory(Namespace *ns, const char *path, const char *sddl);
void startup_tree_add_link(Namespace *ns, const char *path, const char *target);

/* The same for an object of any other type, which is consumed. */
void startup_tree_add_take(Namespace *ns, const char *path, Object *object, const char *sddl);

/* One of its objects, which exists; no reference. */
Object *startup_tree_find(const Namespace *ns, const char *path);

/* A descriptor for what the server makes itself, of its text; the caller owns a reference. */
Security *startup_security(SecurityStore *store, const char *sddl);
