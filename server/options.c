#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "address.h"

/* As GOption writes them. */
typedef struct RawOptions {
        char *address;
        char *config;
        char *log_level;
        gboolean foreground;
        gboolean system;
        gboolean version;
        int idle_exit;
        int print_address;
} RawOptions;

static void raw_options_clear(RawOptions *raw) {
        g_free(raw->address);
        g_free(raw->config);
        g_free(raw->log_level);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RawOptions, raw_options_clear)

static bool refuse(GError **error, const char *problem) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, problem);
        return false;
}

static bool parse_raw(char **arguments, RawOptions *raw, GError **error) {
        const GOptionEntry entries[] = {
                { "address", 'a', 0, G_OPTION_ARG_FILENAME, &raw->address,
                                "Listen at PATH, or at " ADDRESS_SYSTEM " for the word \"system\"",
                                "PATH" },
                { "config", 'c', 0, G_OPTION_ARG_FILENAME, &raw->config,
                                "Read FILE instead of the usual configuration", "FILE" },
                { "foreground", 'f', 0, G_OPTION_ARG_NONE, &raw->foreground,
                                "Do not go to the background", NULL },
                { "idle-exit", 0, 0, G_OPTION_ARG_INT, &raw->idle_exit,
                                "End after SECONDS without a client or a permanent object",
                                "SECONDS" },
                { "log-level", 0, 0, G_OPTION_ARG_STRING, &raw->log_level,
                                "Log what is as important as this: error, warning, info, debug",
                                "LEVEL" },
                { "print-address", 0, 0, G_OPTION_ARG_INT, &raw->print_address,
                                "Write the socket's path to descriptor FD when ready", "FD" },
                { "system", 0, 0, G_OPTION_ARG_NONE, &raw->system,
                                "Serve all users, each in a session of its own", NULL },
                { "version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "Show the version and exit",
                                NULL },
                { 0 },
        };
        g_autoptr(GOptionContext) context = g_option_context_new("- serve Windows NT objects");
        g_auto(GStrv) left = g_strdupv(arguments);

        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_description(context, "See ntobjd(8) and ntobjd.conf(5).");
        if (!g_option_context_parse_strv(context, &left, error))
                return false;
        if (left[0] && left[1])
                return refuse(error, "ntobjd takes options only");
        return true;
}

static bool resolve(const char *address, struct sockaddr_un *ret, GError **error) {
        int r = address_resolve(address, g_getenv("XDG_RUNTIME_DIR"), ret);

        if (r == -ENAMETOOLONG)
                return refuse(error, "--address: too long for a socket");
        if (r < 0)
                return refuse(error, "--address: empty");
        return true;
}

/* Relative paths would mean something else once we are in the background, or remove our socket. */
static bool choose_address(const RawOptions *raw, Options *options, GError **error) {
        g_autofree char *absolute = NULL;
        const char *address = raw->address;
        struct sockaddr_un own, chosen;

        if (!address && raw->system)
                address = "system";
        options->system = raw->system || (address && strcmp(address, "system") == 0);
        if (address && address[0] && strcmp(address, "system") != 0)
                address = absolute = g_canonicalize_filename(address, NULL);

        if (!resolve(address, &chosen, error))
                return false;
        if (address_resolve(NULL, g_getenv("XDG_RUNTIME_DIR"), &own) == 0)
                options->own = strcmp(own.sun_path, chosen.sun_path) == 0;
        options->address = g_strdup(chosen.sun_path);
        return true;
}

bool options_parse(char **arguments, Options *options, GError **error) {
        g_auto(RawOptions) raw = { .print_address = -1 };

        options->print_address = -1;
        if (!parse_raw(arguments, &raw, error))
                return false;

        options->version = raw.version;
        options->foreground = raw.foreground;
        if (raw.idle_exit < 0)
                return refuse(error, "--idle-exit: not a number of seconds");
        options->idle_exit = (unsigned) raw.idle_exit;

        if (raw.print_address != -1 && fcntl(raw.print_address, F_GETFD) < 0)
                return refuse(error, "--print-address: not an open descriptor");
        options->print_address = raw.print_address;

        options->log_level_fixed = raw.log_level != NULL;
        if (raw.log_level && !log_level_parse(raw.log_level, &options->log_level))
                return refuse(error, "--log-level: not error, warning, info or debug");

        options->config = raw.config ? g_canonicalize_filename(raw.config, NULL) : NULL;
        return choose_address(&raw, options, error);
}

void options_clear(Options *options) {
        g_clear_pointer(&options->address, g_free);
        g_clear_pointer(&options->config, g_free);
}

char *options_find_config(const Options *options) {
        g_autofree char *path = NULL;

        if (options->config)
                return g_strdup(options->config);

        path = options->system ? g_strdup(NTOBJD_CONFIG)
                               : g_build_filename(g_get_user_config_dir(), "ntobjd.conf", NULL);
        return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}
