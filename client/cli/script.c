/*
 * ntobj script: the command. The language is in script-parse.c, what can be called in
 * script-call*.c.
 */

#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "script-run.h"

#define SECONDS_DEFAULT 30
#define SCRIPT_SIZE_MAX (64u * 1024 * 1024)

static const char *presence_end(const Parameter *parameter) {
        return parameter->presence == PARAMETER_REQUIRED ? "" : "]";
}

static void print_service(const Service *service) {
        printf("%s", service->name);
        for (const Parameter *parameter = service->parameters; parameter->name; parameter++)
                printf(" %s%s%s%s", parameter->presence == PARAMETER_REQUIRED ? "" : "[",
                                parameter->name, parameter->presence == PARAMETER_NAMED ? "=" : "",
                                presence_end(parameter));
        if (service->outputs->name)
                printf("\n        gives");
        for (const Output *output = service->outputs; output->name; output++)
                printf(" %s", output->name);
        putchar('\n');
}

static bool read_stream(FILE *stream, GByteArray *bytes) {
        guint8 buffer[16384];
        size_t n;

        while ((n = fread(buffer, 1, sizeof(buffer), stream)) > 0) {
                if (bytes->len + n > SCRIPT_SIZE_MAX) {
                        errno = EFBIG;
                        return false;
                }
                g_byte_array_append(bytes, buffer, (guint) n);
        }
        return !ferror(stream);
}

static bool read_script(const char *path, GByteArray *bytes) {
        FILE *stream = g_str_equal(path, "-") ? stdin : fopen(path, "re");
        bool read = stream && read_stream(stream, bytes);
        int error = errno;

        if (stream && stream != stdin)
                fclose(stream);
        if (!read)
                fprintf(stderr, "ntobj: cannot read the script %s: %s\n", path, strerror(error));
        return read;
}

static CliExit run_file(Cli *cli, const char *path, const RunOptions *options) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        const char *file = g_str_equal(path, "-") ? "standard input" : path;
        g_autoptr(Script) script = NULL;
        g_autoptr(GError) error = NULL;

        if (!read_script(path, bytes))
                return CLI_USAGE;
        script = script_parse(file, (const char *) bytes->data, bytes->len, &error);
        if (!script) {
                fprintf(stderr, "%s\n", error->message);
                return CLI_USAGE;
        }
        return cli_locate(cli) ? script_run(cli, script, options) : CLI_USAGE;
}

static CliExit script_main(Cli *cli, const Command *command, int argc, char **argv) {
        gboolean list = FALSE;
        gboolean keep_going = FALSE;
        gboolean fail_fast = FALSE;
        int seconds = SECONDS_DEFAULT;
        const GOptionEntry entries[] = {
                { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &keep_going,
                                "Run what follows a failure in its test, too", NULL },
                { "fail-fast", 'f', 0, G_OPTION_ARG_NONE, &fail_fast,
                                "Run nothing more after a test that failed", NULL },
                { "timeout", 't', 0, G_OPTION_ARG_INT, &seconds,
                                "Seconds that one step may take (30)", "S" },
                { "list", 'l', 0, G_OPTION_ARG_NONE, &list, "List what a script can call", NULL },
                G_OPTION_ENTRY_NULL,
        };
        RunOptions options;

        if (!cli_parse(cli, command, entries, &argc, &argv, 1))
                return CLI_USAGE;
        if (seconds < 1 || seconds > 86400)
                return cli_misused(command, "--timeout is 1 to 86400 seconds");
        if (keep_going && fail_fast)
                return cli_misused(command, "--keep-going and --fail-fast exclude each other");

        for (const Service *const *service = service_all(); list && *service; service++)
                print_service(*service);
        if (list)
                return CLI_OK;
        options = (RunOptions){ keep_going, fail_fast, (unsigned) seconds };
        return run_file(cli, argc > 1 ? argv[1] : "-", &options);
}

const Command script_command = {
        .name = "script",
        .arguments = "[FILE]",
        .summary = "Run a script of calls, as a test",
        .description = "Runs the script FILE, or standard input: one call a line, by one or more "
                       "processes, each\n"
                       "with the status that is expected of it. Says what came of it as TAP. The "
                       "language is\n"
                       "described in ntobj(1).",
        .run = script_main,
};
