#pragma once

/*
 * What handlers share
 *
 * A handler is a few lines of NT: capture what the request says, do it, say what came of it.
 */

#include "open.h"
#include "rpc.h"

/* Memory for the reply, zeroed, that lives until it is sent; NULL if there is no more. */
void *rpc_alloc(RpcCall *call, size_t size);

/* Copies counted UTF-16 into the reply. STATUS_SUCCESS or STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS rpc_copy_units(
                RpcCall *call, const WCHAR *units, size_t n_units, ProtobufCBinaryData *ret);

/* A reply that is one string. */
NTSTATUS rpc_reply_units(RpcCall *call, const WCHAR *units, size_t n_units);

/* Hands @fd, which is consumed, to the client with the reply; returns its index. */
uint32_t rpc_attach_fd_take(RpcCall *call, int fd);

static inline GrantName rpc_grant_name(const Nt__Grant *grant) {
        return (GrantName){ .slot = grant->slot, .tag = grant->tag };
}

/* The object that a grant of the caller stands for: grant_table_reference(). */
NTSTATUS rpc_reference(RpcCall *call,
                const Nt__Grant *grant,
                const ObjectType *type,
                ACCESS_MASK access,
                Object **ret);

/**
 * rpc_capture_path() - what the request's object attributes ask for
 * @path: zeroed; owns a reference to the root on success
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER (unknown flags), STATUS_OBJECT_NAME_INVALID
 * (length), STATUS_INVALID_HANDLE (root).
 */
NTSTATUS rpc_capture_path(RpcCall *call,
                const Nt__ObjectAttributes *attributes,
                const ObjectType *type,
                ObjectPath *path);

/* The same for a new object: also what is refused before one is made. */
NTSTATUS rpc_capture_new(RpcCall *call,
                const Nt__ObjectAttributes *attributes,
                const ObjectType *type,
                ObjectPath *path);

/* Opens an object of @type by name and answers with the grant. */
NTSTATUS rpc_open(RpcCall *call, const Nt__OpenRequest *request, const ObjectType *type);

/* Makes the object that the caller has prepared for @path, and answers with the grant. */
NTSTATUS rpc_create(RpcCall *call, const ObjectPath *path, ACCESS_MASK desired, Object *object);

/* What new objects of the caller are protected by. */
Security rpc_new_security(const RpcCall *call);

NTSTATUS rpc_attach(RpcCall *call);
NTSTATUS rpc_open_channel(RpcCall *call);
NTSTATUS rpc_make_heir(RpcCall *call);
NTSTATUS rpc_adopt_heir(RpcCall *call);
NTSTATUS rpc_release(RpcCall *call);
NTSTATUS rpc_release_parked(RpcCall *call);
NTSTATUS rpc_close(RpcCall *call);
NTSTATUS rpc_create_section(RpcCall *call);
NTSTATUS rpc_open_section(RpcCall *call);
NTSTATUS rpc_section_memory(RpcCall *call);
NTSTATUS rpc_create_directory(RpcCall *call);
NTSTATUS rpc_open_directory(RpcCall *call);
NTSTATUS rpc_query_directory(RpcCall *call);
NTSTATUS rpc_create_symbolic_link(RpcCall *call);
NTSTATUS rpc_open_symbolic_link(RpcCall *call);
NTSTATUS rpc_query_symbolic_link(RpcCall *call);
NTSTATUS rpc_query_object(RpcCall *call);
NTSTATUS rpc_query_name(RpcCall *call);
NTSTATUS rpc_statistics(RpcCall *call);
