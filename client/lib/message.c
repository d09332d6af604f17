#include "message.h"

#include <errno.h>
#include <stdlib.h>

#include "grant-word.h"
#include "ntstatus.h"

/*
 * Decoding needs at most this many bytes per byte of the message: an unknown field of two bytes
 * becomes a scanned member, an entry of the list of such fields, and its contents. The daemon is
 * trusted, but need not be of our version. Pages that are not needed are never touched.
 */
enum { DECODED_FACTOR = 64, DECODED_MIN = 4096 };

/* A switch, long as it is: the compiler tells of a request that was forgotten. */
static Nt__Reply__BodyCase reply_body(const Nt__Request *request) {
        switch (request->body_case) {
        case NT__REQUEST__BODY_ATTACH:
        case NT__REQUEST__BODY_ADOPT_HEIR:
                return NT__REPLY__BODY_ATTACH;
        case NT__REQUEST__BODY_MAKE_HEIR:
                return NT__REPLY__BODY_MAKE_HEIR;
        case NT__REQUEST__BODY_CREATE_SECTION:
        case NT__REQUEST__BODY_OPEN_SECTION:
        case NT__REQUEST__BODY_CREATE_DIRECTORY:
        case NT__REQUEST__BODY_OPEN_DIRECTORY:
        case NT__REQUEST__BODY_CREATE_SYMBOLIC_LINK:
        case NT__REQUEST__BODY_OPEN_SYMBOLIC_LINK:
        case NT__REQUEST__BODY_CREATE_PRIVATE_NAMESPACE:
        case NT__REQUEST__BODY_OPEN_PRIVATE_NAMESPACE:
        case NT__REQUEST__BODY_OPEN_PROCESS:
        case NT__REQUEST__BODY_OPEN_SPECIAL:
        case NT__REQUEST__BODY_OPEN_PROCESS_TOKEN:
        case NT__REQUEST__BODY_DUPLICATE_TOKEN:
        case NT__REQUEST__BODY_REFERENCE_OBJECT:
        case NT__REQUEST__BODY_OPEN_REFERENCED:
        case NT__REQUEST__BODY_CREATE_FILE:
        case NT__REQUEST__BODY_OPEN_THREAD:
                return NT__REPLY__BODY_GRANT;
        case NT__REQUEST__BODY_SECTION_MEMORY:
                return NT__REPLY__BODY_SECTION_MEMORY;
        case NT__REQUEST__BODY_QUERY_DIRECTORY:
                return NT__REPLY__BODY_QUERY_DIRECTORY;
        case NT__REQUEST__BODY_QUERY_SYMBOLIC_LINK:
        case NT__REQUEST__BODY_QUERY_NAME:
        case NT__REQUEST__BODY_QUERY_SECURITY:
        case NT__REQUEST__BODY_QUERY_SECTION_NAME:
                return NT__REPLY__BODY_BYTES;
        case NT__REQUEST__BODY_QUERY_OBJECT:
                return NT__REPLY__BODY_QUERY_OBJECT;
        case NT__REQUEST__BODY_STATISTICS:
                return NT__REPLY__BODY_STATISTICS;
        case NT__REQUEST__BODY_QUERY_TYPES:
                return NT__REPLY__BODY_QUERY_TYPES;
        case NT__REQUEST__BODY_DUPLICATE:
                return NT__REPLY__BODY_DUPLICATE;
        case NT__REQUEST__BODY_QUERY_PROCESS:
                return NT__REPLY__BODY_QUERY_PROCESS;
        case NT__REQUEST__BODY_QUERY_TOKEN:
                return NT__REPLY__BODY_QUERY_TOKEN;
        case NT__REQUEST__BODY_ADJUST_PRIVILEGES:
                return NT__REPLY__BODY_ADJUST_PRIVILEGES;
        case NT__REQUEST__BODY_ACCESS_CHECK:
                return NT__REPLY__BODY_ACCESS_CHECK;
        case NT__REQUEST__BODY_EXTEND_SECTION:
                return NT__REPLY__BODY_EXTEND_SECTION;
        case NT__REQUEST__BODY_QUERY_IMAGE:
                return NT__REPLY__BODY_QUERY_IMAGE;
        case NT__REQUEST__BODY_RESOLVE_FILE:
                return NT__REPLY__BODY_RESOLVE_FILE;
        case NT__REQUEST__BODY_FILE_DESCRIPTOR:
                return NT__REPLY__BODY_FILE_DESCRIPTOR;
        case NT__REQUEST__BODY_QUERY_THREAD:
                return NT__REPLY__BODY_QUERY_THREAD;
        case NT__REQUEST__BODY_OPEN_CHANNEL:
        case NT__REQUEST__BODY_RELEASE:
        case NT__REQUEST__BODY_RELEASE_PARKED:
        case NT__REQUEST__BODY_CLOSE:
        case NT__REQUEST__BODY_MAKE_TEMPORARY:
        case NT__REQUEST__BODY_MAKE_PERMANENT:
        case NT__REQUEST__BODY_SET_OBJECT_SESSION:
        case NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE:
        case NT__REQUEST__BODY_SET_SECURITY:
        case NT__REQUEST__BODY_CLOSE_KERNEL_HANDLE:
        case NT__REQUEST__BODY_SET_KERNEL_HANDLE_FLAGS:
        case NT__REQUEST__BODY_DEREFERENCE_OBJECT:
        case NT__REQUEST__BODY_COMMIT_SECTION:
        case NT__REQUEST__BODY_RELEASE_VIEWS:
        case NT__REQUEST__BODY_SET_FILE_DISPOSITION:
        case NT__REQUEST__BODY_CHECK_FILE_SIZE:
        case NT__REQUEST__BODY_END_THREAD:
        case NT__REQUEST__BODY_TERMINATE_PROCESS:
        case NT__REQUEST__BODY__NOT_SET:
        case _NT__REQUEST__BODY__CASE_IS_INT_SIZE:
                break;
        }
        return NT__REPLY__BODY__NOT_SET;
}

