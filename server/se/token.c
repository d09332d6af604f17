#include "token.h"

#include <string.h>

#include "acl.h"
#include "ntstatus.h"

#define ALL_PRIVILEGES                                                                             \
        (SE_BIT(SE_CREATE_TOKEN_PRIVILEGE) | SE_BIT(SE_LOCK_MEMORY_PRIVILEGE) |                    \
                        SE_BIT(SE_TCB_PRIVILEGE) | SE_BIT(SE_SECURITY_PRIVILEGE) |                 \
                        SE_BIT(SE_TAKE_OWNERSHIP_PRIVILEGE) |                                      \
                        SE_BIT(SE_CREATE_PERMANENT_PRIVILEGE) | SE_BIT(SE_RESTORE_PRIVILEGE) |     \
                        SE_BIT(SE_DEBUG_PRIVILEGE) | SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE) |          \
                        SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE) | SE_BIT(SE_RELABEL_PRIVILEGE) |        \
                        SE_BIT(SE_CREATE_SYMBOLIC_LINK_PRIVILEGE))

/* Of who owns a per-user daemon. */
#define OWNER_PRIVILEGES                                                                           \
        (SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE) | SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE) |                 \
                        SE_BIT(SE_CREATE_PERMANENT_PRIVILEGE) | SE_BIT(SE_SECURITY_PRIVILEGE) |    \
                        SE_BIT(SE_LOCK_MEMORY_PRIVILEGE))

/* What root holds but has to enable first. */
#define DISABLED_AT_FIRST                                                                          \
        (SE_BIT(SE_SECURITY_PRIVILEGE) | SE_BIT(SE_TAKE_OWNERSHIP_PRIVILEGE) |                     \
                        SE_BIT(SE_RESTORE_PRIVILEGE) | SE_BIT(SE_DEBUG_PRIVILEGE) |                \
                        SE_BIT(SE_RELABEL_PRIVILEGE) | SE_BIT(SE_TCB_PRIVILEGE) |                  \
                        SE_BIT(SE_CREATE_TOKEN_PRIVILEGE))

#define GROUP_ATTRIBUTES (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED)

#define FIRST_ID      UINT64_C(0x10000)
#define LOGON_OF_ROOT UINT64_C(0x3E7) /* Local System's on Windows */
#define LOGON_OF_USER (UINT64_C(1) << 62)

/* LUIDs are unique while the system runs, whoever asks for one. One thread, no atomics. */
static uint64_t next_id(void) {
        static uint64_t id = FIRST_ID;

        return id++;
}

static bool is_root(const TokenSource *source) {
        return source->uid == 0;
}

static bool is_daemon_owner(const TokenSource *source) {
        return !source->system && source->uid == source->daemon_owner;
}

static bool in_group(const TokenSource *source, gid_t gid) {
        if (source->gid == gid)
                return true;
        for (size_t i = 0; i < source->n_groups; i++) {
                if (source->groups[i] == gid)
                        return true;
        }
        return false;
}

static bool rule_applies(const TokenRule *rule, const TokenSource *source) {
        return rule->group ? in_group(source, rule->id) : source->uid == rule->id;
}

/* Twice the same SID is once. @token has room for all that token_new() adds. */
static void add_group(Token *token, const SID *sid, uint32_t attributes) {
        if (sid_equal(&token->user.sid, sid))
                return;
        for (size_t i = 0; i < token->n_groups; i++) {
                if (sid_equal(&token->groups[i].sid.sid, sid))
                        return;
        }
        sid_copy(&token->groups[token->n_groups].sid, sid);
        token->groups[token->n_groups++].attributes = attributes;
}

static NTSTATUS fill_groups(Token *token, const TokenSource *source) {
        size_t n_most = 1 + source->n_groups + 4;

        for (size_t i = 0; i < source->n_rules; i++)
                n_most += source->rules[i].n_sids;
        token->groups = g_try_new0(TokenGroup, n_most);
        if (!token->groups)
                return STATUS_NO_MEMORY;

        add_group(token, &token->primary_group.sid, GROUP_ATTRIBUTES);
        for (size_t i = 0; i < source->n_groups; i++) {
                SidBuffer group;

                sid_of_group(&group, source->groups[i]);
                add_group(token, &group.sid, GROUP_ATTRIBUTES);
        }
        add_group(token, &sid_everyone.sid, GROUP_ATTRIBUTES);
        add_group(token, &sid_authenticated.sid, GROUP_ATTRIBUTES);
        if (is_root(source))
                add_group(token, &sid_system.sid, GROUP_ATTRIBUTES);
        if (is_root(source) || is_daemon_owner(source))
                add_group(token, &sid_administrators.sid, GROUP_ATTRIBUTES | SE_GROUP_OWNER);
        for (size_t i = 0; i < source->n_rules; i++) {
                const TokenRule *rule = &source->rules[i];

                for (size_t j = 0; rule_applies(rule, source) && j < rule->n_sids; j++)
                        add_group(token, &rule->sids[j].sid, GROUP_ATTRIBUTES);
        }
        return STATUS_SUCCESS;
}

