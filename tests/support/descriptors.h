#pragma once

/*
 * Descriptors that a test must not leak
 */

#include <check.h>

/* How many descriptors this process has open. */
unsigned descriptors_count(void);

/* Makes every test of @tests fail that ends with more open descriptors than it began with. */
void descriptors_watch(TCase *tests);
