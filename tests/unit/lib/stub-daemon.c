#include "stub-daemon.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grant-info.h"
#include "grant-word.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "previous-mode.h"
#include "trace.h"
#include "views.h"

StubDaemon stub;

_Atomic bool trace_enabled;

void trace_begin(void) {
}

void trace_end(const char *name, NTSTATUS status, const char *format, ...) {
        (void) name;
        (void) status;
        (void) format;
}

const char *trace_name(char *buffer, size_t size, const WCHAR *name, size_t n_units) {
        (void) name;
        snprintf(buffer, size, "%zu units", n_units);
        return buffer;
}

void stub_init(void) {
        stub = (StubDaemon){
                .access = 0,
                .size = 0x20000,
                .protection = PAGE_READWRITE,
                .attributes = SEC_COMMIT,
        };
        stub.client.parked_most = PARKED_MAX;
        stub.n_entries_most = 1000;
        stub.text = u"";
        stub.client.page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        ck_assert_ptr_ne(stub.client.page, MAP_FAILED);
        stub.client.serial = 1;
        stub.client.grants = grant_info_table_new();
        ck_assert_ptr_nonnull(stub.client.grants);
}

void stub_init_kernel(void) {
        stub_init();
        stub.client.kernel = true;
        atomic_store(&kernel_persona, true);
}

void stub_clear(void) {
        atomic_store(&kernel_persona, false);
        grant_info_table_free(stub.client.grants);
        munmap(stub.client.page, sizeof(ProcessPage));
}

unsigned stub_messages(void) {
        unsigned n = stub.n_messages;

        stub.n_messages = 0;
        return n;
}

HANDLE stub_make_unknown_handle(void) {
        uint32_t slot = ++stub.last_slot, index;

        atomic_store(&stub.client.page->grants[slot], grant_word_make(7, 1, 0));
        index = handle_table_claim(stub.client.page, handle_entry(slot, 7, SECTION_QUERY, true), 9);
        return (HANDLE) (uintptr_t) (index * 4);
}

NTSTATUS client_enter(ClientNeed need, const Client **ret) {
        (void) need;
        *ret = &stub.client;
        return stub.entered;
}

void call_reply_init(CallReply *reply) {
        reply->message = NULL;
        reply->memory = NULL;
        frame_init(&reply->frame, NULL, 0);
}

void call_reply_clear(CallReply *reply) {
        frame_clear(&reply->frame);
        if (reply->message)
                nt__reply__free_unpacked(reply->message, NULL);
        reply->message = NULL;
}

static ProtobufCBinaryData bytes_of(const void *memory, size_t size) {
        ProtobufCBinaryData bytes = { size, malloc(size + 1) };

        memcpy(bytes.data, memory, size);
        return bytes;
}

static size_t text_size(const WCHAR *text) {
        size_t n = 0;

        while (text[n])
                n++;
        return n * sizeof(*text);
}

static Nt__SectionInfo *section_info(void) {
        Nt__SectionInfo *info = malloc(sizeof(*info));

        nt__section_info__init(info);
        info->size = stub.size;
        info->attributes = stub.attributes;
        info->protection = stub.protection;
        return info;
}

static void answer_grant(Nt__Reply *reply, ACCESS_MASK access, uint32_t kind) {
        Nt__GrantReply *grant = malloc(sizeof(*grant));
        uint32_t slot = ++stub.last_slot;

        nt__grant_reply__init(grant);
        grant->grant = malloc(sizeof(*grant->grant));
        nt__grant__init(grant->grant);
        grant->grant->slot = slot;
        grant->grant->tag = 1;
        grant->granted_access = stub.access ? stub.access : access;
        grant->kind = kind;
        grant->has_object_id = true;
        grant->object_id = stub.object_id ? stub.object_id : slot;
        grant->has_handle = stub.kernel_handle != 0;
        grant->handle = stub.kernel_handle;
        if (kind == NT__OBJECT_KIND__OBJECT_KIND_SECTION)
                grant->section = section_info();
        atomic_store(&stub.client.page->grants[slot], grant_word_make(1, 1, stub.grant_flags));
        reply->status = stub.status;
        reply->grant = grant;
        reply->body_case = NT__REPLY__BODY_GRANT;
}