static void fill_privileges(Token *token, const TokenSource *source) {
        token->privileges = SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE);
        if (is_root(source))
                token->privileges = ALL_PRIVILEGES;
        else if (is_daemon_owner(source))
                token->privileges = OWNER_PRIVILEGES;
        else if (source->system && source->ntobjd_group != (gid_t) -1 &&
                        in_group(source, source->ntobjd_group))
                token->privileges |= SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE);
        for (size_t i = 0; i < source->n_rules; i++) {
                if (rule_applies(&source->rules[i], source))
                        token->privileges |= source->rules[i].privileges;
        }

        token->enabled = token->privileges;
        if (is_root(source))
                token->enabled &= ~DISABLED_AT_FIRST;
        if (is_daemon_owner(source))
                token->enabled |= OWNER_PRIVILEGES;
        token->enabled_by_default = token->enabled;
}

/* User and SYSTEM everything. */
static NTSTATUS fill_default_dacl(Token *token) {
        size_t capacity = sizeof(ACL) + 2 * sizeof(ACCESS_ALLOWED_ACE) + 2 * sizeof(SidBuffer);
        NTSTATUS status;

        token->default_dacl = g_try_malloc0(capacity);
        if (!token->default_dacl)
                return STATUS_NO_MEMORY;

        acl_init(token->default_dacl);
        status = acl_append(token->default_dacl, capacity, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL,
                        &token->user.sid);
        if (!NT_SUCCESS(status))
                return status;
        return acl_append(token->default_dacl, capacity, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL,
                        &sid_system.sid);
}

NTSTATUS token_new(const TokenSource *source, Token **ret) {
        g_autoptr(Token) token = g_try_new0(Token, 1);
        NTSTATUS status;

        if (!token)
                return STATUS_NO_MEMORY;
        token->n_refs = 1;
        token->uid = source->uid;
        token->gid = source->gid;
        token->trusted = is_root(source) || is_daemon_owner(source);
        sid_of_user(&token->user, source->uid);
        token->owner = token->user;
        sid_of_group(&token->primary_group, source->gid);
        token->integrity = is_root(source) ? SECURITY_MANDATORY_SYSTEM_RID
                                           : SECURITY_MANDATORY_MEDIUM_RID;
        token->session = source->session;
        token->id = next_id();
        token->modified_id = next_id();
        token->logon_id = is_root(source) ? LOGON_OF_ROOT : LOGON_OF_USER | source->uid;
        fill_privileges(token, source);
        status = fill_groups(token, source);
        if (!NT_SUCCESS(status))
                return status;
        status = fill_default_dacl(token);
        if (!NT_SUCCESS(status))
                return status;

        *ret = g_steal_pointer(&token);
        return STATUS_SUCCESS;
}

NTSTATUS token_duplicate(const Token *token,
                bool impersonation,
                SECURITY_IMPERSONATION_LEVEL level,
                Token **ret) {
        g_autoptr(Token) copy = g_try_new(Token, 1);
        size_t dacl_size = token->default_dacl ? token->default_dacl->AclSize : 0;

        if (!copy)
                return STATUS_NO_MEMORY;
        *copy = *token;
        copy->n_refs = 1;
        copy->id = next_id();
        copy->impersonation = impersonation;
        copy->level = level;
        copy->groups = g_try_new(TokenGroup, token->n_groups);
        copy->default_dacl = g_try_malloc(dacl_size);
        if ((!copy->groups && token->n_groups > 0) || (!copy->default_dacl && dacl_size > 0))
                return STATUS_NO_MEMORY;
        if (token->n_groups > 0)
                memcpy(copy->groups, token->groups, token->n_groups * sizeof(*token->groups));
        if (dacl_size > 0)
                memcpy(copy->default_dacl, token->default_dacl, dacl_size);

        *ret = g_steal_pointer(&copy);
        return STATUS_SUCCESS;
}

Token *token_ref(Token *token) {
        token->n_refs++;
        return token;
}

Token *token_unref(Token *token) {
        if (!token || --token->n_refs > 0)
                return NULL;

        g_free(token->groups);
        g_free(token->default_dacl);
        g_free(token);
        return NULL;
}

bool token_has(const Token *token, uint64_t privileges) {
        return (token->enabled & privileges) == privileges;
}

static uint32_t attributes_of(const Token *token, const SID *sid) {
        for (size_t i = 0; i < token->n_groups; i++) {
                if (sid_equal(&token->groups[i].sid.sid, sid))
                        return token->groups[i].attributes;
        }
        return 0;
}

bool token_allows_sid(const Token *token, const SID *sid) {
        uint32_t counts = SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY;

        return sid_equal(&token->user.sid, sid) ||
               (attributes_of(token, sid) & counts) == SE_GROUP_ENABLED;
}

bool token_denies_sid(const Token *token, const SID *sid) {
        uint32_t counts = SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY;

        return sid_equal(&token->user.sid, sid) || attributes_of(token, sid) & counts;
}

bool token_may_own(const Token *token, const SID *sid) {
        return sid_equal(&token->user.sid, sid) || attributes_of(token, sid) & SE_GROUP_OWNER;
}

uint64_t token_adjust(Token *token, uint64_t enable, uint64_t disable, uint64_t remove) {
        uint64_t privileges = token->privileges & ~remove;
        uint64_t enabled = (token->enabled | enable) & ~disable & privileges;
        uint64_t changed = (token->enabled ^ enabled) | (token->privileges ^ privileges);

        token->privileges = privileges;
        token->enabled = enabled;
        token->enabled_by_default &= privileges;
        if (changed)
                token->modified_id = next_id();
        return changed;
}
