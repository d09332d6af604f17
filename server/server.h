#pragma once

/*
 * The server: the objects, and the loop that serves them to whoever connects
 */

#include <stdbool.h>

#include "config.h"
#include "log.h"

typedef struct Endpoint Endpoint;
typedef struct Server Server;

typedef struct ServerOptions {
        const Config *config;
        const char *config_path; /* read again at SIGHUP; NULL if there is none */
        Log *log;                /* its level changes with the configuration, unless it is fixed */
        bool system;             /* one daemon for all users */
        bool log_level_fixed;    /* the command line says more than the configuration */
        unsigned idle_exit;      /* seconds that nobody needs us before we end; 0: never */
} ServerOptions;

/**
 * server_new() - everything that a server has, ready to serve
 * @options:  used until server_free(), with what it points to
 * @endpoint: taken over, on failure too
 *
 * The server's life is that of the calling thread: clients learn of its end from the kernel.
 *
 * Return: NULL if the loop cannot be made.
 */
Server *server_new(const ServerOptions *options, Endpoint *endpoint);

/* Withdraws the endpoint, ends all connections and forgets all objects. NULL is ignored. */
Server *server_free(Server *server);

/**
 * server_run() - serve until a signal or idleness says to stop
 * Return: 0, or -EIO if the loop failed.
 */
int server_run(Server *server);
