#pragma once

/*
 * The requests about files that tests make
 */

#include "rpc-world.h"

/* What a CreateFile asks for. Zeroed: a file that is shared with all, without a descriptor. */
typedef struct FileAsk {
        ACCESS_MASK access;
        uint32_t denied; /* FILE_SHARE_ flags that are left out */
        uint32_t options;
        bool overwrites;
        uint32_t device;  /* DEVICE_; 0: the volume */
        const char *leaf; /* with the scratch folder as parent */
} FileAsk;

/* Creates a File named \??\Z:\f for @fd, which stays the caller's. */
NTSTATUS create_file(RpcClient *client, const FileAsk *ask, int fd, Nt__Grant *ret);

/* Opens file @name of the scratch folder, and creates a File for it, which it must. */
Nt__Grant open_file(RpcClient *client, const char *name, ACCESS_MASK access, int flags);

/* An unnamed section, of a File if there is one, with copies of the descriptors that are not -1. */
NTSTATUS create_section(RpcClient *client,
                const Nt__Grant *file,
                ULONG protection,
                uint64_t size,
                int read_only,
                int read_write,
                Nt__Grant *ret);

/* The same of SEC_IMAGE, with PAGE_READONLY. */
NTSTATUS create_image(RpcClient *client, const Nt__Grant *file, int read_only, Nt__Grant *ret);

/* Requests of one grant only. */
NTSTATUS section_memory(RpcClient *client, const Nt__Grant *grant, int *ret_fd);
NTSTATUS release_views(RpcClient *client, const Nt__Grant *grant);
NTSTATUS query_section_name(RpcClient *client, const Nt__Grant *grant);
NTSTATUS file_descriptor(RpcClient *client, const Nt__Grant *grant);
NTSTATUS check_file_size(RpcClient *client, const Nt__Grant *grant, uint64_t size);
NTSTATUS extend_section(RpcClient *client, const Nt__Grant *grant, uint64_t size);

/* @leaf: in the scratch folder, to be deleted; NULL: it is kept */
NTSTATUS set_disposition(RpcClient *client, const Nt__Grant *grant, const char *leaf);

/* Duplicates the caller's handle on @grant into @target, with all or some of its rights. */
NTSTATUS pass_handle(RpcClient *client,
                const Nt__Grant *grant,
                ACCESS_MASK access,
                RpcClient *target,
                Nt__Grant *ret);
