/*
 * ntobjd: reads its command line and configuration, takes its address, and serves. Exit statuses
 * are those of ntobjd(8).
 */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "activation.h"
#include "background.h"
#include "cleanup.h"
#include "config.h"
#include "endpoint.h"
#include "options.h"
#include "server.h"

enum {
        EXIT_USAGE = 2,
        EXIT_ADDRESS_IN_USE = 3,
};

/* Whoever starts us may have left us without standard streams, with signals blocked, with few
 * files. */
static void prepare_process(void) {
        struct rlimit files;
        sigset_t none;
        int fd;

        do
                fd = open("/dev/null", O_RDWR);
        while (fd >= 0 && fd <= STDERR_FILENO);
        fd_close(fd);

        (void) signal(SIGPIPE, SIG_IGN);
        (void) signal(SIGXFSZ, SIG_IGN);
        (void) sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);

        if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
                files.rlim_cur = files.rlim_max;
                (void) setrlimit(RLIMIT_NOFILE, &files); /* otherwise the limits are lower */
        }
}

/*
 * malloc() must not pause either. Small pieces that are freed would gather in lists that are gone
 * through all at once (50 ms for a million of them), and the end of the heap would be given back in
 * pieces as large as the largest array ever freed.
 */
static void prepare_heap(void) {
        (void) mallopt(M_MXFAST, 0);
        (void) mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
        (void) mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

static bool load_config(const char *path, Config *config, const Log *log) {
        g_autoptr(GError) error = NULL;

        config_init(config);
        if (!path || config_load(config, path, &error))
                return true;
        log_error(log, "%s", error->message);
        return false;
}

/* Return: an exit status. */
static int take_endpoint(const Options *options, int activated, const Log *log, Endpoint **ret) {
        int r;

        if (activated >= 0) {
                r = endpoint_adopt_take(activated, ret);
                if (r == 0)
                        return EXIT_SUCCESS;
                log_error(log, "the socket we were started with is no listening SEQPACKET socket");
                return EXIT_FAILURE;
        }

        r = options->own ? endpoint_make_folder(options->address) : 0;
        if (r < 0) {
                log_error(log, "the folder of %s is not ours alone: %s", options->address,
                                strerror(-r));
                return EXIT_FAILURE;
        }
        r = endpoint_bind(options->address, options->system ? 0666 : 0600, ret);
        if (r == -EADDRINUSE) {
                log_error(log, "a server listens at %s already", options->address);
                return EXIT_ADDRESS_IN_USE;
        }
        if (r < 0) {
                log_error(log, "cannot listen at %s: %s", options->address, strerror(-r));
                return EXIT_FAILURE;
        }
        return EXIT_SUCCESS;
}

/* Standard streams stay open, so that nothing else gets their numbers. */
static void print_address(int fd, const char *path, const Log *log) {
        if (fd < 0)
                return;
        if (dprintf(fd, "%s\n", path) < 0)
                log_warning(log, "cannot write the address: %s", strerror(errno));
        if (fd > STDERR_FILENO)
                close(fd);
}

static int
serve(const Options *options, const ServerOptions *server_options, Endpoint *endpoint, int ready) {
        g_autofree char *path = g_strdup(endpoint_path(endpoint));
        const Log *log = server_options->log;
        Server *server;
        int r;

        server = server_new(server_options, endpoint);
        if (!server) {
                log_error(log, "cannot make the event loop: %s", strerror(errno));
                fd_close(ready);
                return EXIT_FAILURE;
        }

        log_info(log, "ntobjd " NTOBJD_VERSION " listens at %s", path);
        print_address(options->print_address, path, log);
        (void) activation_notify("READY=1");
        if (ready >= 0) {
                r = background_ready_take(ready);
                if (r < 0)
                        log_warning(log, "cannot leave the terminal: %s", strerror(-r));
        }

        r = server_run(server);
        if (r < 0)
                log_error(log, "the event loop failed: %s", strerror(-r));
        server_free(server);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(const Options *options, Log *log) {
        g_autofree char *config_path = options_find_config(options);
        ServerOptions server_options = {
                .config_path = config_path,
                .log = log,
                .system = options->system,
                .log_level_fixed = options->log_level_fixed,
                .idle_exit = options->idle_exit,
        };
        bool foreground = options->foreground || g_getenv("NOTIFY_SOCKET");
        Endpoint *endpoint = NULL;
        int activated = -1, ready = -1;
        g_auto(Config) config = { 0 };
        int r;

        if (!load_config(config_path, &config, log))
                return EXIT_FAILURE;
        server_options.config = &config;
        if (!options->log_level_fixed)
                log->level = config.log_level;

        if (activation_take_socket(&activated) < 0) {
                log_error(log, "started with other than one socket");
                return EXIT_FAILURE;
        }
        r = take_endpoint(options, activated, log, &endpoint);
        if (r != EXIT_SUCCESS)
                return r;

        if (!foreground && activated < 0) {
                r = background_enter(&ready);
                if (r < 0) {
                        log_error(log, "cannot go to the background: %s", strerror(-r));
                        fd_close(ready);
                        endpoint_free(endpoint);
                        return EXIT_FAILURE;
                }
        }
        return serve(options, &server_options, endpoint, ready);
}

int main(int argc, char **argv) {
        Log log = { .level = LOG_LEVEL_INFO, .fd = STDERR_FILENO };
        g_autoptr(GError) error = NULL;
        Options options = { 0 };
        int status;

        (void) argc;
        prepare_process();
        prepare_heap();

        if (!options_parse(argv, &options, &error)) {
                log_error(&log, "%s (ntobjd --help shows what can be said)", error->message);
                options_clear(&options);
                return EXIT_USAGE;
        }
        if (options.log_level_fixed)
                log.level = options.log_level;

        if (options.version) {
                puts("ntobjd " NTOBJD_VERSION);
                status = EXIT_SUCCESS;
        } else
                status = run(&options, &log);

        options_clear(&options);
        return status;
}
