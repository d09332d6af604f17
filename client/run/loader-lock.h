#pragma once

/*
 * The loader's lock
 *
 * loader.h has loader_lock() and loader_unlock(); this is what LdrLockLoaderLock() needs beyond.
 */

#include <stdbool.h>

#include "peb.h"

void loader_lock_init(Peb *peb); /* PEB.LoaderLock */
bool loader_try_lock(void);
bool loader_lock_is_mine(void);