static void note_name(const Nt__ObjectAttributes *attributes) {
        stub.had_root = attributes->root != NULL;
        stub.last_attributes = attributes->attributes;
        stub.n_last_name = attributes->has_name ? attributes->name.len : 0;
        if (stub.n_last_name > 0 && stub.n_last_name <= sizeof(stub.last_name))
                memcpy(stub.last_name, attributes->name.data, stub.n_last_name);
        stub.n_last_descriptor = attributes->has_security_descriptor
                                                 ? attributes->security_descriptor.len
                                                 : 0;
        if (stub.n_last_descriptor > 0 && stub.n_last_descriptor <= sizeof(stub.last_descriptor))
                memcpy(stub.last_descriptor, attributes->security_descriptor.data,
                                stub.n_last_descriptor);
}

static void answer_memory(Nt__Reply *reply, Frame *frame) {
        int fd = memfd_create("stub", MFD_CLOEXEC);

        stub.n_memories++;
        ck_assert_int_eq(ftruncate(fd, (off_t) stub.size), 0);
        frame->fds[frame->n_fds++] = fd;
        reply->section_memory = malloc(sizeof(*reply->section_memory));
        nt__section_memory_reply__init(reply->section_memory);
        reply->body_case = NT__REPLY__BODY_SECTION_MEMORY;
}

static void answer_bytes(Nt__Reply *reply) {
        reply->bytes = malloc(sizeof(*reply->bytes));
        nt__bytes_reply__init(reply->bytes);
        reply->bytes->value = bytes_of(stub.text, text_size(stub.text));
        reply->body_case = NT__REPLY__BODY_BYTES;
}

static void answer_object(Nt__Reply *reply) {
        Nt__QueryObjectReply *object = malloc(sizeof(*object));

        nt__query_object_reply__init(object);
        object->attributes = OBJ_PERMANENT;
        object->handle_count = 5;
        object->pointer_count = 6;
        object->name_length = (uint32_t) text_size(stub.text);
        object->creation_time = 0;
        object->has_kind = true;
        object->kind = NT__OBJECT_KIND__OBJECT_KIND_SECTION;
        object->has_granted_access = true;
        object->granted_access = SECTION_ALL_ACCESS;
        object->section = section_info();
        object->has_object_id = true;
        object->object_id = stub.object_id ? stub.object_id : 4711;
        object->has_descriptor_length = true;
        object->descriptor_length = 120;
        reply->query_object = object;
        reply->body_case = NT__REPLY__BODY_QUERY_OBJECT;
}

/* A cookie is the index of an entry, with something added so that no service takes it for one. */
#define COOKIE 1000000u

static void answer_directory(const Nt__QueryDirectoryRequest *request, Nt__Reply *reply) {
        uint64_t first = (request->cookie ? request->cookie - COOKIE : 0) + request->skip;
        uint64_t n = first < stub.n_entries ? stub.n_entries - first : 0;
        Nt__QueryDirectoryReply *body;

        if (n > request->n_most)
                n = request->n_most;
        if (n > stub.n_entries_most)
                n = stub.n_entries_most;
        if (n == 0) {
                reply->status = STATUS_NO_MORE_ENTRIES;
                return;
        }
        body = malloc(sizeof(*body));
        nt__query_directory_reply__init(body);
        body->n_entries = n;
        body->entries = calloc(n, sizeof(*body->entries));
        body->cookie = first + n + COOKIE;
        for (uint64_t i = 0; i < n; i++) {
                WCHAR name[3] = { u'n', (WCHAR) (u'0' + (first + i) / 10),
                        (WCHAR) (u'0' + (first + i) % 10) };

                body->entries[i] = malloc(sizeof(**body->entries));
                nt__directory_entry__init(body->entries[i]);
                body->entries[i]->name = bytes_of(name, sizeof(name));
                body->entries[i]->type_name = bytes_of(u"Section", 14);
        }
        reply->query_directory = body;
        reply->body_case = NT__REPLY__BODY_QUERY_DIRECTORY;
}

/* What is no entry of the page: the process, its token, and sections behind kernel handles. */
static void answer_special(uint64_t handle, Nt__Reply *reply) {
        stub.n_special++;
        stub.last_handle = handle;
        if (handle == (uint64_t) -1)
                answer_grant(reply, PROCESS_ALL_ACCESS, NT__OBJECT_KIND__OBJECT_KIND_PROCESS);
        else if (handle == (uint64_t) -2)
                answer_grant(reply, THREAD_ALL_ACCESS, NT__OBJECT_KIND__OBJECT_KIND_THREAD);
        else if (handle == (uint64_t) -4 || handle == (uint64_t) -6)
                answer_grant(reply, TOKEN_QUERY, NT__OBJECT_KIND__OBJECT_KIND_TOKEN);
        else if (handle == (uint64_t) -5)
                reply->status = STATUS_NO_TOKEN;
        else
                answer_grant(reply, SECTION_QUERY, NT__OBJECT_KIND__OBJECT_KIND_SECTION);
        if (reply->grant) {
                reply->grant->has_handle = false;
                reply->grant->has_handle_attributes = true;
                reply->grant->handle_attributes = OBJ_INHERIT | OBJ_PROTECT_CLOSE;
        }
}

