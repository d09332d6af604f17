#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "device-kinds.h"
#include "file-access.h"
#include "file-descriptor.h"
#include "file-link.h"
#include "file-lookup.h"
#include "file-make.h"
#include "file-options.h"
#include "file-status.h"
#include "ntstatus.h"
#include "object-types.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtCreateFile
 *
 * The client opens the file, with its own rights; the daemon is told, and only if nobody has it
 * open in a way that forbids this does the caller get a File, and the file lose its content if it
 * is to.
 */

/* One call. */
typedef struct FileCall {
        Opening opening;
        FileWish wish;
        PIO_STATUS_BLOCK io_status;
        FileLookup lookup;
        OpenedFile opened;
        FileLink link; /* what is deleted on close */
} FileCall;

static void call_init(FileCall *call, PHANDLE file, PIO_STATUS_BLOCK io_status) {
        opening_init(&call->opening, file, call->wish.access);
        call->io_status = io_status;
        file_lookup_init(&call->lookup);
        opened_file_init(&call->opened);
        call->link = FILE_LINK_NONE;
}

static void call_clear(FileCall *call) {
        file_link_clear(&call->link);
        opened_file_clear(&call->opened);
        file_lookup_clear(&call->lookup);
        opening_clear(&call->opening);
}

/* What is checked before the name is looked at. The handle is cleared, whatever comes. */
static NTSTATUS call_begin(FileCall *call, const LARGE_INTEGER *allocation) {
        NTSTATUS begun = opening_begin(&call->opening);
        NTSTATUS status;

        if (!previous_mode_is_kernel()) {
                status = file_wish_check(&call->wish);
                if (!NT_SUCCESS(status))
                        return status;
        }
        if (!NT_SUCCESS(begun))
                return begun;
        status = probe_writable(call->io_status, sizeof(*call->io_status), 1);
        if (NT_SUCCESS(status) && allocation)
                status = probe_read_64(&call->wish.allocation, allocation);
        if (!NT_SUCCESS(status))
                return status;
        return (LONGLONG) call->wish.allocation < 0 ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

/* \Device\Null is Linux's, which can be opened for everything. */
static NTSTATUS open_null(FileCall *call) {
        OpenedFile *opened = &call->opened;
        NTSTATUS status;

        if (call->wish.options & FILE_DIRECTORY_FILE)
                return STATUS_NOT_A_DIRECTORY;
        if (call->wish.options & FILE_DELETE_ON_CLOSE)
                return STATUS_NOT_SUPPORTED;
        status = file_access_of_maker(call->wish.access, &opened->granted);
        if (!NT_SUCCESS(status))
                return status;
        opened->information = FILE_OPENED;
        opened->about.st_mode = S_IFREG;
        opened->fd = file_open_null(file_access_flags(&opened->about, opened->granted));
        return opened->fd < 0 ? file_status(-opened->fd) : STATUS_SUCCESS;
}

static bool call_is_checked(const FileCall *call) {
        return access_is_checked(call->opening.client) ||
               call->opening.attributes.flags & OBJ_FORCE_ACCESS_CHECK;
}

static NTSTATUS call_open(FileCall *call) {
        NTSTATUS status;

        call->wish.access = access_map_generic(&object_types[KIND_FILE].mapping, call->wish.access);
        if (call->lookup.device == DEVICE_NULL)
                return open_null(call);
        if (call->lookup.place.fd < 0 && file_wish_creates(&call->wish) &&
                        call->opening.attributes.descriptor)
                return STATUS_NOT_SUPPORTED;
        status = file_open_or_make(
                        &call->wish, call_is_checked(call), &call->lookup, &call->opened);
        if (NT_SUCCESS(status) && call->wish.options & FILE_DELETE_ON_CLOSE) {
                status = file_link_find(call->opened.fd, &call->link);
                if (!NT_SUCCESS(status) && call->opened.made)
                        opened_file_unmake(&call->opened, &call->lookup);
        }
        return status;
}

/* Tells the daemon, which makes the File. */
static NTSTATUS call_register(FileCall *call) {
        Nt__CreateFileRequest body = NT__CREATE_FILE_REQUEST__INIT;
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        int fds[2] = { call->opened.fd, call->link.parent };

        attributes.has_attributes = true;
        attributes.attributes = call->opening.attributes.flags;
        attributes.has_name = true;
        attributes.name.data = (uint8_t *) call->lookup.full;
        attributes.name.len = call->lookup.n_full;
        body.object_attributes = &attributes;
        body.desired_access = call->opened.granted;
        body.device = call->lookup.device;
        body.file_fd = 0;
        body.share_access = call->wish.share;
        body.create_options = call->wish.options;
        body.overwrites = !call->opened.made && file_wish_overwrites(&call->wish) &&
                          call->lookup.device == DEVICE_VOLUME;
        if (call->link.parent >= 0) {
                body.has_parent_fd = true;
                body.parent_fd = 1;
                body.has_leaf = true;
                body.leaf.data = (uint8_t *) call->link.leaf;
                body.leaf.len = strlen(call->link.leaf);
        }
        request.body_case = NT__REQUEST__BODY_CREATE_FILE;
        request.create_file = &body;
        return opening_finish_with(
                        &call->opening, &request, (SentFds){ fds, call->link.parent >= 0 ? 2 : 1 });
}

/* A file that others have opened meanwhile stays: it is theirs too. */
static bool is_nobody_elses(NTSTATUS status) {
        return status != STATUS_SHARING_VIOLATION && status != STATUS_DELETE_PENDING;
}

/* The File is there: what it has open is kept, and the file cut. */
static NTSTATUS call_complete(FileCall *call) {
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, call->opened.information };
        FileDescriptor *file = NULL;
        NTSTATUS status;

        status = opened_file_cut(&call->opened, &call->wish);
        if (NT_SUCCESS(status))
                status = probe_write(call->io_status, &result, sizeof(result));
        if (!NT_SUCCESS(status))
                return status;
        if (call->opened.cutting == call->opened.fd)
                call->opened.cutting = -1;
        status = file_descriptor_new_take(call->opened.fd, call->lookup.device, &file);
        call->opened.fd = -1;
        if (!NT_SUCCESS(status))
                return status;
        file->share_access = call->wish.share;
        file->options = call->wish.options;
        file_descriptor_keep(call->opening.client, call->opening.handle, file);
        file_descriptor_unref(file);
        return STATUS_SUCCESS;
}

