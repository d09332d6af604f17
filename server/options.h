#pragma once

/*
 * What the command line asks for
 */

#include <glib.h>
#include <stdbool.h>

#include "log.h"

typedef struct Options {
        char *address; /* path of the socket, absolute */
        bool own;      /* ... which is the user's own, so that its folder is ours to make */
        bool system;
        bool foreground;
        bool version;
        char *config; /* absolute; NULL for the usual places */
        unsigned idle_exit;
        int print_address; /* a descriptor, or -1 */
        bool log_level_fixed;
        LogLevel log_level;
} Options;

/**
 * options_parse() - read the command line
 * @arguments: NULL-terminated, changed
 * @options:   zeroed; options_clear() it whatever happens
 *
 * --help is answered here, and ends the program.
 */
bool options_parse(char **arguments, Options *options, GError **error);

void options_clear(Options *options);

/**
 * options_find_config() - the configuration file to read
 * Return: NULL if there is none, the caller's otherwise.
 */
char *options_find_config(const Options *options);
