#include "path-scene.h"

#include <string.h>

#include "access.h"
#include "directory.h"
#include "fixture.h"
#include "fuzz.h"
#include "ntstatus.h"
#include "path.h"
#include "private-namespace.h"
#include "symbolic-link.h"

#define ACTORS       2u
#define HANDLES      64u
#define STRANGER     4242u
#define LINKS_MOST   30u
#define PATH_UNITS   0x7FF8u /* of a path that links have made */
#define SCANT_AMOUNT 6u

typedef struct Handle {
        Object *object; /* a reference; NULL while there is none */
        GrantName grant;
        unsigned actor;
} Handle;

struct PathScene {
        World world;
        Actor actors[ACTORS];
        Token *tokens[ACTORS];
        Handle handles[HANDLES];
        GPtrArray *permanent; /* references to what has been permanent once */
        bool scant;
        bool hostile; /* somebody overwrote a count: what is counted means nothing any more */
        size_t longest_target;
};

/* What is looked up for one deed; the linker brings each look-up here first. */
static size_t n_lookups;

DirectoryEntry *__real_directory_lookup(Directory *directory,
                const WCHAR *name,
                size_t n_units,
                unsigned how,
                Dependencies *dependencies);
DirectoryEntry *__wrap_directory_lookup(Directory *directory,
                const WCHAR *name,
                size_t n_units,
                unsigned how,
                Dependencies *dependencies);

DirectoryEntry *__wrap_directory_lookup(Directory *directory,
                const WCHAR *name,
                size_t n_units,
                unsigned how,
                Dependencies *dependencies) {
        n_lookups++;
        return __real_directory_lookup(directory, name, n_units, how, dependencies);
}

static const ObjectType *type_of(PathKind kind) {
        switch (kind) {
        case PATH_DIRECTORY:
                return &directory_type;
        case PATH_LINK:
                return &symbolic_link_type;
        case PATH_PLAIN:
                break;
        }
        return &plain_type;
}

/* One who passes through directories only where they let him. */
static Token *stranger_token(void) {
        TokenSource source = {
                .uid = STRANGER,
                .gid = STRANGER,
                .daemon_owner = 1000,
                .ntobjd_group = (gid_t) -1,
                .session = 1,
        };
        Token *token = NULL;

        MUST(NT_SUCCESS(token_new(&source, &token)));
        token_adjust(token, 0, 0, SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE));
        return token;
}

PathScene *path_scene_new(bool scant) {
        PathScene *scene = g_new0(PathScene, 1);
        QuotaLimits limits;

        world_init(&scene->world);
        scene->scant = scant;
        if (scant) {
                for (unsigned i = 0; i < QUOTA_KINDS; i++)
                        limits.limit[i] = SCANT_AMOUNT;
                limits.limit[QUOTA_NAME_BYTES] = 64;
                quota_table_set_limits(scene->world.quotas, &limits);
        }
        for (unsigned i = 0; i < ACTORS; i++)
                actor_init(&scene->actors[i], &scene->world);
        scene->tokens[0] = token_ref(scene->world.token);
        scene->tokens[1] = stranger_token();
        scene->permanent = g_ptr_array_new();
        return scene;
}

void path_scene_free(PathScene *scene) {
        NameSeed *seed = namespace_seed(scene->world.ns);

        for (unsigned i = 0; i < HANDLES; i++)
                object_unref(scene->handles[i].object);
        for (unsigned i = 0; i < ACTORS; i++) {
                actor_clear(&scene->actors[i]);
                token_unref(scene->tokens[i]);
        }
        for (unsigned i = 0; i < scene->permanent->len; i++) {
                object_make_temporary(scene->permanent->pdata[i], seed);
                object_unref(scene->permanent->pdata[i]);
        }
        g_ptr_array_unref(scene->permanent);
        MUST(namespace_permanent_count(scene->world.ns) == 0);
        world_clear(&scene->world); /* the quotas are back at 0 */
        g_free(scene);
}

static Handle *handle_at(PathScene *scene, unsigned number) {
        Handle *handle = &scene->handles[number % HANDLES];

        return number > 0 && handle->object ? handle : NULL;
}

static ObjectPath make_path(const PathScene *scene, const PathDeed *deed, PathKind kind) {
        const Handle *root = handle_at((PathScene *) scene, deed->root);

        return (ObjectPath){
                .ns = scene->world.ns,
                .root = root ? object_ref(root->object) : NULL,
                .name = deed->name->units,
                .n_units = deed->name->n_units,
                .attributes = deed->attributes,
                .type = type_of(kind),
                .token = scene->tokens[deed->actor],
                .session = deed->session,
                .kernel_mode = deed->kernel_mode,
        };
}

/* What was there before a deed. */
typedef struct Before {
        size_t n_grants;
        uint32_t n_handles;
        uint64_t objects;
} Before;

static Before look_before(const PathScene *scene, const PathDeed *deed) {
        n_lookups = 0;
        return (Before){
                .n_grants = grant_table_count(scene->actors[deed->actor].grants),
                .n_handles = grant_table_count_handles(scene->actors[deed->actor].grants),
                .objects = quota_used(scene->world.quota, QUOTA_OBJECTS),
        };
}

