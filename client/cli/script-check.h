#pragma once

/*
 * What a script expects of values
 */

#include "script.h"

/* NULL if what a STEP_EXPECT expects is so; or else what is instead, which the caller frees. */
char *script_check(const Step *step, GHashTable *variables);
