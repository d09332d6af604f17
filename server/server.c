/*
 * One thread, one loop. Everything happens in answer to something: a request, a hang-up, a signal.
 * The only timers are those of a moment (a pause after descriptors ran out, an idle exit, the end),
 * so a server that nobody talks to makes no system call.
 *
 * To stop in order is to stop being found first, then to answer what has arrived, then to wait for
 * replies that did not fit into their sockets; but not for long, as nobody can be made to read.
 */

#include "server.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include "activation.h"
#include "device.h"
#include "endpoint.h"
#include "image-memory.h"
#include "known-dlls.h"
#include "listener.h"
#include "namespace.h"
#include "ntstatus.h"
#include "peer-table.h"
#include "policy.h"
#include "process.h"
#include "rpc.h"
#include "security.h"
#include "shared-file.h"
#include "token.h"
#include "worker.h"

/* How long the end waits for clients that do not read. */
#define STOP_SECONDS 2

struct Server {
        const ServerOptions *options;
        struct event_base *base;
        Endpoint *endpoint;
        Policy policy;
        GArray *token_rules; /* what the policy points to */
        SecurityStore *security;
        RpcEnv env;
        PeerTable *peers;
        Listener *listener;
        bool stopping;

        struct event terminate;
        struct event interrupt;
        struct event reload;
        struct event idle;
        struct event stop;
};

static NTSTATUS server_add_connection(RpcEnv *env, int fd, Process *heir) {
        const Server *server = env->server;

        return peer_table_add_heir_take(server->peers, fd, heir);
}

/* Whenever a connection came or went. */
static void server_changed(void *context) {
        Server *server = context;
        struct timeval idle = { .tv_sec = server->options->idle_exit };

        if (server->stopping) {
                if (peer_table_count(server->peers) == 0)
                        event_base_loopbreak(server->base);
                return;
        }

        listener_resume(server->listener);
        if (server->options->idle_exit == 0)
                return;
        if (peer_table_count(server->peers) > 0)
                event_del(&server->idle);
        else
                evtimer_add(&server->idle, &idle);
}

static void on_terminate(evutil_socket_t number, short what, void *context) {
        static const struct timeval patience = { .tv_sec = STOP_SECONDS };
        Server *server = context;

        (void) what;

        /* Whoever asks twice does not want to wait. */
        if (server->stopping) {
                event_base_loopbreak(server->base);
                return;
        }

        log_info(server->options->log, "stopping: %s", number == SIGINT ? "SIGINT" : "SIGTERM");
        (void) activation_notify("STOPPING=1");
        server->stopping = true;
        server->listener = listener_free(server->listener);
        server->endpoint = endpoint_free(server->endpoint);
        event_del(&server->idle);
        evtimer_add(&server->stop, &patience);
        peer_table_drain(server->peers);
        server_changed(server);
}

static void on_stop(evutil_socket_t fd, short what, void *context) {
        Server *server = context;

        (void) fd;
        (void) what;
        log_warning(server->options->log, "%u clients did not read their last replies",
                        peer_table_count(server->peers));
        event_base_loopbreak(server->base);
}

/* Nobody was there for a while. Only a client could change that what it left is permanent. */
static void on_idle(evutil_socket_t fd, short what, void *context) {
        Server *server = context;

        (void) fd;
        (void) what;
        if (peer_table_count(server->peers) > 0 ||
                        namespace_permanent_count(server->env.namespace) > 0)
                return;
        if (!endpoint_retire(server->endpoint))
                return; /* somebody has just come */

        log_info(server->options->log, "stopping: idle");
        (void) activation_notify("STOPPING=1");
        event_base_loopbreak(server->base);
}

static void server_configure(Server *server, const Config *config) {
        server->policy.max_parked = config->max_parked;
        g_clear_pointer(&server->token_rules, g_array_unref);
        server->token_rules = g_array_ref(config->token_rules);
        server->policy.token_rules = (const TokenRule *) (void *) server->token_rules->data;
        server->policy.n_token_rules = server->token_rules->len;
        quota_table_set_limits(server->env.quotas, &config->limits);
        if (!server->options->log_level_fixed)
                server->options->log->level = config->log_level;
}

