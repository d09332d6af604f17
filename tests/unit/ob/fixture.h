#pragma once

/*
 * A namespace with processes that have nothing but their words: what the object layer is tested
 * with.
 */

#include <stdbool.h>

#include "grant.h"
#include "namespace.h"
#include "open.h"
#include "token.h"

typedef struct World {
        GenerationCounters *generation;
        SecurityStore *security;
        Namespace *ns;
        QuotaTable *quotas;
        Quota *quota;
        Token *token;
} World;

void world_init(World *world);
void world_clear(World *world);

/* A process: its words and its grants. */
typedef struct Actor {
        GrantWord *words;
        GrantViews *views;
        GrantTable *grants;
} Actor;

void actor_init(Actor *actor, World *world);
void actor_clear(Actor *actor); /* ends it, if it has not ended, and gives everything back */

/* An object type without a body. */
extern const ObjectType plain_type;

/* Opens or creates @name, in ASCII, as @actor. */
NTSTATUS world_create(World *world,
                Actor *actor,
                const char *name,
                ULONG attributes,
                const ObjectType *type,
                GrantName *ret);
NTSTATUS world_open(World *world,
                Actor *actor,
                const char *name,
                ULONG attributes,
                const ObjectType *type,
                GrantName *ret);
NTSTATUS world_create_link(
                World *world, Actor *actor, const char *name, const char *target, GrantName *ret);

/* What libzw does: counts one handle less, and tells the server if the word says so. */
void actor_close(Actor *actor, GrantName name);
