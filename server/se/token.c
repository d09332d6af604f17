#include "token.h"

#define ALL_PRIVILEGES                                                                             \
        (SE_LOCK_MEMORY | SE_SECURITY | SE_TAKE_OWNERSHIP | SE_CREATE_PERMANENT |                  \
                        SE_CHANGE_NOTIFY | SE_CREATE_GLOBAL)
#define OWNER_PRIVILEGES (ALL_PRIVILEGES & ~SE_TAKE_OWNERSHIP)

Token *token_new(uid_t uid, gid_t gid, uid_t owner, bool system) {
        Token *token = g_new0(Token, 1);

        token->n_refs = 1;
        token->uid = uid;
        token->gid = gid;
        token->trusted = uid == 0 || (!system && uid == owner);
        token->privileges = SE_CHANGE_NOTIFY;
        if (uid == 0)
                token->privileges = ALL_PRIVILEGES;
        else if (token->trusted)
                token->privileges = OWNER_PRIVILEGES;
        return token;
}

Token *token_ref(Token *token) {
        token->n_refs++;
        return token;
}

Token *token_unref(Token *token) {
        if (token && --token->n_refs == 0)
                g_free(token);
        return NULL;
}

bool token_has(const Token *token, uint64_t privilege) {
        return (token->privileges & privilege) == privilege;
}