/* Limits and the log's level; what kind of instance we are cannot change any more. */
static void on_reload(evutil_socket_t number, short what, void *context) {
        Server *server = context;
        const char *path = server->options->config_path;
        g_autofree char *state = NULL;
        g_autoptr(GError) error = NULL;
        g_auto(Config) config = { 0 };

        (void) number;
        (void) what;

        state = g_strdup_printf(
                        "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time());
        (void) activation_notify(state);

        config_init(&config);
        if (path && !config_load(&config, path, &error))
                log_error(server->options->log, "not reloaded: %s", error->message);
        else
                server_configure(server, &config);
        if (!error)
                log_info(server->options->log, "reloaded: %s", path ? path : "defaults");
        (void) activation_notify("READY=1");
}

static void server_assign_events(Server *server) {
        struct event_base *base = server->base;

        evsignal_assign(&server->terminate, base, SIGTERM, on_terminate, server);
        evsignal_assign(&server->interrupt, base, SIGINT, on_terminate, server);
        evsignal_assign(&server->reload, base, SIGHUP, on_reload, server);
        evtimer_assign(&server->idle, base, on_idle, server);
        evtimer_assign(&server->stop, base, on_stop, server);
}

static bool server_watch_signals(Server *server) {
        return evsignal_add(&server->terminate, NULL) == 0 &&
               evsignal_add(&server->interrupt, NULL) == 0 &&
               evsignal_add(&server->reload, NULL) == 0;
}

static struct event_base *loop_new(void) {
        struct event_config *config = event_config_new();
        struct event_base *base;

        if (!config)
                return NULL;
        (void) event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
        /* pidfds and edges are for epoll only */
        (void) event_config_require_features(config, EV_FEATURE_ET);
        base = event_base_new_with_config(config);
        event_config_free(config);
        if (base && event_base_priority_init(base, peer_table_priorities()) < 0) {
                event_base_free(base);
                return NULL;
        }
        return base;
}

static gid_t find_group(const char *name) {
        const struct group *group = getgrnam(name);

        return group ? group->gr_gid : (gid_t) -1;
}

/* Its token is root's, whoever runs the daemon. */
static void add_system_process(RpcEnv *env, const Policy *policy) {
        TokenSource source = { .daemon_owner = policy->owner, .system = true };
        g_autoptr(Token) token = NULL;
        Quota *quota = quota_table_get(env->quotas, policy->owner);

        if (!NT_SUCCESS(token_new(&source, &token)) ||
                        !NT_SUCCESS(process_table_add_system(env->processes, token, quota)))
                g_error("out of memory at start");
        quota_unref(quota);
}

static void server_make_objects(Server *server) {
        const Config *config = server->options->config;
        RpcEnv *env = &server->env;

        server->policy = (Policy){
                .system = server->options->system,
                .owner = geteuid(),
                .ntobjd_group = find_group("ntobjd"),
        };
        server->security = security_store_new();
        env->generation = generation_counters_new();
        env->namespace = namespace_new(env->generation, server->security, server->options->system);
        env->processes = process_table_new();
        env->quotas = quota_table_new(&config->limits);
        add_system_process(env, &server->policy);
        env->policy = &server->policy;
        env->workers = worker_pool_new();
        env->files = file_table_new(env->workers);
        devices_make(env->namespace);
        env->images = image_cache_new((uint64_t) g_random_int() << 32 | g_random_int());
        env->add_connection = server_add_connection;
        env->server = server;
        server_configure(server, config);
        if (config->known_dlls && env->workers)
                known_dlls_make(env, config->known_dlls, server->options->log);
}

Server *server_new(const ServerOptions *options, Endpoint *endpoint) {
        Server *server = g_new0(Server, 1);
        struct event_base *base = loop_new();

        server->options = options;
        server->endpoint = endpoint;
        if (!base) {
                server_free(server);
                return NULL;
        }

        server->base = base;
        server_assign_events(server);
        server_make_objects(server);
        if (server->env.workers)
                server->peers = peer_table_new(
                                base, &server->env, options->log, server_changed, server);
        if (server->peers)
                server->listener = listener_new(base, endpoint, server->peers, options->log);
        if (!server->listener || !server_watch_signals(server)) {
                server_free(server);
                return NULL;
        }
        return server;
}

static void server_free_objects(Server *server) {
        RpcEnv *env = &server->env;

        server->peers = peer_table_free(server->peers);
        while (process_table_work(env->processes))
                continue;
        process_table_free(env->processes);
        namespace_free(env->namespace);
        security_store_free(server->security);
        generation_counters_free(env->generation);
        env->workers = worker_pool_free(env->workers);
        env->images = image_cache_free(env->images);
        file_table_free(env->files);
        quota_table_free(env->quotas);
        g_array_unref(server->token_rules);
}

/* The end has begun: whoever asks for it again shall not turn it into a death by signal. */
static void ignore_signals(void) {
        static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
        sigset_t signals;

        sigemptyset(&signals);
        for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
                sigaddset(&signals, numbers[i]);
        sigprocmask(SIG_BLOCK, &signals, NULL);
}

Server *server_free(Server *server) {
        if (!server)
                return NULL;

        ignore_signals();

        server->listener = listener_free(server->listener);
        server->endpoint = endpoint_free(server->endpoint);
        if (server->base) {
                server_free_objects(server);
                event_del(&server->terminate);
                event_del(&server->interrupt);
                event_del(&server->reload);
                event_del(&server->idle);
                event_del(&server->stop);
                event_base_free(server->base);
        }
        g_free(server);
        return NULL;
}

int server_run(Server *server) {
        server_changed(server);
        return event_base_dispatch(server->base) < 0 ? -EIO : 0;
}
