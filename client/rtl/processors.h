#pragma once

/*
 * Spinning
 *
 * Looking again and again whether a lock is free pays only where its owner can run meanwhile.
 */

#include <stdbool.h>

/* Whether this machine has more than one processor; asked for once. */
bool several_processors(void);
