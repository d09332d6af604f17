#pragma once

/*
 * Several users of one system instance
 *
 * Needs root, to become others; without, the suite is skipped. Each user's part is a process of its
 * own, which ends with need() (scene.h) where it finds something wrong.
 */

#include <check.h>
#include <sys/types.h>

#include "daemon.h"
#include "scene.h"

/* Nobody's, as far as one can know; no account needs to exist. */
#define ALICE 61001u
#define BOB   61002u
#define STAFF 61003u /* a group */

#define ALICES_SID "S-1-22-1-61001"
#define BOBS_SID   "S-1-22-1-61002"
#define STAFFS_SID "S-1-22-2-61003"

/* Where their programs make names: what NT's Win32 layer would put before "Local\\". */
#define ALICES u"\\Sessions\\61001\\BaseNamedObjects"
#define BOBS   u"\\Sessions\\61002\\BaseNamedObjects"

/* A process of a user that does something; it is let go with @go, and its exit status must be 0. */
typedef struct User {
        pid_t pid;
        int ready[2];
        int go[2];
} User;

/* A process of @uid, with the group of the same number only, that does @body. */
void user_start(User *user, uid_t uid, void (*body)(User *user));

/* The same, as a member of @group too. */
void user_start_in(User *user, uid_t uid, gid_t group, void (*body)(User *user));

/* In the user's process: says that it has got so far, and waits to be let go on. */
void user_pause(User *user);

void user_wait_ready(User *user);
void user_finish(User *user);

/* All of it at once. */
void users_run(uid_t uid, void (*body)(User *user));

/* The instance, to which NTOBJ_ADDRESS points. */
Daemon *users_daemon(void);

/* Ends it and starts another with this configuration. */
void users_restart(const char *config);

/* Opens the section, and closes it again. */
NTSTATUS users_try_open(const WCHAR *name, ACCESS_MASK access);

/* As api_main(), for a system instance. */
int users_main(const char *name, double seconds, void (*add)(TCase *tests));
