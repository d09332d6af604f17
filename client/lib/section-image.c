#include "section-image.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"

_Static_assert(sizeof(SectionImage) <= REGION_PAGE_SIZE, "one page keeps it");

/* How much of it says something. */
static size_t image_used(const SectionImage *image) {
        return offsetof(SectionImage, pieces) + image->n_pieces * sizeof(image->pieces[0]);
}

void section_image_forget(GrantRecord *record) {
        if (record->image)
                munmap(record->image, REGION_PAGE_SIZE);
        record->image = NULL;
}

/* Return: false if nothing is kept. */
static bool image_recall(GrantInfoTable *table, const HandleRef *ref, SectionImage *ret) {
        GrantRecord *record = grant_info_find(table, ref->slot);
        bool known = false;

        if (!record)
                return false;
        pthread_mutex_lock(&table->lock);
        if (atomic_load(&record->tag) == ref->info.tag && record->image) {
                memcpy(ret, record->image, image_used(record->image));
                known = true;
        }
        pthread_mutex_unlock(&table->lock);
        return known;
}

/* Without memory for it, it is asked for again; no allocator's, as in grant-info.c. */
static void image_keep(GrantInfoTable *table, const HandleRef *ref, const SectionImage *image) {
        GrantRecord *record = grant_info_find(table, ref->slot);

        if (!record)
                return;
        pthread_mutex_lock(&table->lock);
        if (atomic_load(&record->tag) == ref->info.tag && !record->image) {
                void *memory = mmap(NULL, REGION_PAGE_SIZE, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

                if (memory != MAP_FAILED) {
                        memcpy(memory, image, image_used(image));
                        record->image = memory;
                }
        }
        pthread_mutex_unlock(&table->lock);
}

/* Return: false if the daemon says what cannot be. */
static bool pieces_read(const Nt__QueryImageReply *body, SectionImage *ret) {
        uint64_t size = 0;

        if (body->n_pieces > IMAGE_PIECES_MOST)
                return false;
        ret->n_pieces = (uint32_t) body->n_pieces;
        ret->is_shared = false;
        for (uint32_t i = 0; i < ret->n_pieces; i++) {
                const Nt__ImagePiece *piece = body->pieces[i];

                if (piece->size == 0 || piece->size % REGION_PAGE_SIZE != 0 ||
                                piece->protection == 0 || piece->protection > 0xFF)
                        return false;
                ret->pieces[i] = (ImagePiece){
                        .size = piece->size,
                        .protection = (uint16_t) piece->protection,
                        .is_shared = piece->shared,
                };
                ret->is_shared |= piece->shared;
                size += piece->size;
        }
        return size > 0 && size == ret->size;
}

static NTSTATUS image_ask(const Client *client, const HandleRef *ref, SectionImage *ret) {
        Nt__Grant grant = handle_grant(ref);
        Nt__QueryImageRequest body = NT__QUERY_IMAGE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryImageReply *answer;
        NTSTATUS status;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_QUERY_IMAGE;
        request.query_image = &body;
        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;

        answer = reply.message->query_image;
        ret->base = answer->image_base;
        ret->original_base = answer->original_base;
        ret->size = answer->image_size;
        ret->file = (FileIdentity){ .device = answer->file_device, .inode = answer->file_inode };
        ret->extended_flags = answer->extended_flags;
        ret->no_execute = answer->no_execute;
        if (answer->information.len != sizeof(ret->information) || !pieces_read(answer, ret))
                return STATUS_PORT_DISCONNECTED;
        memcpy(&ret->information, answer->information.data, sizeof(ret->information));
        return STATUS_SUCCESS;
}

NTSTATUS section_image_read(const Client *client, const HandleRef *ref, SectionImage *ret) {
        GrantInfoTable *table = client->grants;
        NTSTATUS status;

        if (!section_is_image(&ref->info))
                return STATUS_SECTION_NOT_IMAGE;
        if (image_recall(table, ref, ret))
                return STATUS_SUCCESS;
        status = image_ask(client, ref, ret);
        if (NT_SUCCESS(status))
                image_keep(table, ref, ret);
        return status;
}

SIZE_T section_image_length(SECTION_INFORMATION_CLASS information_class) {
        switch ((ULONG) information_class) {
        case SectionImageInformation:
                return sizeof(SECTION_IMAGE_INFORMATION);
        case SectionRelocationInformation:
        case SectionOriginalBaseInformation:
                return sizeof(ULONG_PTR);
        case SectionInternalImageInformation:
                return sizeof(SECTION_INTERNAL_IMAGE_INFORMATION);
        default:
                return 0;
        }
}

NTSTATUS section_image_query(const Client *client,
                const HandleRef *ref,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                PSIZE_T return_length) {
        SIZE_T length = section_image_length(information_class);
        SECTION_INTERNAL_IMAGE_INFORMATION internal;
        const void *answer = &internal;
        SectionImage image;
        ULONG_PTR relocation;
        NTSTATUS status;

        status = section_image_read(client, ref, &image);
        if (!NT_SUCCESS(status))
                return status;
        relocation = image.base - image.original_base;
        memset(&internal, 0, sizeof(internal));
        internal.SectionInformation = image.information;
        internal.ExtendedFlags = image.extended_flags;
        if (information_class == SectionRelocationInformation)
                answer = &relocation;
        if (information_class == SectionOriginalBaseInformation)
                answer = &image.original_base;

        status = probe_write(information, answer, length);
        if (NT_SUCCESS(status) && return_length)
                status = probe_write_64(return_length, length);
        return status;
}