static void answer_duplicate(const Nt__DuplicateRequest *request, Nt__Reply *reply) {
        stub.last_duplicate = *request;
        reply->status = stub.verdict;
        if (!NT_SUCCESS(stub.verdict))
                return;
        reply->duplicate = malloc(sizeof(*reply->duplicate));
        nt__duplicate_reply__init(reply->duplicate);
        reply->duplicate->has_handle = !request->no_target;
        reply->duplicate->handle = (uintptr_t) stub.duplicate;
        reply->body_case = NT__REPLY__BODY_DUPLICATE;
}

/* As many objects of each kind as its number is. */
static void answer_types(const Nt__QueryTypesRequest *request, Nt__Reply *reply) {
        uint32_t first = request->has_kind ? request->kind : 1;
        uint32_t last = request->has_kind ? request->kind : KINDS - 1;
        Nt__QueryTypesReply *body = malloc(sizeof(*body));

        nt__query_types_reply__init(body);
        body->types = calloc(last - first + 1, sizeof(*body->types));
        for (uint32_t kind = first; kind <= last; kind++) {
                Nt__TypeInfo *type = malloc(sizeof(*type));

                nt__type_info__init(type);
                type->kind = kind;
                type->n_objects = kind;
                type->n_grants = kind + 10;
                type->most_objects = kind + 20;
                type->most_grants = kind + 30;
                body->types[body->n_types++] = type;
        }
        reply->query_types = body;
        reply->body_case = NT__REPLY__BODY_QUERY_TYPES;
}

/* The object's number is the grant's slot, if it has no other. */
static void answer_reference(const Nt__ReferenceObjectRequest *request, Nt__Reply *reply) {
        uint32_t slot = request->grant->slot;

        stub.n_references++;
        reply->status = stub.verdict;
        if (!NT_SUCCESS(stub.verdict))
                return;
        answer_grant(reply, 0, request->kind);
        reply->grant->object_id = stub.object_id ? stub.object_id : slot;
        reply->grant->has_handle = false;
}

static void answer_about_handles(const Nt__Request *request, Nt__Reply *reply) {
        switch (request->body_case) {
        case NT__REQUEST__BODY_OPEN_SPECIAL:
                answer_special(request->open_special->handle, reply);
                return;
        case NT__REQUEST__BODY_CLOSE_KERNEL_HANDLE:
                stub.last_handle = request->close_kernel_handle->handle;
                reply->status = stub.verdict;
                return;
        case NT__REQUEST__BODY_SET_KERNEL_HANDLE_FLAGS:
                stub.last_handle = request->set_kernel_handle_flags->handle;
                stub.last_flags = (request->set_kernel_handle_flags->inherit ? 1u : 0u) |
                                  (request->set_kernel_handle_flags->protect ? 2u : 0u);
                reply->status = stub.verdict;
                return;
        case NT__REQUEST__BODY_DUPLICATE:
                answer_duplicate(request->duplicate, reply);
                return;
        case NT__REQUEST__BODY_QUERY_TYPES:
                answer_types(request->query_types, reply);
                return;
        case NT__REQUEST__BODY_REFERENCE_OBJECT:
                answer_reference(request->reference_object, reply);
                return;
        case NT__REQUEST__BODY_OPEN_REFERENCED:
                answer_grant(reply, request->open_referenced->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_SECTION);
                return;
        case NT__REQUEST__BODY_MAKE_TEMPORARY:
        case NT__REQUEST__BODY_MAKE_PERMANENT:
        case NT__REQUEST__BODY_SET_OBJECT_SESSION:
        case NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE:
                reply->status = stub.verdict;
                return;
        default:
                reply->status = STATUS_NOT_SUPPORTED;
        }
}

