#pragma once

/*
 * Tokens: who a process is
 *
 * A user, groups, privileges and defaults for what the user makes. Made from what the kernel says
 * of the peer when it attaches; who it names never changes after that, and only its privileges can
 * be switched on and off. A Token says nothing of handles: token-object.h makes it an object.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ntsecurity.h"
#include "sid.h"

/* A privilege's number to its bit. */
#define SE_BIT(privilege) (UINT64_C(1) << (privilege))

typedef struct TokenGroup {
        SidBuffer sid;
        uint32_t attributes; /* SE_GROUP_ */
} TokenGroup;

typedef struct Token {
        unsigned n_refs;
        uid_t uid; /* Linux's, for quotas and statistics */
        gid_t gid;
        bool trusted; /* root, or the owner of a per-user daemon: may be a kernel persona */

        SidBuffer user;
        SidBuffer owner;         /* of what the user makes */
        SidBuffer primary_group; /* the same */
        ACL *default_dacl;       /* the same: user and SYSTEM everything */
        TokenGroup *groups;
        size_t n_groups;
        uint32_t integrity;          /* SECURITY_MANDATORY_..._RID */
        uint64_t privileges;         /* SE_BIT()s that it holds */
        uint64_t enabled;            /* of these, those that count */
        uint64_t enabled_by_default; /* those that were enabled when it was made */
        ULONG session;

        bool impersonation;
        SECURITY_IMPERSONATION_LEVEL level; /* of an impersonation token */
        uint64_t id;                        /* never used twice while the server runs */
        uint64_t logon_id;                  /* the same for all tokens of a uid */
        uint64_t modified_id;               /* changes with the token */
} Token;

/* What more the administrator gives to a uid or a gid. */
typedef struct TokenRule {
        bool group; /* @id is a gid */
        uint32_t id;
        uint64_t privileges; /* SE_BIT()s */
        const SidBuffer *sids;
        size_t n_sids;
} TokenRule;

/* Who is asked for. */
typedef struct TokenSource {
        uid_t uid;
        gid_t gid;
        const gid_t *groups; /* supplementary ones; may include @gid */
        size_t n_groups;
        uid_t daemon_owner; /* uid of the daemon */
        bool system;        /* one daemon serves all users */
        gid_t ntobjd_group; /* members hold SeCreateGlobal in a system instance; (gid_t) -1: none */
        ULONG session;
        const TokenRule *rules;
        size_t n_rules;
} TokenSource;

/**
 * token_new() - the token of a peer
 *
 * User S-1-22-1-uid; groups S-1-22-2-gid, Everyone, Authenticated Users; for uid 0 also SYSTEM and
 * Administrators, for the owner of a per-user daemon, who administers it, Administrators; an
 * integrity label (system for uid 0, otherwise medium; it is not among @groups). Privileges: the
 * owner of a per-user daemon holds SeChangeNotify, SeCreateGlobal, SeCreatePermanent, SeSecurity
 * and SeLockMemory; in a system instance uid 0 holds all, members of the group ntobjd
 * SeCreateGlobal, everybody SeChangeNotify; root attached to a per-user daemon holds all. What
 * rules say comes on top. All are enabled, but for SeSecurity, SeTakeOwnership, SeRestore, SeDebug,
 * SeRelabel, SeTcb and SeCreateToken of uid 0, which programs enable when they use them; what the
 * owner of a per-user daemon holds is enabled, be it root.
 *
 * Return: STATUS_SUCCESS with one reference, or STATUS_NO_MEMORY.
 */
NTSTATUS token_new(const TokenSource *source, Token **ret);

/* A copy with an id of its own. */
NTSTATUS token_duplicate(const Token *token,
                bool impersonation,
                SECURITY_IMPERSONATION_LEVEL level,
                Token **ret);

Token *token_ref(Token *token);
Token *token_unref(Token *token);

/* Whether all @privileges (SE_BIT()s) are held and enabled. */
bool token_has(const Token *token, uint64_t privileges);

/* Whether the SID counts when rights are given, and when they are refused (deny-only ones too). */
bool token_allows_sid(const Token *token, const SID *sid);
bool token_denies_sid(const Token *token, const SID *sid);

/* Whether it may be the owner of what the token makes: the user, or a group marked for it. */
bool token_may_own(const Token *token, const SID *sid);

/**
 * token_adjust() - switch privileges on and off
 * @enable, @disable, @remove: SE_BIT()s; those that are not held are passed over. What is both
 *                             enabled and disabled is disabled, and what is removed is gone.
 * Return: those that are enabled and were not, or the other way round, or are gone.
 */
uint64_t token_adjust(Token *token, uint64_t enable, uint64_t disable, uint64_t remove);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Token, token_unref)
