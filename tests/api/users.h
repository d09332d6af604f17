#pragma once

/*
 * Several users of one system instance
 *
 * Each test has a daemon of its own that serves all users. Needs root, to become two other users;
 * otherwise the program is skipped.
 */

#include <check.h>
#include <stdint.h>
#include <sys/types.h>

/* Nobody's, as far as one can know; no account needs to exist. */
#define ALICE 61001u
#define BOB   61002u

/* A process of a user; it is let go with @go, and its exit status must be 0. */
typedef struct User {
        pid_t pid;
        int ready[2];
        int go[2];
} User;

/* Starts a process of @uid, and of the group of that number, that does @body. */
void user_start(User *user, uid_t uid, void (*body)(User *user));

/* In the user's process: says that it has got so far, and waits to be let go on. */
void user_pause(User *user);

/* The same, and says a number. */
void user_pause_with(User *user, uint64_t number);

/* Waits until it has got so far. Return: what it said. */
uint64_t user_wait_ready(User *user);

/* Lets it go and waits for its end. */
void user_finish(User *user);

/* All of it at once. */
void run_as(uid_t uid, void (*body)(User *user));

/* A daemon before each test, which must hold nothing after it. */
void users_add_fixtures(TCase *tests);

/* Ends the test's daemon and starts another with this configuration. */
void users_restart(const char *config);

/* Return: what main() returns. */
int users_main(const char *name, void (*add)(TCase *tests));
