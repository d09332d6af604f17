#pragma once

/*
 * Fault recovery, for the rest of the library
 */

#include <stdbool.h>

/* Whether zw_enable_fault_recovery() has been called with success. */
bool fault_recovery_is_on(void);
