#pragma once

/*
 * What tests of security need: tokens of users, and descriptors from their text
 */

#include <check.h>
#include <glib.h>

#include "security-descriptor.h"
#include "security.h"
#include "token.h"

#define DAEMON_OWNER 1000u
#define USER         1001u
#define STRANGER     1002u
#define USER_SID     "S-1-22-1-1001"
#define STRANGER_SID "S-1-22-1-1002"
#define GROUP_SID    "S-1-22-2-1001" /* USER's primary one */

/* What descriptors of tests begin with: owned by a stranger. */
#define FOREIGN "O:" STRANGER_SID "G:SY"

/* A token in a system instance; the group has the number of the user. */
Token *fixture_token(uid_t uid);

/* The same with all that it holds enabled. */
Token *fixture_enabled_token(uid_t uid);

/* Makes a group of @token count as @attributes say. */
void fixture_set_group(Token *token, const char *sid, uint32_t attributes);

/* A descriptor that stays where it is. */
typedef struct Descriptor {
        void *data;
        size_t size;
        DescriptorView view;
} Descriptor;

Descriptor *fixture_descriptor(const char *sddl);
void descriptor_free(Descriptor *descriptor);

/* The whole text of a descriptor. */
char *fixture_text(const Security *security);
char *fixture_text_of(const void *data, size_t size, SECURITY_INFORMATION information);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Descriptor, descriptor_free)
