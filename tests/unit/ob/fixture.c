#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "directory.h"
#include "ntstatus.h"
#include "process-page.h"
#include "symbolic-link.h"

#define OWNER 1000u

static const ObjectTypeRules plain_rules = {
        .name = "Plain",
        .mapping = {
                .GenericRead = READ_CONTROL | 1,
                .GenericWrite = READ_CONTROL | 2,
                .GenericExecute = READ_CONTROL,
                .GenericAll = STANDARD_RIGHTS_REQUIRED | 3,
        },
        .valid = STANDARD_RIGHTS_ALL | 3,
        .invalid_attributes = OBJ_OPENLINK,
};

const ObjectType plain_type = {
        .rules = &plain_rules,
        .size = sizeof(Object),
};

void world_init(World *world) {
        TokenSource source = {
                .uid = OWNER,
                .gid = OWNER,
                .daemon_owner = OWNER,
                .ntobjd_group = (gid_t) -1,
                .session = 1,
        };
        QuotaLimits limits;

        quota_limits_init(&limits);
        world->security = security_store_new();
        world->generation = generation_counters_new();
        world->ns = namespace_new(world->generation, world->security, false);
        world->quotas = quota_table_new(&limits);
        world->quota = quota_table_get(world->quotas, OWNER);
        g_assert(NT_SUCCESS(token_new(&source, &world->token)));
}

void world_clear(World *world) {
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                g_assert_cmpuint(quota_used(world->quota, kind), ==, 0);
        namespace_free(world->ns);
        security_store_free(world->security);
        generation_counters_free(world->generation);
        quota_unref(world->quota);
        quota_table_free(world->quotas);
        token_unref(world->token);
}

static void *sparse(size_t size) {
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        g_assert(memory != MAP_FAILED);
        return memory;
}

void actor_init(Actor *actor, World *world) {
        actor->words = sparse(GRANT_SLOTS * sizeof(*actor->words));
        actor->views = sparse(GRANT_SLOTS * sizeof(*actor->views));
        actor->grants = grant_table_new(actor->words, actor->views, world->quota);
}

void actor_clear(Actor *actor) {
        grant_table_end(actor->grants);
        while (grant_table_drain(actor->grants, 16))
                ;
        grant_table_free(actor->grants);
        munmap((void *) actor->words, GRANT_SLOTS * sizeof(*actor->words));
        munmap((void *) actor->views, GRANT_SLOTS * sizeof(*actor->views));
}

void actor_close(Actor *actor, GrantName name) {
        switch (grant_word_close(&actor->words[name.slot], 100)) {
        case GRANT_CLOSE_REPORT:
        case GRANT_CLOSE_REPORT_WAIT:
                grant_table_release(actor->grants, name);
                break;
        case GRANT_CLOSE_OPEN:
        case GRANT_CLOSE_PARKED:
                break;
        case GRANT_CLOSE_NONE:
                g_assert_not_reached();
        }
}

static size_t widen(const char *text, WCHAR *units) {
        size_t n = strlen(text);

        g_assert(n < 1024);
        for (size_t i = 0; i < n; i++)
                units[i] = (WCHAR) (unsigned char) text[i];
        return n;
}

static ObjectPath make_path(World *world,
                const WCHAR *name,
                size_t n_units,
                ULONG attributes,
                const ObjectType *type) {
        return (ObjectPath){
                .ns = world->ns,
                .name = name,
                .n_units = n_units,
                .attributes = attributes,
                .type = type,
                .token = world->token,
                .session = 1,
        };
}

static NTSTATUS create(World *world,
                Actor *actor,
                const char *name,
                ULONG attributes,
                Object *object,
                GrantName *ret) {
        WCHAR units[1024];
        size_t n_units = widen(name, units);
        ObjectPath path = make_path(world, units, n_units, attributes, object->type);
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        NTSTATUS status = STATUS_SUCCESS;

        path.creating = true;
        status = object_create(&path, object, GENERIC_ALL, actor->grants, world->quota,
                        &dependencies, &opened);
        if (NT_SUCCESS(status))
                *ret = opened.grant;
        return status;
}

NTSTATUS world_create(World *world,
                Actor *actor,
                const char *name,
                ULONG attributes,
                const ObjectType *type,
                GrantName *ret) {
        g_autoptr(Object) object = NULL;
        Directory *directory = NULL;

        if (type == &directory_type) {
                g_assert(NT_SUCCESS(directory_new(
                                namespace_seed(world->ns), world->quota, &directory)));
                object = &directory->object;
        } else {
                g_assert(NT_SUCCESS(object_new(type, world->quota, &object)));
        }
        return create(world, actor, name, attributes, object, ret);
}

NTSTATUS world_create_link(
                World *world, Actor *actor, const char *name, const char *target, GrantName *ret) {
        WCHAR units[1024];
        size_t n_units = widen(target, units);
        SymbolicLink *link = NULL;
        g_autoptr(Object) object = NULL;

        g_assert(NT_SUCCESS(symbolic_link_new(units, n_units, world->quota, &link)));
        object = &link->object;
        return create(world, actor, name, 0, object, ret);
}

NTSTATUS world_open(World *world,
                Actor *actor,
                const char *name,
                ULONG attributes,
                const ObjectType *type,
                GrantName *ret) {
        WCHAR units[1024];
        size_t n_units = widen(name, units);
        ObjectPath path = make_path(world, units, n_units, attributes, type);
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        NTSTATUS status = object_open(&path, READ_CONTROL, actor->grants, &dependencies, &opened);

        if (NT_SUCCESS(status))
                *ret = opened.grant;
        return status;
}
