#pragma once

/*
 * Slim reader/writer locks, for other Rtl functions
 */

#include <stdbool.h>

#include "ntrtlsync.h"

void srw_lock_acquire(RTL_SRWLOCK *lock, bool shared);
void srw_lock_release(RTL_SRWLOCK *lock, bool shared);
