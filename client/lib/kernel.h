#pragma once

/*
 * An older kernel than the one that runs
 *
 * With NTOBJ_TEST_KERNEL=6.1 in the environment, what newer kernels have added is taken to be
 * missing, so that what is done instead can be tested anywhere.
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool kernel_acts_old(void) {
        const char *kernel = getenv("NTOBJ_TEST_KERNEL");

        return kernel && strcmp(kernel, "6.1") == 0;
}
