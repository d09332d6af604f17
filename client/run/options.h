#pragma once

/*
 * The command line of ntrun
 */

#include <stdbool.h>
#include <stddef.h>

/* Exit codes that are ntrun's own; see ntrun(1). */
typedef enum RunExit {
        RUN_MISSING_FUNCTION = 124, /* the program called a function that nobody provides */
        RUN_FAILED = 125,           /* ntrun itself: usage, no daemon, no memory */
        RUN_CANNOT_RUN = 126,       /* the program is there, but cannot be run */
        RUN_NOT_FOUND = 127,        /* it is not there */
} RunExit;

typedef enum RunTask {
        TASK_RUN,
        TASK_IMPORTS,
        TASK_HELP,
        TASK_VERSION,
} RunTask;

typedef struct RunOptions {
        RunTask task;
        bool json;               /* reports are JSON objects */
        bool allow_missing_dlls; /* functions of a DLL that is not found are missing functions */
        const char **dll_paths;  /* folders to look for DLLs in, after the program's own */
        size_t n_dll_paths;
        const char *program;    /* TASK_RUN, TASK_IMPORTS: a path of Linux */
        char *const *arguments; /* of the program, without its name; ends with NULL */
} RunOptions;

/**
 * options_parse() - read ntrun's own arguments
 * @options: is filled in; points into @argv; for options_clear(), on failure too
 *
 * Options end where the program's name stands: what follows is the program's. What is wrong is said
 * on standard error.
 *
 * Return: whether they make sense.
 */
bool options_parse(RunOptions *options, int argc, char **argv);
void options_clear(RunOptions *options);

/* Writes what --help says to standard output. Return: whether it could be written. */
bool options_help(void);
