#pragma once

/*
 * A client without a page
 *
 * Speaks ntobj.proto straight over the socket, with the generated code and nothing of libzw: the
 * plain reference that libzw is compared with, and the way to say what libzw never would. Each one
 * that attaches is a process of the server, so that one test program can be many.
 *
 * Nobody waits for ever: an answer that does not come within a minute is STATUS_IO_TIMEOUT.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "ntdef.h"
#include "ntobj.pb-c.h"
#include "ntstatus.h"

#define RAW_CLIENT_NO_USER 0xFFFFFFFFu

typedef struct RawClient {
        int socket;
        uint64_t last_id;
        Nt__Reply *reply; /* the last answer; its descriptors are in @frame until they are taken */
        Frame frame;
        uint8_t data[FRAME_SIZE_MAX];
} RawClient;

/* Connects, and says nothing yet. NULL if nobody listens at @address. */
RawClient *raw_client_new(const char *address);

/* Connects and attaches without a page; NULL if either fails. */
RawClient *raw_client_new_attached(const char *address);

/* Speaks over a socket that exists already; @socket is consumed. */
RawClient *raw_client_new_take(int socket);

void raw_client_free(RawClient *client);
void raw_client_freep(RawClient **client);

#define autoraw __attribute__((cleanup(raw_client_freep))) RawClient

/* Attaches; @page_version 0: without a page. The reply holds key and descriptors. */
NTSTATUS raw_client_attach(RawClient *client, uint32_t page_version);

/* Sends, and does not wait: for one-way requests, and for clients that do not read. 0 or -errno. */
int raw_client_send(RawClient *client, Nt__Request *request, const int *fds, size_t n_fds);
int raw_client_send_bytes(
                RawClient *client, const void *data, size_t size, const int *fds, size_t n_fds);

/* Takes the next answer; its status, or STATUS_PORT_DISCONNECTED, STATUS_IO_TIMEOUT. */
NTSTATUS raw_client_receive(RawClient *client);

/* Sends a request and takes its answer. */
NTSTATUS raw_client_call(RawClient *client, Nt__Request *request);

/* Waits for the daemon to hang up, reading whatever comes before; false if it does not. */
bool raw_client_wait_end(RawClient *client);

/* The requests that tests make most. Paths are UTF-8; @ret may be NULL. */
NTSTATUS raw_client_create_section(RawClient *client,
                const char *path,
                ACCESS_MASK access,
                uint64_t size,
                Nt__Grant *ret);
NTSTATUS raw_client_open_section(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret);
NTSTATUS raw_client_create_directory(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret);
NTSTATUS raw_client_open_directory(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret);
NTSTATUS raw_client_close(RawClient *client, const Nt__Grant *grant);

/* The section's memory; the caller owns the descriptor. */
NTSTATUS raw_client_section_memory(RawClient *client, const Nt__Grant *grant, int *ret_fd);

/* Handles on the object, over all processes. */
NTSTATUS raw_client_handle_count(RawClient *client, const Nt__Grant *grant, uint32_t *ret);

/**
 * raw_client_statistic() - one thing that the daemon counts
 * @name: "grants" and so on
 * @uid:  whose, or RAW_CLIENT_NO_USER for the whole daemon
 * @ret:  its value; a user who holds nothing of it holds 0
 * Return: STATUS_NOT_FOUND if the daemon does not count it; else the status of the request.
 */
NTSTATUS raw_client_statistic(RawClient *client, const char *name, uint32_t uid, uint64_t *ret);
