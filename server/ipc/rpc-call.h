#pragma once

/*
 * What handlers share
 *
 * A handler is a few lines of NT: capture what the request says, do it, say what came of it.
 */

#include "client-fd.h"
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

/* Hands a copy of a client's descriptor to the client with the reply. STATUS_SUCCESS with its
 * index, or what client_fd_copy() says. */
NTSTATUS rpc_attach_client_fd(RpcCall *call, const ClientFd *fd, uint32_t *ret);

/* Takes descriptor @index of the request; CLIENT_FD_NONE if there is none. The caller owns it. */
ClientFd rpc_take_fd(RpcCall *call, uint32_t index);

static inline GrantName rpc_grant_name(const Nt__Grant *grant) {
        return (GrantName){ .slot = grant->slot, .tag = grant->tag };
}

/* The object that a grant of the caller stands for: grant_table_reference(). No right is asked for
 * in kernel mode. */
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

/* Whether the request is a driver's with PreviousMode KernelMode. */
bool rpc_kernel_mode(const RpcCall *call);

/* Where a new handle's grant belongs: to the caller, or with OBJ_KERNEL_HANDLE to the system. */
GrantTable *rpc_grants(RpcCall *call, ULONG attributes);

/* A reply for a grant, made before anything is granted; NULL if there is no memory for it. */
Nt__GrantReply *rpc_prepare_grant(RpcCall *call);

/**
 * rpc_reply_grant() - tell the client what it got
 * @body:       from rpc_prepare_grant()
 * @attributes: those that rpc_grants() was asked with; a kernel handle is made here
 */
NTSTATUS rpc_reply_grant(
                RpcCall *call, Nt__GrantReply *body, const Opened *opened, ULONG attributes);

/* What a reply says of an object. */
void rpc_describe_grant(
                Nt__GrantReply *body, const Object *object, GrantName grant, ACCESS_MASK access);
typedef struct Section Section;
void rpc_describe_section(const Section *section, Nt__SectionInfo *info);

/* The section of a file's data that the request asks for. */
NTSTATUS rpc_new_section_of_file(RpcCall *call, Section **ret);

/* SectionMemory of an image, for a grant with @access. */
NTSTATUS rpc_image_memory(RpcCall *call, const Section *section, ACCESS_MASK access);

/* Finds the process that an optional grant names: the caller if it names none. @ret is not a
 * reference: the caller has one in @ret_object, or is the process itself. */
NTSTATUS rpc_reference_process(RpcCall *call,
                const Nt__Grant *grant,
                ACCESS_MASK access,
                Object **ret_object,
                Process **ret);

NTSTATUS rpc_attach(RpcCall *call);
NTSTATUS rpc_open_channel(RpcCall *call);
NTSTATUS rpc_make_heir(RpcCall *call);
NTSTATUS rpc_adopt_heir(RpcCall *call);
NTSTATUS rpc_release(RpcCall *call);
NTSTATUS rpc_release_parked(RpcCall *call);
NTSTATUS rpc_close(RpcCall *call);
NTSTATUS rpc_create_section(RpcCall *call);
NTSTATUS rpc_create_image(RpcCall *call);
NTSTATUS rpc_query_image(RpcCall *call);
NTSTATUS rpc_open_section(RpcCall *call);
NTSTATUS rpc_section_memory(RpcCall *call);
NTSTATUS rpc_commit_section(RpcCall *call);
NTSTATUS rpc_create_directory(RpcCall *call);
NTSTATUS rpc_open_directory(RpcCall *call);
NTSTATUS rpc_query_directory(RpcCall *call);
NTSTATUS rpc_create_symbolic_link(RpcCall *call);
NTSTATUS rpc_open_symbolic_link(RpcCall *call);
NTSTATUS rpc_query_symbolic_link(RpcCall *call);
NTSTATUS rpc_query_object(RpcCall *call);
NTSTATUS rpc_query_name(RpcCall *call);
NTSTATUS rpc_statistics(RpcCall *call);
NTSTATUS rpc_query_types(RpcCall *call);
NTSTATUS rpc_make_temporary(RpcCall *call);
NTSTATUS rpc_make_permanent(RpcCall *call);
NTSTATUS rpc_set_object_session(RpcCall *call);
NTSTATUS rpc_create_private_namespace(RpcCall *call);
NTSTATUS rpc_open_private_namespace(RpcCall *call);
NTSTATUS rpc_delete_private_namespace(RpcCall *call);
NTSTATUS rpc_query_security(RpcCall *call);
NTSTATUS rpc_set_security(RpcCall *call);
NTSTATUS rpc_open_process(RpcCall *call);
NTSTATUS rpc_open_special(RpcCall *call);
NTSTATUS rpc_close_kernel_handle(RpcCall *call);
NTSTATUS rpc_set_kernel_handle_flags(RpcCall *call);
NTSTATUS rpc_duplicate(RpcCall *call);
NTSTATUS rpc_query_process(RpcCall *call);
NTSTATUS rpc_open_process_token(RpcCall *call);
NTSTATUS rpc_query_token(RpcCall *call);
NTSTATUS rpc_adjust_privileges(RpcCall *call);
NTSTATUS rpc_duplicate_token(RpcCall *call);
NTSTATUS rpc_access_check(RpcCall *call);
NTSTATUS rpc_reference_object(RpcCall *call);
NTSTATUS rpc_dereference_object(RpcCall *call);
NTSTATUS rpc_open_referenced(RpcCall *call);
NTSTATUS rpc_extend_section(RpcCall *call);
NTSTATUS rpc_release_views(RpcCall *call);
NTSTATUS rpc_query_section_name(RpcCall *call);
NTSTATUS rpc_resolve_file(RpcCall *call);
NTSTATUS rpc_create_file(RpcCall *call);
NTSTATUS rpc_file_descriptor(RpcCall *call);
NTSTATUS rpc_set_file_disposition(RpcCall *call);
NTSTATUS rpc_check_file_size(RpcCall *call);
NTSTATUS rpc_open_thread(RpcCall *call);
NTSTATUS rpc_end_thread(RpcCall *call);
NTSTATUS rpc_query_thread(RpcCall *call);
NTSTATUS rpc_terminate_process(RpcCall *call);
