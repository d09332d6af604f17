#pragma once

/*
 * The command line
 *
 * What all commands share: the options that each of them has, the way to a daemon, and how a
 * failure is told. A failure says what was tried, the status by name, and what can be done.
 */

#include <glib.h>
#include <stdbool.h>

#include "json.h"
#include "name.h"
#include "zw.h"

/* Exit codes. Those of `session run` are its command's, beside these. */
typedef enum CliExit {
        CLI_OK = 0,
        CLI_FAILED = 1, /* an operation's status was a failure, or the output could not be written
                         */
        CLI_USAGE = 2,  /* the command line makes no sense */
        CLI_UNREACHABLE = 3, /* no daemon, or it went away */
        CLI_TIMEOUT = 124,   /* `session run --timeout` had to end the command */
} CliExit;

typedef struct Cli {
        char *address; /* --address, or NULL */
        gboolean json; /* --json */
        char *when;    /* --color, or NULL */
        bool color;    /* standard output takes colours */
        bool utf8;     /* so do we print */
        char *path;    /* of the daemon's socket, once attached */
} Cli;

typedef struct Command {
        const char *name;
        const char *arguments; /* what follows it, for people */
        const char *summary;
        const char *description;
        CliExit (*run)(Cli *cli, const struct Command *command, int argc, char **argv);
} Command;

extern const Command ls_command;
extern const Command tree_command;
extern const Command stat_command;
extern const Command stats_command;
extern const Command script_command;
extern const Command session_command;

void cli_init(Cli *cli);
void cli_clear(Cli *cli);

/* The options that come before the command: stops at the first word that is none. */
bool cli_parse_globals(Cli *cli, const Command *const *commands, int *argc, char ***argv);

/**
 * cli_parse() - a command's options
 * @entries: those that the command has of its own, or NULL
 * @argc:    with @argv: the command's name and what follows it; left with the arguments that remain
 * @at_most: how many those may be; -1 for any number
 * Return: whether the command line makes sense; if not, that has been said. --help ends the
 * program.
 */
bool cli_parse(Cli *cli,
                const Command *command,
                const GOptionEntry *entries,
                int *argc,
                char ***argv,
                int at_most);

/* As cli_parse(), for a command whose arguments are another program's: stops at the first of them.
 */
bool cli_parse_strictly(Cli *cli,
                const Command *command,
                const GOptionEntry *entries,
                int *argc,
                char ***argv);

/* Attaches to the daemon that the user means; never starts one. Failures have been said. */
CliExit cli_attach(Cli *cli);

/* Finds out where that daemon listens, into @cli's path. A failure has been said. */
bool cli_locate(Cli *cli);

/* Says that attaching to the daemon at @cli's path failed. Returns CLI_UNREACHABLE. */
CliExit cli_unreachable(const Cli *cli, NTSTATUS status);

/* Says that the command line makes no sense, and why. Returns CLI_USAGE. */
CliExit cli_misused(const Command *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Says that @tried failed with @status, and what can be done. Returns the code to exit with. */
CliExit cli_failed(NTSTATUS status, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What to exit with after two of several things: the worse. */
CliExit cli_worse(CliExit a, CliExit b);

/* Says, if @code is a failure, that what was shown is marked where it is incomplete. Returns @code.
 */
CliExit cli_incomplete(CliExit code);

/* The name of a status, or its number in hexadecimal; the caller frees it. */
char *cli_status_text(NTSTATUS status);

/* A name for this terminal; the caller frees it. */
char *cli_print_name(const Cli *cli, const Name *name);

/* The escape sequences around an object of @type, or empty strings. */
const char *cli_color_begin(const Cli *cli, const char *type);
const char *cli_color_end(const Cli *cli, const char *type);

/* Writes a failure into the object that is open: "error" with "status" and "code". */
void cli_json_error(JsonWriter *json, NTSTATUS status);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cli, cli_clear)
