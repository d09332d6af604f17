#pragma once

/*
 * Token rules: what the administrator gives to users and groups beyond the defaults
 *
 * Lines of the configuration such as `user:alice=SeLockMemoryPrivilege` and
 * `group:staff=S-1-5-32-544`.
 */

#include <glib.h>
#include <stdbool.h>

/* An empty array of TokenRules, reference-counted as GArrays are. */
GArray *token_rules_new(void);

/* Both add a rule. @who: user:NAME, group:NAME, with a number instead of a name if one likes.
 * @what: privileges by NT's names, or SIDs; several are separated by semicolons. On failure
 * @problem says what is wrong with them. */
bool token_rules_add_privileges(
                GArray *rules, const char *who, const char *what, const char **problem);
bool token_rules_add_sids(GArray *rules, const char *who, const char *what, const char **problem);
