#pragma once

/*
 * Actors
 *
 * Who does things to names in a stress run: a thread of a process that uses libzw, or a client
 * without a page, for which the server counts. Both keep to the same history.
 */

#include <stdint.h>

#include "ntdef.h"

typedef struct Actor Actor;

/* What an actor can do. Handles are whatever the actor says they are. */
typedef struct ActorType {
        NTSTATUS(*create)
        (Actor *actor, unsigned name, ACCESS_MASK access, uint32_t object, uint64_t *ret);
        NTSTATUS (*open)(Actor *actor, unsigned name, ACCESS_MASK access, uint64_t *ret);
        NTSTATUS (*duplicate)(Actor *actor, uint64_t handle, uint64_t *ret);
        NTSTATUS (*close)(Actor *actor, uint64_t handle);

        /* The number of the object that was just opened as @handle; 0 if it cannot be told. */
        uint32_t (*identify)(Actor *actor, uint64_t handle);
} ActorType;

struct Actor {
        const ActorType *type;
        void *client; /* the RawClient of an actor without a page */
};

extern const ActorType zw_actor_type;
extern const ActorType raw_actor_type;

#define ACTOR_NAMES_MOST 10u

/* Objects are told apart by their size: the object's number, in pages. */
#define ACTOR_PAGE 4096u
