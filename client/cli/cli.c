#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"

/* What a person can do about a failure. */
typedef struct Hint {
        NTSTATUS status;
        const char *text;
} Hint;

static const Hint attach_hints[] = {
        { STATUS_PORT_CONNECTION_REFUSED, "nobody listens there, or it is neither you nor root nor "
                                          "ntobjd; start a daemon "
                                          "with 'ntobjd', or run a command in a session of its own "
                                          "with 'ntobj session run'" },
        { STATUS_ACCESS_DENIED,
                        "it does not serve you: a user's own daemon serves its owner and root" },
        { STATUS_REVISION_MISMATCH, "it is of another version; compare 'ntobjd --version'" },
        { STATUS_QUOTA_EXCEEDED, "you have as many programs attached to it as you may" },
        { STATUS_SUCCESS, NULL },
};

static const Hint hints[] = {
        { STATUS_OBJECT_NAME_NOT_FOUND, "there is no such name; 'ntobj ls' of its directory shows "
                                        "those there are" },
        { STATUS_OBJECT_PATH_NOT_FOUND, "a directory on the way to it does not exist; 'ntobj tree' "
                                        "shows those that do" },
        { STATUS_OBJECT_PATH_SYNTAX_BAD, "a path begins with a backslash and does not end with "
                                         "one; quote it, or the shell "
                                         "takes the backslashes away: '\\BaseNamedObjects'" },
        { STATUS_OBJECT_NAME_INVALID,
                        "no component of a path may be empty; it does not end with a backslash" },
        { STATUS_OBJECT_TYPE_MISMATCH,
                        "it is an object of another type; 'ntobj stat' shows which" },
        { STATUS_ACCESS_DENIED, "the object's security does not grant you that" },
        { STATUS_PORT_DISCONNECTED, "the daemon ended or closed the connection" },
        { STATUS_QUOTA_EXCEEDED,
                        "the daemon lets you hold no more; 'ntobj stats' shows what you hold" },
        { STATUS_SUCCESS, NULL },
};

void cli_init(Cli *cli) {
        *cli = (Cli){ .utf8 = g_get_charset(NULL) };
}

void cli_clear(Cli *cli) {
        g_free(cli->address);
        g_free(cli->when);
        g_free(cli->path);
        *cli = (Cli){ 0 };
}

/* https://no-color.org: any value but the empty one. */
static bool colors_wanted(void) {
        const char *refused = g_getenv("NO_COLOR");
        const char *terminal = g_getenv("TERM");

        if (refused && *refused)
                return false;
        return isatty(STDOUT_FILENO) && terminal && !g_str_equal(terminal, "dumb");
}

static bool choose_colors(Cli *cli, GError **error) {
        if (!cli->when || g_str_equal(cli->when, "auto")) {
                cli->color = colors_wanted();
        } else if (g_str_equal(cli->when, "always") || g_str_equal(cli->when, "never")) {
                cli->color = g_str_equal(cli->when, "always");
        } else {
                g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                                "--color is auto, always or never, not '%s'", cli->when);
                return false;
        }
        return true;
}

static void add_common_entries(GOptionContext *context, Cli *cli) {
        const GOptionEntry entries[] = {
                { "address", 'a', 0, G_OPTION_ARG_FILENAME, &cli->address,
                                "Ask the daemon that listens at ADDRESS: a socket's path, or "
                                "\"system\"",
                                "ADDRESS" },
                { "json", 'j', 0, G_OPTION_ARG_NONE, &cli->json, "Write JSON (see ntobj(1))",
                                NULL },
                { "color", 0, 0, G_OPTION_ARG_STRING, &cli->when,
                                "Use colours: auto, always or never", "WHEN" },
                G_OPTION_ENTRY_NULL,
        };

        g_option_context_add_main_entries(context, entries, NULL);
}

static bool parse(GOptionContext *context, Cli *cli, int *argc, char ***argv) {
        g_autofree char *address = g_steal_pointer(&cli->address);
        g_autofree char *when = g_steal_pointer(&cli->when);
        g_autoptr(GError) error = NULL;
        bool parsed = g_option_context_parse(context, argc, argv, &error);

        /* What the options before the command said holds unless those behind it say otherwise. */
        if (!cli->address)
                cli->address = g_steal_pointer(&address);
        if (!cli->when)
                cli->when = g_steal_pointer(&when);
        if (parsed && choose_colors(cli, &error))
                return true;
        fprintf(stderr, "ntobj: %s; see '%s --help'\n", error->message, g_get_prgname());
        return false;
}

static char *describe_commands(const Command *const *commands) {
        GString *text = g_string_new("Commands:");

        for (; *commands; commands++) {
                g_autofree char *usage =
                                g_strdup_printf("%s %s", (*commands)->name, (*commands)->arguments);

                g_string_append_printf(text, "\n  %-44s %s", usage, (*commands)->summary);
        }
        g_string_append(text, "\n\n'ntobj COMMAND --help' tells more, ntobj(1) everything.");
        return g_string_free(text, FALSE);
}

