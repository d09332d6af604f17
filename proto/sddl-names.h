#pragma once

/*
 * The words of SDDL: what both its reader and its writer look up
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sid.h"

/* A word and what it stands for. Tables end with an empty one. */
typedef struct SddlWord {
        const char *word;
        uint32_t value;
} SddlWord;

extern const SddlWord sddl_kinds[];         /* of entries */
extern const SddlWord sddl_refused_kinds[]; /* that exist in Windows only */
extern const SddlWord sddl_flags[];         /* of entries */
extern const SddlWord sddl_rights[];        /* those that are written first; then those only read */
extern const SddlWord sddl_label_rights[];
extern const SddlWord sddl_dacl_control[];
extern const SddlWord sddl_sacl_control[];

/* An ACL that is present and NULL. */
#define SDDL_NULL_ACL "NO_ACCESS_CONTROL"

/* The longest word that @text begins with; NULL if it begins with none. */
const SddlWord *sddl_word_at(const SddlWord *table, const char *text);

/* The word for @value; NULL if there is none. */
const SddlWord *sddl_word_of(const SddlWord *table, uint32_t value);

/* The two letters of a SID, NULL if it has none; and back. */
const char *sddl_alias_of(const SID *sid);
bool sddl_alias_at(const char *text, SidBuffer *ret);