static NTSTATUS call_run(FileCall *call, const OBJECT_ATTRIBUTES *attributes) {
        Opening *opening = &call->opening;
        NTSTATUS status;

        status = opening_capture(opening, attributes, ATTRIBUTES_OPEN);
        if (NT_SUCCESS(status))
                status = file_wish_check_support(&call->wish);
        if (NT_SUCCESS(status))
                status = file_lookup(opening->client, &opening->attributes, &call->lookup);
        if (NT_SUCCESS(status))
                status = call_open(call);
        if (!NT_SUCCESS(status))
                return status;

        status = call_register(call);
        if (!NT_SUCCESS(status)) {
                if (call->opened.made && is_nobody_elses(status))
                        opened_file_unmake(&call->opened, &call->lookup);
                return status;
        }
        status = call_complete(call);
        if (!NT_SUCCESS(status))
                opening_undo(opening);
        return status;
}

static NTSTATUS file_create(const char *service,
                PHANDLE file,
                POBJECT_ATTRIBUTES attributes,
                PIO_STATUS_BLOCK io_status,
                const LARGE_INTEGER *allocation,
                const FileWish *wish) {
        autocleanup(call_clear) FileCall call = { .wish = *wish };
        NTSTATUS status;
        char more[96];

        call_init(&call, file, io_status);
        status = call_begin(&call, allocation);
        if (NT_SUCCESS(status))
                status = call_run(&call, attributes);
        if (TRACING()) {
                snprintf(more, sizeof(more), ", share=0x%x, disposition=%u, options=0x%x",
                                wish->share, wish->disposition, wish->options);
                opening_trace(&call.opening, service, status, more);
        }
        return status;
}

NTSTATUS zw_create_file(PHANDLE file,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PIO_STATUS_BLOCK io_status,
                PLARGE_INTEGER allocation,
                ULONG file_attributes,
                ULONG share,
                ULONG disposition,
                ULONG options,
                PVOID ea,
                ULONG ea_length) {
        const FileWish wish = {
                .access = access,
                .attributes = file_attributes,
                .share = share,
                .disposition = disposition,
                .options = options,
                .has_ea = ea && ea_length > 0,
        };

        return file_create("NtCreateFile", file, attributes, io_status, allocation, &wish);
}

SERVICE(CreateFile,
                zw_create_file,
                (PHANDLE file,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PIO_STATUS_BLOCK io_status,
                                PLARGE_INTEGER allocation,
                                ULONG file_attributes,
                                ULONG share,
                                ULONG disposition,
                                ULONG options,
                                PVOID ea,
                                ULONG ea_length),
                (file,
                                access,
                                attributes,
                                io_status,
                                allocation,
                                file_attributes,
                                share,
                                disposition,
                                options,
                                ea,
                                ea_length));

NTSTATUS zw_open_file(PHANDLE file,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PIO_STATUS_BLOCK io_status,
                ULONG share,
                ULONG options) {
        const FileWish wish = {
                .access = access,
                .share = share,
                .disposition = FILE_OPEN,
                .options = options,
        };

        return file_create("NtOpenFile", file, attributes, io_status, NULL, &wish);
}

SERVICE(OpenFile,
                zw_open_file,
                (PHANDLE file,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PIO_STATUS_BLOCK io_status,
                                ULONG share,
                                ULONG options),
                (file, access, attributes, io_status, share, options));
