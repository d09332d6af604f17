#pragma once

/*
 * Running a script, and what is said of it
 *
 * A step that fails ends its test: what is left of the test is not run. A test that is one line
 * ends all the lines that follow it, up to the next named one, for they build upon it.
 */

#include "cli.h"
#include "script.h"

typedef struct RunOptions {
        bool keep_going;  /* run what follows a failure, too */
        bool fail_fast;   /* run nothing more after a failure, not even other tests */
        unsigned seconds; /* that one step may take */
} RunOptions;

/* Attaches the script's processes to the daemon at @cli's path. Return: the code to exit with. */
CliExit script_run(const Cli *cli, const Script *script, const RunOptions *options);