/* Handed out in the form that call_reply_clear() frees. Return: whether the test has an answer. */
static bool answer_by_test(const Nt__Request *request, Nt__Reply *reply) {
        Nt__Reply more = NT__REPLY__INIT, *copy;
        uint8_t bytes[4096];
        size_t size;

        if (!stub.more || !stub.more(request, &more))
                return false;
        size = nt__reply__get_packed_size(&more);
        ck_assert_uint_le(size, sizeof(bytes));
        nt__reply__pack(&more, bytes);
        copy = nt__reply__unpack(NULL, size, bytes);
        ck_assert_ptr_nonnull(copy);
        *reply = *copy;
        free(copy);
        return true;
}

static void answer(const Nt__Request *request, Nt__Reply *reply, Frame *frame) {
        if (answer_by_test(request, reply))
                return;
        switch (request->body_case) {
        case NT__REQUEST__BODY_CREATE_SECTION:
                note_name(request->create_section->object_attributes);
                answer_grant(reply, request->create_section->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_SECTION);
                return;
        case NT__REQUEST__BODY_OPEN_SECTION:
                note_name(request->open_section->object_attributes);
                answer_grant(reply, request->open_section->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_SECTION);
                return;
        case NT__REQUEST__BODY_OPEN_DIRECTORY:
                answer_grant(reply, request->open_directory->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY);
                return;
        case NT__REQUEST__BODY_CREATE_SYMBOLIC_LINK:
                answer_grant(reply, request->create_symbolic_link->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_SYMBOLIC_LINK);
                return;
        case NT__REQUEST__BODY_SECTION_MEMORY:
                answer_memory(reply, frame);
                return;
        case NT__REQUEST__BODY_QUERY_DIRECTORY:
                answer_directory(request->query_directory, reply);
                return;
        case NT__REQUEST__BODY_QUERY_SYMBOLIC_LINK:
        case NT__REQUEST__BODY_QUERY_NAME:
                answer_bytes(reply);
                return;
        case NT__REQUEST__BODY_QUERY_OBJECT:
                answer_object(reply);
                return;
        case NT__REQUEST__BODY_RELEASE:
                stub.n_waited_releases++;
                return;
        case NT__REQUEST__BODY_CREATE_DIRECTORY:
                note_name(request->create_directory->object_attributes);
                answer_grant(reply, request->create_directory->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY);
                return;
        case NT__REQUEST__BODY_CREATE_PRIVATE_NAMESPACE:
        case NT__REQUEST__BODY_OPEN_PRIVATE_NAMESPACE:
                stub.n_boundary = request->create_private_namespace->boundary.len;
                answer_grant(reply, request->create_private_namespace->desired_access,
                                NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY);
                return;
        default:
                answer_about_handles(request, reply);
        }
}

static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;

static NTSTATUS call(const Client *client, Nt__Request *request, CallReply *reply) {
        ck_assert_ptr_eq(client, &stub.client);
        stub.n_messages++;
        request->has_kernel_mode = request->kernel_mode =
                        client->kernel && previous_mode_is_kernel();
        stub.last = *request;
        if (stub.no_descriptors && request->body_case == NT__REQUEST__BODY_SECTION_MEMORY) {
                stub.no_descriptors = false;
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        reply->message = malloc(sizeof(*reply->message));
        nt__reply__init(reply->message);
        answer(request, reply->message, &reply->frame);
        return reply->message->status;
}

NTSTATUS connection_call(const Client *client, Nt__Request *request, CallReply *reply) {
        return connection_call_with(client, request, NO_FDS, reply);
}

NTSTATUS connection_call_with(
                const Client *client, Nt__Request *request, SentFds fds, CallReply *reply) {
        NTSTATUS status;

        pthread_mutex_lock(&busy);
        stub.n_fds = fds.n_fds;
        status = call(client, request, reply);
        pthread_mutex_unlock(&busy);
        return status;
}

NTSTATUS connection_send(const Client *client, Nt__Request *request) {
        pthread_mutex_lock(&busy);
        ck_assert_ptr_eq(client, &stub.client);
        stub.n_messages++;
        stub.last = *request;
        if (request->body_case == NT__REQUEST__BODY_RELEASE)
                stub.n_releases++;
        if (request->body_case == NT__REQUEST__BODY_DEREFERENCE_OBJECT)
                stub.n_dereferences++;
        if (request->body_case == NT__REQUEST__BODY_RELEASE_PARKED)
                stub.n_parked_released += (unsigned) request->release_parked->n_grants;
        pthread_mutex_unlock(&busy);
        return STATUS_SUCCESS;
}
