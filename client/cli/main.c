#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const Command *const commands[] = {
        &ls_command,
        &tree_command,
        &stat_command,
        &stats_command,
        &script_command,
        &session_command,
        NULL,
};

static const Command *command_find(const char *name) {
        for (size_t i = 0; commands[i]; i++) {
                if (g_str_equal(commands[i]->name, name))
                        return commands[i];
        }
        return NULL;
}

/* Output that is lost is a failure: a full disk must not look like an empty directory. */
static CliExit finish_output(CliExit code) {
        bool failed = ferror(stdout);

        if (fflush(stdout) != 0 || failed) {
                fprintf(stderr, "ntobj: cannot write the output: %s\n", strerror(errno));
                return code == CLI_OK ? CLI_FAILED : code;
        }
        return code;
}

static CliExit run(int argc, char **argv) {
        g_auto(Cli) cli = { 0 };
        const Command *command;

        cli_init(&cli);
        if (!cli_parse_globals(&cli, commands, &argc, &argv))
                return CLI_USAGE;
        if (argc < 2) {
                fprintf(stderr, "ntobj: which command? See 'ntobj --help'\n");
                return CLI_USAGE;
        }

        command = command_find(argv[1]);
        if (!command) {
                fprintf(stderr, "ntobj: there is no command '%s'; see 'ntobj --help'\n", argv[1]);
                return CLI_USAGE;
        }
        return finish_output(command->run(&cli, command, argc - 1, argv + 1));
}

int main(int argc, char **argv) {
        setlocale(LC_ALL, "");
        return (int) run(argc, argv);
}
