#pragma once

/*
 * The main() of a test program
 *
 * One suite, one case, every test in a process of its own with a time limit, and none may leak a
 * descriptor. CK_FORK=no runs them in this process, for a debugger.
 */

#include <check.h>

/**
 * suite_main() - run the tests of a program
 * @name:    of the suite
 * @seconds: that one test may take (times CK_TIMEOUT_MULTIPLIER from the environment)
 * @add:     adds the tests
 * Return: what main() returns.
 */
int suite_main(const char *name, double seconds, void (*add)(TCase *tests));
