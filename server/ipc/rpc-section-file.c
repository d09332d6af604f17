/*
 * Sections of files: where they differ from others.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "closer.h"
#include "file.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-job.h"
#include "section-file.h"
#include "section-rules.h"
#include "section.h"
#include "status.h"

/* Rows 1 to 16 of NtCreateSection, in their order, for a section of data. */
NTSTATUS rpc_new_section_of_file(RpcCall *call, Section **ret) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        SectionFileRequest file = {
                .attributes = request->allocation_attributes,
                .protection = request->protection,
                .size = request->maximum_size,
                .read_only = CLIENT_FD_NONE,
                .read_write = CLIENT_FD_NONE,
        };
        g_autoptr(Object) object = NULL;
        NTSTATUS status = section_check_attributes(file.attributes, file.protection);

        if (NT_SUCCESS(status))
                status = section_check_file(file.attributes, file.protection);
        if (NT_SUCCESS(status))
                status = rpc_reference(call, request->file, &file_type,
                                section_file_access(file.attributes, file.protection), &object);
        if (!NT_SUCCESS(status))
                return status;
        file.file = (File *) object;
        if (request->has_read_only_fd)
                file.read_only = rpc_take_fd(call, request->read_only_fd);
        if (request->has_read_write_fd)
                file.read_write = rpc_take_fd(call, request->read_write_fd);
        return section_new_of_file_take(call->env->files, &file, process_quota(call->process), ret);
}

NTSTATUS rpc_release_views(RpcCall *call) {
        return grant_table_release_views(process_grants(call->process),
                        rpc_grant_name(call->request->release_views->grant));
}

NTSTATUS rpc_query_section_name(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        const SectionFile *file = NULL;
        NTSTATUS status = grant_table_reference_viewed(process_grants(call->process),
                        rpc_grant_name(call->request->query_section_name->grant), &section_type,
                        &object);

        if (!NT_SUCCESS(status))
                return status;
        file = ((const Section *) object)->file;
        if (!file)
                return STATUS_FILE_INVALID;
        return rpc_reply_units(call, file->name->units, file->name->n_units);
}

/* Makes a file larger. */
typedef struct ExtendJob {
        RpcJob rpc; /* first */
        uint64_t size;
        int fd; /* a copy: belongs to who has set @taken */
        atomic_bool taken;
        int error;     /* errno; 0: it is as large now */
        ClientFd copy; /* the same, as the loop thread has it */
} ExtendJob;

/*
 * Never cuts, even if somebody else extends the file at the same time. Where a file system cannot
 * do that in one step (EOPNOTSUPP), such a race is lost by who asked for more.
 */
static int extend(int fd, off_t size) {
        struct stat about;

        if (fallocate(fd, 0, size - 1, 1) == 0)
                return 0;
        if (errno != EOPNOTSUPP)
                return errno;
        if (fstat(fd, &about) < 0)
                return errno;
        return about.st_size >= size || ftruncate(fd, size) == 0 ? 0 : errno;
}

static void extend_work(Job *work) {
        ExtendJob *job = (ExtendJob *) work;

        if (atomic_exchange(&job->taken, true))
                return;
        job->error = extend(job->fd, (off_t) job->size);
        close(job->fd);
}

static void extend_release(RpcJob *rpc) {
        ExtendJob *job = (ExtendJob *) rpc;

        if (atomic_exchange(&job->taken, true))
                quota_charge_release(&job->copy.charge);
        else
                client_fd_clear(&job->copy);
}

static void extend_free(RpcJob *rpc) {
        g_free(rpc);
}

static NTSTATUS reply_size(RpcCall *call, const Section *section) {
        Nt__ExtendSectionReply *body = rpc_alloc(call, sizeof(*body));

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__extend_section_reply__init(body);
        body->size = section->size;
        call->reply->body_case = NT__REPLY__BODY_EXTEND_SECTION;
        call->reply->extend_section = body;
        return STATUS_SUCCESS;
}

static NTSTATUS reference_extensible(RpcCall *call, Object **ret) {
        return rpc_reference(call, call->request->extend_section->grant, &section_type,
                        SECTION_EXTEND_SIZE, ret);
}

static NTSTATUS extend_complete(RpcCall *call, RpcJob *rpc) {
        const ExtendJob *job = (const ExtendJob *) rpc;
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = reference_extensible(call, &object);

        if (!NT_SUCCESS(status))
                return status;
        if (job->error != 0)
                return STATUS_SECTION_NOT_EXTENDED;
        section = (Section *) object;
        section->size = MAX(section->size, job->size);
        return reply_size(call, section);
}

static NTSTATUS defer_extension(RpcCall *call, const ClientFd *file, uint64_t size) {
        ClientFd copy = CLIENT_FD_NONE;
        ExtendJob *job = NULL;
        NTSTATUS status = client_fd_copy(file, &copy);

        if (!NT_SUCCESS(status))
                return status;
        job = g_new0(ExtendJob, 1);
        job->rpc.job.work = extend_work;
        job->rpc.complete = extend_complete;
        job->rpc.release = extend_release;
        job->rpc.free = extend_free;
        job->size = size;
        job->fd = copy.fd;
        job->copy = client_fd_steal(&copy);
        return rpc_defer(call, &job->rpc);
}

/*
 * Only sections that can write to their file are extended, even to what the file has already: so
 * NT does.
 */
NTSTATUS rpc_extend_section(RpcCall *call) {
        uint64_t size = call->request->extend_section->size;
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        const ClientFd *file = NULL;
        FileFacts facts = { 0 };
        NTSTATUS status = reference_extensible(call, &object);

        if (!NT_SUCCESS(status))
                return status;
        section = (Section *) object;
        if (!section->file || section->attributes & SEC_IMAGE)
                return STATUS_SECTION_NOT_EXTENDED;
        if (size <= section->size)
                return reply_size(call, section);
        file = &section->file->read_write;
        if (file->fd < 0 || size > INT64_MAX)
                return STATUS_SECTION_NOT_EXTENDED;
        status = client_fd_look(file, &facts);
        if (!NT_SUCCESS(status))
                return status;
        if (facts.size < size)
                return defer_extension(call, file, size);
        section->size = size;
        return reply_size(call, section);
}
