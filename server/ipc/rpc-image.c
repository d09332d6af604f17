/*
 * Sections of images
 *
 * The request is checked, and if the image is not at hand, put off until a thread has read it; then
 * it is checked once more, since its File may be gone by then.
 */

#include "file.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-job.h"
#include "section-image.h"
#include "section-rules.h"

/* A request that waits for its image. */
typedef struct ImageJob {
        RpcJob rpc;
        ClientFd read_only; /* what the client sent: the section's, if it is made */
        ClientFd read_write;
        int fd; /* the former, for the thread */
        ImageBuild *build;
} ImageJob;

/* One request, fresh or after its job. */
typedef struct ImageCall {
        RpcCall *call;
        SectionFileRequest request;
        FileFacts facts;
        Quota *quota;
} ImageCall;

static void image_job_work(Job *job) {
        ImageJob *image_job = (ImageJob *) job;

        image_build_work(image_job->build, image_job->fd);
}

static void image_job_release(RpcJob *job) {
        ImageJob *image_job = (ImageJob *) job;

        image_build_leave(image_job->build);
        client_fd_clear(&image_job->read_only);
        client_fd_clear(&image_job->read_write);
}

static void image_job_free(RpcJob *job) {
        ImageJob *image_job = (ImageJob *) job;

        image_build_unref(image_job->build);
        g_free(image_job);
}

static NTSTATUS image_job_complete(RpcCall *call, RpcJob *job);

/* Has the image read, by a thread of the client's user. */
static NTSTATUS image_read(ImageCall *image) {
        ImageJob *job = g_try_new0(ImageJob, 1);
        ImageKey key = section_image_key(&image->request, &image->facts);

        if (!job)
                return STATUS_NO_MEMORY;
        job->build = image_build_join(image->call->env->images, &key, image->quota);
        if (!job->build) {
                g_free(job);
                return STATUS_NO_MEMORY;
        }
        job->rpc.job.work = image_job_work;
        job->rpc.complete = image_job_complete;
        job->rpc.release = image_job_release;
        job->rpc.free = image_job_free;
        job->read_only = client_fd_steal(&image->request.read_only);
        job->read_write = client_fd_steal(&image->request.read_write);
        job->fd = job->read_only.fd;
        return rpc_defer(image->call, &job->rpc);
}

/* Rows 20 to 22 of NtCreateSection. Consumes @memory. */
static NTSTATUS image_create(ImageCall *image, ImageMemory *memory) {
        const Nt__CreateSectionRequest *request = image->call->request->create_section;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = section_new_of_image_take(
                        image->call->env->files, &image->request, memory, image->quota, &section);

        if (!NT_SUCCESS(status))
                return status;
        object = &section->object;
        status = rpc_capture_new(image->call, request->object_attributes, &section_type, &path);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_create(image->call, &path, request->desired_access, object);
}

/*
 * @build: that the request has waited for, or NULL
 */
static NTSTATUS image_serve(ImageCall *image, ImageBuild *build) {
        const Nt__CreateSectionRequest *request = image->call->request->create_section;
        ImageCache *images = image->call->env->images;
        g_autoptr(Object) file = NULL;
        ImageMemory *memory = NULL;
        ImageKey key;
        NTSTATUS status;

        if (!request->file)
                return section_check_size(request->allocation_attributes, request->protection,
                                request->maximum_size);
        status = section_check_file(request->allocation_attributes, request->protection);
        if (!NT_SUCCESS(status))
                return status;
        status = rpc_reference(image->call, request->file, &file_type, FILE_READ_DATA, &file);
        if (status == STATUS_ACCESS_DENIED && request->protection == PAGE_EXECUTE)
                status = rpc_reference(image->call, request->file, &file_type, FILE_EXECUTE, &file);
        if (!NT_SUCCESS(status))
                return status;
        image->request.file = (File *) file;
        status = section_file_check(&image->request, &image->facts);
        if (!NT_SUCCESS(status))
                return status;

        key = section_image_key(&image->request, &image->facts);
        status = build ? image_build_finish(images, build, image->quota, &memory)
                       : image_cache_find(images, &key, image->quota, &memory);
        if (!NT_SUCCESS(status))
                return status;
        return memory ? image_create(image, memory) : image_read(image);
}

