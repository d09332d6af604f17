#pragma once

/*
 * A server without a transport
 *
 * Everything that rpc_handle_frame() needs, with connections that are made up: the namespace, the
 * processes and the quotas are real. What must hold after each request, and when all is over, is
 * checked here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

typedef struct RpcScene RpcScene;

#define SCENE_CONNECTIONS 8u

#define SCENE_SYSTEM 0x1u /* a system instance, with several users */
#define SCENE_SCANT  0x2u /* quotas that a few requests reach */

RpcScene *rpc_scene_new(unsigned flags);

/* Ends everything. Nothing may be left of what the connections did. */
void rpc_scene_free(RpcScene *scene);

/*
 * Serves a frame as the transport would. The descriptors that come with it are one of 16 sets:
 * bring_fds(). Without @wait, an answer that is deferred may come whenever something is waited for,
 * or never, as the connection may end before.
 */
void rpc_scene_send(RpcScene *scene,
                unsigned connection,
                const uint8_t *bytes,
                size_t size,
                unsigned fds,
                bool wait);

/* The connection joins the process of another one, whose key no input can guess. */
void rpc_scene_join(RpcScene *scene, unsigned connection, unsigned other);

/*
 * Asks by number about the object that the connection was told of last: no input can guess it. The
 * low bits of @how choose the request, the higher ones are its OBJ_ flags.
 */
enum { REFER_NAME, REFER_OPEN, REFER_GIVE_BACK, REFER_WHAT = 0x3, REFER_KERNEL_MODE = 0x8 };
void rpc_scene_refer(RpcScene *scene, unsigned connection, unsigned how);

/* What a hostile process does to its own page. @word counts 64-bit words. */
void rpc_scene_scribble(RpcScene *scene, unsigned connection, size_t word, uint64_t value);

/* Hangs up; another client takes its place. */
void rpc_scene_hang_up(RpcScene *scene, unsigned connection);

/* One slice of giving back what ended processes held. */
void rpc_scene_work(RpcScene *scene);
