#pragma once

/*
 * A private folder for one test
 */

#include <glib.h>

typedef struct Scratch Scratch;

/* Makes an empty folder that only this user can enter. What goes wrong is the test's failure. */
Scratch *scratch_new(void);

const char *scratch_path(const Scratch *scratch);

/* Removes the folder with everything in it. */
void scratch_free(Scratch *scratch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)