/* Whether a path from the root leads to the object. */
static bool is_attached(const Object *object, const Directory *root) {
        while (object->entry && !object->entry->directory->hidden)
                object = &object->entry->directory->object;
        return object == &root->object;
}

/* What the object's full name says is that object. */
static void check_full_name(const PathScene *scene, const Object *object) {
        const Directory *root = namespace_root(scene->world.ns);
        g_auto(PathEnd) end = { 0 };
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = directory_full_name(object, root, &name, &n_units);
        ObjectPath path = {
                .ns = scene->world.ns,
                .type = object->type,
                .token = scene->tokens[0],
                .session = 1,
                .kernel_mode = true,
        };

        if (status == STATUS_NAME_TOO_LONG)
                return;
        MUST(status == STATUS_SUCCESS && n_units <= NAME_UNITS_MOST);
        if (!is_attached(object, root)) {
                MUST(n_units == 0 || (n_units > 4 && memcmp(name, u"\\...", 8) == 0));
                return;
        }
        if (scene->hostile)
                return; /* a directory on the way may be over without anybody having looked */
        path.name = name;
        path.n_units = n_units;
        MUST(path_walk(&path, NULL, &end) == STATUS_SUCCESS);
        MUST(end.object == object);
}

/* Each link that is followed begins a path again, which is the last one with a target before it. */
static void check_work(const PathScene *scene, const PathDeed *deed) {
        size_t longest = deed->name->n_units + 1 + LINKS_MOST * (scene->longest_target + 1);

        MUST(n_lookups <= (LINKS_MOST + 1) * MIN(longest, PATH_UNITS + 1) + HANDLES);
}

static bool is_expected(const PathScene *scene, NTSTATUS status) {
        switch (status) {
        case STATUS_SUCCESS:
        case STATUS_OBJECT_NAME_EXISTS:
        case STATUS_OBJECT_NAME_COLLISION:
        case STATUS_OBJECT_NAME_INVALID:
        case STATUS_OBJECT_NAME_NOT_FOUND:
        case STATUS_OBJECT_PATH_NOT_FOUND:
        case STATUS_OBJECT_PATH_SYNTAX_BAD:
        case STATUS_OBJECT_TYPE_MISMATCH:
        case STATUS_REPARSE_POINT_ENCOUNTERED:
        case STATUS_NAME_TOO_LONG:
        case STATUS_INVALID_PARAMETER:
        case STATUS_ACCESS_DENIED:
        case STATUS_PRIVILEGE_NOT_HELD:
                return true;
        case STATUS_QUOTA_EXCEEDED:
                return scene->scant;
        default:
                return false;
        }
}

static void keep(PathScene *scene, const PathDeed *deed, const Opened *opened) {
        for (unsigned i = 1; i < HANDLES; i++) {
                Handle *handle = &scene->handles[i];

                if (handle->object)
                        continue;
                handle->object = object_ref(opened->object);
                handle->grant = opened->grant;
                handle->actor = deed->actor;
                return;
        }
        if (!scene->hostile)
                actor_close(&scene->actors[deed->actor], opened->grant);
}

/* What must hold after each call. */
static void check_after(PathScene *scene,
                const PathDeed *deed,
                const Before *before,
                const Opened *opened,
                NTSTATUS status) {
        const GrantTable *grants = scene->actors[deed->actor].grants;
        uint32_t n_handles = grant_table_count_handles(grants);

        MUST(is_expected(scene, status));
        check_work(scene, deed);
        if (!NT_SUCCESS(status)) {
                MUST(!opened->object);
                MUST(grant_table_count(grants) <= before->n_grants);
                MUST(scene->hostile || n_handles == before->n_handles);
                MUST(quota_used(scene->world.quota, QUOTA_OBJECTS) <= before->objects);
                return;
        }
        MUST(scene->hostile || n_handles == before->n_handles + 1);
        MUST(!(opened->access & ~(opened->object->type->rules->valid | ACCESS_SYSTEM_SECURITY)));
        if (opened->object->permanent && !opened->object->startup)
                g_ptr_array_add(scene->permanent, object_ref(opened->object));
        check_full_name(scene, opened->object);
        keep(scene, deed, opened);
}

void path_scene_open(PathScene *scene, const PathDeed *deed, PathKind kind) {
        g_auto(ObjectPath) path = make_path(scene, deed, kind);
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        Before before = look_before(scene, deed);
        NTSTATUS status = object_open(&path, deed->desired, scene->actors[deed->actor].grants,
                        &dependencies, &opened);

        MUST(status != STATUS_OBJECT_NAME_EXISTS && status != STATUS_OBJECT_NAME_COLLISION);
        if (NT_SUCCESS(status) && !path_skips_checks(&path))
                MUST(opened.object->type == path.type);
        check_after(scene, deed, &before, &opened, status);
}

