#pragma once

/*
 * Tokens: who a process is
 *
 * Made from what the kernel says of the peer when it attaches, and never changed. Privileges are a
 * bit each, numbered as NT numbers them.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SE_LOCK_MEMORY      (UINT64_C(1) << 4)
#define SE_SECURITY         (UINT64_C(1) << 8)
#define SE_TAKE_OWNERSHIP   (UINT64_C(1) << 9)
#define SE_CREATE_PERMANENT (UINT64_C(1) << 16)
#define SE_CHANGE_NOTIFY    (UINT64_C(1) << 23)
#define SE_CREATE_GLOBAL    (UINT64_C(1) << 30)

typedef struct Token {
        unsigned n_refs;
        uid_t uid;
        gid_t gid;
        uint64_t privileges;
        bool trusted; /* the daemon's owner or root: what nobody else may open, these may */
} Token;

/**
 * token_new() - the token of a peer
 * @uid, @gid: as the kernel reports them
 * @owner:     uid of the daemon
 * @system:    one daemon serves all users: only root is trusted; otherwise its owner is, too
 *
 * The owner of a per-user daemon holds SeChangeNotify, SeCreateGlobal, SeCreatePermanent,
 * SeSecurity and SeLockMemory; in a system instance uid 0 holds all, everybody else SeChangeNotify.
 *
 * Return: a token with one reference.
 */
Token *token_new(uid_t uid, gid_t gid, uid_t owner, bool system);
Token *token_ref(Token *token);
Token *token_unref(Token *token);

bool token_has(const Token *token, uint64_t privilege);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Token, token_unref)
