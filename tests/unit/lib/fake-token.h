#pragma once

/*
 * A daemon that knows one token
 *
 * Answers what stub-daemon.c does not: queries of the token, which the test may change, and
 * requests to do something with it, which are noted.
 */

#include <stdbool.h>

#include "ntobj.pb-c.h"
#include "ntsecurity.h"
#include "sid.h"

/* What the last requests said. */
typedef struct TokenSaid {
        uint64_t luids[64];
        uint32_t attributes[64];
        size_t n;
        bool disable_all;
        unsigned n_adjusted;
        uint32_t level, type, access;
        bool had_process;
} TokenSaid;

extern TokenSaid said;

/* The token that the daemon tells of: of @user_sid and one group, with SeSecurity, which is
 * disabled, and SeChangeNotify. */
extern Nt__QueryTokenReply told;
extern SidBuffer user_sid, group_sid;

/* A handle to it with all rights, which the test may change too. */
extern HANDLE token;

/* With stub_clear() the fixture of a test. */
void fake_token_setup(void);

/* Another handle to the token. */
HANDLE open_token(ACCESS_MASK access);

/* A handle that is none of a token. */
HANDLE make_section(void);