/* Gives the new @object, which is consumed, its name. */
static void
create_take(PathScene *scene, const PathDeed *deed, PathKind kind, Before before, Object *taken) {
        g_autoptr(Object) object = taken;
        g_auto(ObjectPath) path = make_path(scene, deed, kind);
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        NTSTATUS status = STATUS_SUCCESS;

        path.creating = true;
        status = object_check_create_attributes(&path);
        if (NT_SUCCESS(status))
                status = object_create(&path, object, deed->desired,
                                scene->actors[deed->actor].grants, scene->world.quota,
                                &dependencies, &opened);
        if (!NT_SUCCESS(status)) /* it must be as new */
                MUST(object->n_refs == 1 && !object->entry && !object->grants);
        else
                MUST(opened.object->type == path.type);
        if (status == STATUS_SUCCESS && kind != PATH_LINK)
                MUST(opened.object == object);
        if (status == STATUS_OBJECT_NAME_EXISTS)
                MUST(opened.object != object && deed->attributes & OBJ_OPENIF);
        object = object_unref(object);
        check_after(scene, deed, &before, &opened, status);
}

void path_scene_create(PathScene *scene, const PathDeed *deed, PathKind kind) {
        const Handle *shadow = handle_at(scene, deed->shadow);
        Before before = look_before(scene, deed);
        g_autoptr(Object) object = NULL;
        Directory *directory = NULL;

        if (kind == PATH_PLAIN) {
                if (!NT_SUCCESS(object_new(&plain_type, scene->world.quota, &object)))
                        return;
        } else {
                if (!NT_SUCCESS(directory_new(namespace_seed(scene->world.ns), scene->world.quota,
                                    &directory)))
                        return;
                object = &directory->object;
                if (shadow && shadow->object->type == &directory_type)
                        directory_set_shadow(directory, (Directory *) shadow->object);
        }
        create_take(scene, deed, kind, before, g_steal_pointer(&object));
}

void path_scene_create_link(PathScene *scene, const PathDeed *deed, const PathName *target) {
        Before before = look_before(scene, deed);
        SymbolicLink *link = NULL;

        if (!NT_SUCCESS(symbolic_link_new(
                            target->units, target->n_units, scene->world.quota, &link)))
                return;
        scene->longest_target = MAX(scene->longest_target, target->n_units);
        create_take(scene, deed, PATH_LINK, before, &link->object);
}

void path_scene_private(PathScene *scene,
                const PathDeed *deed,
                const uint8_t *boundary,
                size_t size,
                bool create) {
        PathDeed nameless = *deed;
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        g_autofree uint8_t *copy = g_memdup2(boundary, size); /* aligned, as a frame's bytes are */
        GrantTable *grants = scene->actors[deed->actor].grants;
        Before before = look_before(scene, deed);
        NTSTATUS status = STATUS_SUCCESS;

        nameless.root = 0;
        path = make_path(scene, &nameless, PATH_DIRECTORY);
        path.n_units = 0;
        path.creating = create;
        if (create) {
                status = object_check_create_attributes(&path);
                if (NT_SUCCESS(status))
                        status = private_namespace_create(&path, copy, size, deed->desired, grants,
                                        scene->world.quota, &opened);
        } else {
                status = private_namespace_open(&path, copy, size, deed->desired, grants, &opened);
        }
        check_after(scene, deed, &before, &opened, status);
}

void path_scene_delete_private(PathScene *scene, unsigned number) {
        const Handle *handle = handle_at(scene, number);
        NTSTATUS status = STATUS_SUCCESS;
        bool had = false;

        if (!handle || handle->object->type != &directory_type)
                return;
        had = handle->object->entry && handle->object->entry->directory->hidden;
        status = private_namespace_delete((Directory *) handle->object);
        MUST(status == (had ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER));
        check_full_name(scene, handle->object);
}

void path_scene_close(PathScene *scene, unsigned number) {
        Handle *handle = handle_at(scene, number);
        Actor *actor = NULL;

        if (!handle)
                return;
        actor = &scene->actors[handle->actor];
        if (scene->hostile)
                grant_table_release(actor->grants, handle->grant);
        else
                actor_close(actor, handle->grant);
        check_full_name(scene, handle->object);
        handle->object = object_unref(handle->object);
}

void path_scene_turn(PathScene *scene, unsigned number, bool permanent) {
        const Handle *handle = handle_at(scene, number);
        NameSeed *seed = namespace_seed(scene->world.ns);

        if (!handle || handle->object->startup)
                return;
        if (permanent) {
                object_make_permanent(handle->object, seed);
                g_ptr_array_add(scene->permanent, object_ref(handle->object));
        } else {
                object_make_temporary(handle->object, seed);
        }
        check_full_name(scene, handle->object);
}

void path_scene_scribble(PathScene *scene, unsigned number, const uint8_t *bytes, size_t size) {
        const Handle *handle = handle_at(scene, number);
        uint64_t value = 0;

        if (!handle)
                return;
        memcpy(&value, bytes, MIN(size, sizeof(value)));
        scene->hostile = true;
        atomic_store(&scene->actors[handle->actor].words[handle->grant.slot], value);
}
