#include "actor.h"

#include <glib.h>

#include "raw-client.h"
#include "winternl.h"

typedef struct ZwName {
        WCHAR text[32];
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;
} ZwName;

static POBJECT_ATTRIBUTES zw_name(ZwName *name, unsigned number) {
        static const char path[] = "\\BaseNamedObjects\\stress-";
        size_t n = 0;

        for (; path[n]; n++)
                name->text[n] = (WCHAR) path[n];
        name->text[n++] = (WCHAR) ('0' + number);
        name->text[n] = 0;
        RtlInitUnicodeString(&name->string, name->text);
        InitializeObjectAttributes(&name->attributes, &name->string, 0, NULL, NULL);
        return &name->attributes;
}

static NTSTATUS zw_create(
                Actor *actor, unsigned name, ACCESS_MASK access, uint32_t object, uint64_t *ret) {
        LARGE_INTEGER size = { .QuadPart = (LONGLONG) object * ACTOR_PAGE };
        HANDLE handle = NULL;
        ZwName attributes;
        NTSTATUS status;

        (void) actor;
        status = NtCreateSection(&handle, access, zw_name(&attributes, name), &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
        *ret = (uint64_t) (ULONG_PTR) handle;
        return status;
}

static NTSTATUS zw_open(Actor *actor, unsigned name, ACCESS_MASK access, uint64_t *ret) {
        HANDLE handle = NULL;
        ZwName attributes;
        NTSTATUS status;

        (void) actor;
        status = NtOpenSection(&handle, access, zw_name(&attributes, name));
        *ret = (uint64_t) (ULONG_PTR) handle;
        return status;
}

static NTSTATUS zw_duplicate(Actor *actor, uint64_t handle, uint64_t *ret) {
        HANDLE copy = NULL;
        NTSTATUS status;

        (void) actor;
        status = NtDuplicateObject(NtCurrentProcess(), (HANDLE) (ULONG_PTR) handle,
                        NtCurrentProcess(), &copy, 0, 0, DUPLICATE_SAME_ACCESS);
        *ret = (uint64_t) (ULONG_PTR) copy;
        return status;
}

static NTSTATUS zw_close_handle(Actor *actor, uint64_t handle) {
        (void) actor;
        return NtClose((HANDLE) (ULONG_PTR) handle);
}

static uint32_t zw_identify(Actor *actor, uint64_t handle) {
        SECTION_BASIC_INFORMATION information = { 0 };

        (void) actor;
        if (!NT_SUCCESS(NtQuerySection((HANDLE) (ULONG_PTR) handle, SectionBasicInformation,
                            &information, sizeof(information), NULL)))
                return UINT32_MAX; /* a handle that was just opened: no object is called so */
        return (uint32_t) (information.MaximumSize.QuadPart / ACTOR_PAGE);
}

const ActorType zw_actor_type = {
        .create = zw_create,
        .open = zw_open,
        .duplicate = zw_duplicate,
        .close = zw_close_handle,
        .identify = zw_identify,
};

static char *raw_name(unsigned number) {
        return g_strdup_printf("\\BaseNamedObjects\\stress-%u", number);
}

static uint64_t raw_handle(const Nt__Grant *grant) {
        return (uint64_t) grant->tag << 32 | grant->slot;
}

static NTSTATUS raw_create(
                Actor *actor, unsigned name, ACCESS_MASK access, uint32_t object, uint64_t *ret) {
        g_autofree char *path = raw_name(name);
        Nt__Grant grant = NT__GRANT__INIT;
        NTSTATUS status = raw_client_create_section(
                        actor->client, path, access, (uint64_t) object * ACTOR_PAGE, &grant);

        *ret = raw_handle(&grant);
        return status;
}

static NTSTATUS raw_open(Actor *actor, unsigned name, ACCESS_MASK access, uint64_t *ret) {
        g_autofree char *path = raw_name(name);
        Nt__Grant grant = NT__GRANT__INIT;
        NTSTATUS status = raw_client_open_section(actor->client, path, access, &grant);

        *ret = raw_handle(&grant);
        return status;
}

static NTSTATUS raw_close(Actor *actor, uint64_t handle) {
        Nt__Grant grant = NT__GRANT__INIT;

        grant.slot = (uint32_t) handle;
        grant.tag = (uint32_t) (handle >> 32);
        return raw_client_close(actor->client, &grant);
}

/* The reply to the open says it. */
static uint32_t raw_identify(Actor *actor, uint64_t handle) {
        const RawClient *client = actor->client;
        const Nt__Reply *reply = client->reply;

        (void) handle;
        if (!reply || reply->body_case != NT__REPLY__BODY_GRANT || !reply->grant->section)
                return UINT32_MAX;
        return (uint32_t) (reply->grant->section->size / ACTOR_PAGE);
}

const ActorType raw_actor_type = {
        .create = raw_create,
        .open = raw_open,
        .close = raw_close,
        .identify = raw_identify,
};