static NTSTATUS image_call_take(
                RpcCall *call, ClientFd read_only, ClientFd read_write, ImageBuild *build) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        ImageCall image = {
                .call = call,
                .request = {
                        .attributes = request->allocation_attributes,
                        .protection = request->protection,
                        .size = request->maximum_size,
                        .read_only = read_only,
                        .read_write = read_write,
                },
                .quota = process_quota(call->process),
        };
        NTSTATUS status = image_serve(&image, build);

        client_fd_clear(&image.request.read_only);
        client_fd_clear(&image.request.read_write);
        return status;
}

static NTSTATUS image_job_complete(RpcCall *call, RpcJob *job) {
        ImageJob *image_job = (ImageJob *) job;

        return image_call_take(call, client_fd_steal(&image_job->read_only),
                        client_fd_steal(&image_job->read_write), image_job->build);
}

NTSTATUS rpc_create_image(RpcCall *call) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        ClientFd read_only = CLIENT_FD_NONE, read_write = CLIENT_FD_NONE;
        NTSTATUS status = section_check_attributes(
                        request->allocation_attributes, request->protection);

        if (!NT_SUCCESS(status))
                return status;
        if (request->has_read_only_fd)
                read_only = rpc_take_fd(call, request->read_only_fd);
        if (request->has_read_write_fd)
                read_write = rpc_take_fd(call, request->read_write_fd);
        return image_call_take(call, read_only, read_write, NULL);
}

NTSTATUS rpc_image_memory(RpcCall *call, const Section *section, ACCESS_MASK access) {
        Nt__SectionMemoryReply *body = rpc_alloc(call, sizeof(*body));
        int fd = -1, shared_fd = -1;
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = section_image_open(section, access, &fd, &shared_fd);
        if (!NT_SUCCESS(status))
                return status;
        nt__section_memory_reply__init(body);
        body->memory_fd = rpc_attach_fd_take(call, fd);
        body->has_shared_fd = shared_fd >= 0;
        if (shared_fd >= 0)
                body->shared_fd = rpc_attach_fd_take(call, shared_fd);
        call->reply->body_case = NT__REPLY__BODY_SECTION_MEMORY;
        call->reply->section_memory = body;
        return STATUS_SUCCESS;
}

/* The pieces of the layout, of which those that are alike are one. */
static NTSTATUS describe_pieces(
                RpcCall *call, const ImageContent *content, Nt__QueryImageReply *body) {
        const PeLayout *layout = &content->layout;
        Nt__ImagePiece *last = NULL;

        body->pieces = rpc_alloc(call, layout->n_pieces * sizeof(*body->pieces));
        for (size_t i = 0; body->pieces && i < layout->n_pieces; i++) {
                const PePiece *piece = &layout->pieces[i];
                bool shared = image_piece_is_shared(piece);

                if (last && last->protection == piece->protection && last->shared == shared) {
                        last->size += piece->size;
                        continue;
                }
                last = rpc_alloc(call, sizeof(*last));
                if (!last)
                        return STATUS_INSUFFICIENT_RESOURCES;
                nt__image_piece__init(last);
                last->size = piece->size;
                last->protection = piece->protection;
                last->has_shared = last->shared = shared;
                body->pieces[body->n_pieces++] = last;
        }
        return body->pieces ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS describe_image(RpcCall *call, const Section *section, Nt__QueryImageReply *body) {
        const ImageContent *content = section_image(section);
        const ImageKey *key = image_memory_key(section->image);
        ImageInformation *information = rpc_alloc(call, sizeof(*information));

        if (!information)
                return STATUS_INSUFFICIENT_RESOURCES;
        section_image_information(content, information);
        nt__query_image_reply__init(body);
        body->image_base = content->base.base;
        body->original_base = content->image.base;
        body->image_size = content->image.size;
        body->information.data = (uint8_t *) information;
        body->information.len = sizeof(*information);
        body->file_device = key->facts.identity.device;
        body->file_inode = key->facts.identity.inode;
        body->no_execute = key->no_execute;
        body->extended_flags = content->extended_flags;
        return describe_pieces(call, content, body);
}

NTSTATUS rpc_query_image(RpcCall *call) {
        Nt__QueryImageReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        NTSTATUS status = rpc_reference(
                        call, call->request->query_image->grant, &section_type, 0, &object);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        if (!((const Section *) object)->image)
                return STATUS_SECTION_NOT_IMAGE;
        status = describe_image(call, (const Section *) object, body);
        if (!NT_SUCCESS(status))
                return status;
        call->reply->body_case = NT__REPLY__BODY_QUERY_IMAGE;
        call->reply->query_image = body;
        return STATUS_SUCCESS;
}