bool cli_parse_globals(Cli *cli, const Command *const *commands, int *argc, char ***argv) {
        g_autoptr(GOptionContext) context = g_option_context_new("COMMAND");
        g_autofree char *description = describe_commands(commands);
        gboolean version = FALSE;
        const GOptionEntry entries[] = {
                { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and end", NULL },
                G_OPTION_ENTRY_NULL,
        };

        g_set_prgname("ntobj");
        g_option_context_set_summary(
                        context, "Looks into the NT object namespace of a running ntobjd.");
        g_option_context_set_description(context, description);
        g_option_context_set_strict_posix(context, TRUE);
        add_common_entries(context, cli);
        g_option_context_add_main_entries(context, entries, NULL);
        if (!parse(context, cli, argc, argv))
                return false;

        if (version) {
                printf("ntobj %s\n", NTOBJD_VERSION);
                exit(CLI_OK);
        }
        return true;
}

static GOptionContext *context_new(const Command *command, const GOptionEntry *entries) {
        GOptionContext *context = g_option_context_new(command->arguments);
        g_autofree char *name = g_strdup_printf("ntobj %s", command->name);

        g_set_prgname(name);
        g_option_context_set_summary(context, command->description);
        if (entries)
                g_option_context_add_main_entries(context, entries, NULL);
        return context;
}

/* GOption leaves a "--" where it is when words follow that it did not need to protect. */
static void drop_separator(int *argc, char **argv) {
        if (*argc < 2 || !g_str_equal(argv[1], "--"))
                return;
        memmove(argv + 1, argv + 2, (size_t) (*argc - 1) * sizeof(*argv));
        (*argc)--;
}

bool cli_parse(Cli *cli,
                const Command *command,
                const GOptionEntry *entries,
                int *argc,
                char ***argv,
                int at_most) {
        g_autoptr(GOptionContext) context = context_new(command, entries);

        add_common_entries(context, cli);
        if (!parse(context, cli, argc, argv))
                return false;

        drop_separator(argc, *argv);
        if (at_most >= 0 && *argc - 1 > at_most) {
                cli_misused(command, "'%s' is one argument too many", (*argv)[at_most + 1]);
                return false;
        }
        return true;
}

bool cli_parse_strictly(Cli *cli,
                const Command *command,
                const GOptionEntry *entries,
                int *argc,
                char ***argv) {
        g_autoptr(GOptionContext) context = context_new(command, entries);

        g_option_context_set_strict_posix(context, TRUE);
        if (!parse(context, cli, argc, argv))
                return false;

        drop_separator(argc, *argv);
        return true;
}

char *cli_status_text(NTSTATUS status) {
        const char *name = zw_status_name(status);

        return name ? g_strdup(name) : g_strdup_printf("0x%08X", (unsigned) status);
}

static void say_failed(const Hint *known, NTSTATUS status, const char *tried) {
        g_autofree char *text = cli_status_text(status);

        fprintf(stderr, "ntobj: %s: %s\n", tried, text);
        for (; known->text; known++) {
                if (known->status == status)
                        fprintf(stderr, "       %s\n", known->text);
        }
}

bool cli_locate(Cli *cli) {
        const char *address = cli->address ? cli->address : g_getenv("NTOBJ_ADDRESS");
        struct sockaddr_un socket_address;
        int r;

        r = address_resolve(address, g_getenv("XDG_RUNTIME_DIR"), &socket_address);
        if (r < 0) {
                fprintf(stderr, "ntobj: the daemon's address is %s\n",
                                r == -ENAMETOOLONG ? "too long for a socket's path" : "empty");
                return false;
        }

        /* By its path, even the user's own: libzw starts a daemon for those who name none. */
        cli->path = g_strdup(socket_address.sun_path);
        return true;
}

CliExit cli_unreachable(const Cli *cli, NTSTATUS status) {
        g_autofree char *tried = g_strdup_printf("cannot attach to a daemon at %s", cli->path);

        say_failed(attach_hints, status, tried);
        return CLI_UNREACHABLE;
}

CliExit cli_attach(Cli *cli) {
        NTSTATUS status;

        if (!cli_locate(cli))
                return CLI_USAGE;
        status = zw_attach(cli->path, 0);
        return NT_SUCCESS(status) ? CLI_OK : cli_unreachable(cli, status);
}

CliExit cli_misused(const Command *command, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        fputs("ntobj: ", stderr);
        vfprintf(stderr, format, arguments);
        fprintf(stderr, "\nUsage: ntobj %s %s\n", command->name, command->arguments);
        va_end(arguments);
        return CLI_USAGE;
}

CliExit cli_worse(CliExit a, CliExit b) {
        return a > b ? a : b;
}

CliExit cli_incomplete(CliExit code) {
        if (code == CLI_UNREACHABLE)
                fputs("ntobj: the daemon went away; the rest is missing\n", stderr);
        else if (code != CLI_OK)
                fputs("ntobj: not all of it may be looked at; statuses say where\n", stderr);
        return code;
}

CliExit cli_failed(NTSTATUS status, const char *format, ...) {
        g_autofree char *tried = NULL;
        va_list arguments;

        va_start(arguments, format);
        tried = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        say_failed(hints, status, tried);
        return status == STATUS_PORT_DISCONNECTED ? CLI_UNREACHABLE : CLI_FAILED;
}

char *cli_print_name(const Cli *cli, const Name *name) {
        return name_print(name, cli->utf8);
}

const char *cli_color_begin(const Cli *cli, const char *type) {
        static const struct {
                const char *type;
                const char *sequence;
        } colors[] = {
                { "Directory", "\033[1;34m" },
                { "SymbolicLink", "\033[36m" },
                { "Section", "\033[32m" },
        };

        for (size_t i = 0; cli->color && i < G_N_ELEMENTS(colors); i++) {
                if (g_str_equal(colors[i].type, type))
                        return colors[i].sequence;
        }
        return "";
}

const char *cli_color_end(const Cli *cli, const char *type) {
        return *cli_color_begin(cli, type) ? "\033[0m" : "";
}

void cli_json_error(JsonWriter *json, NTSTATUS status) {
        g_autofree char *code = g_strdup_printf("0x%08X", (unsigned) status);
        const char *name = zw_status_name(status);

        json_begin_object(json, "error");
        if (name)
                json_string(json, "status", name);
        else
                json_null(json, "status");
        json_string(json, "code", code);
        json_end_object(json);
}