static bool grant_is_sane(const Nt__Grant *grant) {
        return grant->slot != 0 && grant->slot < GRANT_SLOT_LOST && grant->tag != 0 &&
               grant->tag <= GRANT_TAG_MAX;
}

static bool fd_is_there(const CallReply *reply, uint32_t index) {
        return index < reply->frame.n_fds && reply->frame.fds[index] >= 0;
}

/* What a stub may take as given once the status is a success. */
static bool body_is_sane(const Nt__Request *request, const CallReply *reply) {
        const Nt__Reply *message = reply->message;

        if (!NT_SUCCESS(message->status))
                return true;
        if (message->n_counter_index != message->n_counter_value)
                return false;

        switch (reply_body(request)) {
        case NT__REPLY__BODY__NOT_SET:
                return true;
        case NT__REPLY__BODY_GRANT:
                return message->body_case == NT__REPLY__BODY_GRANT &&
                       (message->grant->has_handle || grant_is_sane(message->grant->grant));
        case NT__REPLY__BODY_SECTION_MEMORY:
                return message->body_case == NT__REPLY__BODY_SECTION_MEMORY &&
                       fd_is_there(reply, message->section_memory->memory_fd) &&
                       (!message->section_memory->has_commit_fd ||
                                       fd_is_there(reply, message->section_memory->commit_fd)) &&
                       (!message->section_memory->has_shared_fd ||
                                       fd_is_there(reply, message->section_memory->shared_fd));
        case NT__REPLY__BODY_FILE_DESCRIPTOR:
                return message->body_case == NT__REPLY__BODY_FILE_DESCRIPTOR &&
                       fd_is_there(reply, message->file_descriptor->file_fd);
        case NT__REPLY__BODY_MAKE_HEIR:
                return message->body_case == NT__REPLY__BODY_MAKE_HEIR &&
                       fd_is_there(reply, message->make_heir->channel_fd);
        default:
                return message->body_case == reply_body(request);
        }
}

static Nt__Reply *decode_into(const Frame *frame, void *memory, size_t size) {
        Arena arena;

        arena_init(&arena, memory, size);
        return nt__reply__unpack(&arena.allocator, frame->size, frame->data);
}

int message_decode(const Nt__Request *request, CallReply *reply) {
        reply->message = decode_into(&reply->frame, reply->small, sizeof(reply->small));
        if (!reply->message) {
                size_t size = reply->frame.size * DECODED_FACTOR + DECODED_MIN;

                reply->memory = malloc(size);
                if (!reply->memory)
                        return -ENOMEM;
                reply->message = decode_into(&reply->frame, reply->memory, size);
        }
        if (!reply->message || reply->message->id != request->id || !body_is_sane(request, reply)) {
                reply->message = NULL;
                return -EPIPE;
        }
        return 0;
}

void call_reply_init(CallReply *reply) {
        reply->message = NULL;
        reply->memory = NULL;
        frame_init(&reply->frame, NULL, 0);
}

void call_reply_clear(CallReply *reply) {
        frame_clear(&reply->frame);
        free(reply->memory);
        reply->memory = NULL;
        reply->message = NULL;
}
