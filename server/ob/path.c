/*
 * A link puts its target before what is left of the path, and the walk begins again at the root
 * with that. The path is therefore a buffer of its own, which grows when a link needs it to.
 */

#include "path.h"

#include <string.h>

#include "access.h"
#include "grant-anchor.h"
#include "ntstatus.h"
#include "symbolic-link.h"

#define LINKS_MOST      30u
#define PATH_BYTES_MOST 0xFFF0u

typedef struct Walk {
        const ObjectPath *path;
        Dependencies *dependencies;
        Directory *directory; /* where the walk is; a reference */
        Object *object;       /* what the last component named; a reference */
        WCHAR *buffer;
        size_t n_units;
        size_t at;   /* where the next component begins; past the end if there is none */
        size_t leaf; /* the component before @at */
        size_t n_leaf;
        unsigned n_links;
        bool ignore_case;
} Walk;

void object_path_clear(ObjectPath *path) {
        path->root = object_unref(path->root);
}

void path_end_clear(PathEnd *end) {
        end->object = object_unref(end->object);
        if (end->parent)
                object_unref(&end->parent->object);
        g_free(end->buffer);
        *end = (PathEnd){ 0 };
}

static void walk_clear(Walk *walk) {
        if (walk->directory)
                object_unref(&walk->directory->object);
        object_unref(walk->object);
        g_free(walk->buffer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static void enter(Walk *walk, Directory *directory) {
        Directory *left = walk->directory;

        walk->directory = (Directory *) object_ref(&directory->object);
        if (left)
                object_unref(&left->object);
}

static void find(Walk *walk, Object *object) {
        object_ref(object);
        object_unref(walk->object);
        walk->object = object;
}

/* Whether the path has a further component, be it an empty one. */
static bool has_more(const Walk *walk) {
        return walk->at <= walk->n_units;
}

/* `\??` and what follows it: the caller's own DosDevices. Nobody can put a name in its place. */
static bool starts_with_dos_devices(const Walk *walk) {
        const WCHAR *units = walk->buffer;

        return walk->n_units >= 3 && units[0] == '\\' && units[1] == '?' && units[2] == '?' &&
               (walk->n_units == 3 || units[3] == '\\');
}

/* Begins at the root of the namespace, with a path that has a leading separator. */
static void start_at_root(Walk *walk) {
        const ObjectPath *path = walk->path;

        enter(walk, namespace_root(path->ns));
        find(walk, &walk->directory->object);
        walk->n_leaf = 0;
        walk->at = walk->n_units == 1 ? 2 : 1;
        if (starts_with_dos_devices(walk)) {
                enter(walk, namespace_dos_devices(path->ns, path->session));
                find(walk, &walk->directory->object);
                walk->at = 4;
        }
}

static NTSTATUS start(Walk *walk) {
        const ObjectPath *path = walk->path;

        walk->ignore_case =
                        path->attributes & OBJ_CASE_INSENSITIVE || path->type->rules->ignores_case;
        walk->buffer = g_try_new(WCHAR, path->n_units + 1);
        if (!walk->buffer)
                return STATUS_NO_MEMORY;
        if (path->n_units > 0) /* without a name, @name may be NULL */
                memcpy(walk->buffer, path->name, path->n_units * sizeof(WCHAR));
        walk->n_units = path->n_units;

        if (!path->root) {
                if (path->n_units == 0 || path->name[0] != '\\')
                        return STATUS_OBJECT_PATH_SYNTAX_BAD;
                start_at_root(walk);
                return STATUS_SUCCESS;
        }
        if (path->n_units > 0 && path->name[0] == '\\')
                return STATUS_OBJECT_PATH_SYNTAX_BAD;
        find(walk, path->root);
        walk->at = path->n_units == 0 ? 1 : 0;
        if (path->root->type == &directory_type) {
                enter(walk, (Directory *) path->root);
                return STATUS_SUCCESS;
        }
        /* A link is not a directory: as a root it stands for itself only. */
        if (path->n_units == 0 && path->type == path->root->type &&
                        path->type == &symbolic_link_type)
                return STATUS_SUCCESS;
        return STATUS_OBJECT_TYPE_MISMATCH;
}

/* Puts the link's target before what is left, and starts again. */
static NTSTATUS follow(Walk *walk) {
        const SymbolicLink *link = (const SymbolicLink *) walk->object;
        size_t n_rest = has_more(walk) ? walk->n_units - walk->at + 1 : 0;
        size_t n_target = link->n_units;
        const WCHAR *rest = walk->buffer + walk->n_units - n_rest;
        WCHAR *buffer = NULL;

        if (walk->path->attributes & OBJ_DONT_REPARSE)
                return STATUS_REPARSE_POINT_ENCOUNTERED;
        if (++walk->n_links > LINKS_MOST)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        /* One separator at the seam is enough. */
        if (n_rest > 0 && n_target > 0 && link->target[n_target - 1] == '\\')
                n_target--;
        if ((n_target + n_rest) * sizeof(WCHAR) > PATH_BYTES_MOST)
                return STATUS_NAME_TOO_LONG;

        buffer = g_try_new(WCHAR, n_target + n_rest + 1);
        if (!buffer)
                return STATUS_NO_MEMORY;
        memcpy(buffer, link->target, n_target * sizeof(WCHAR));
        memcpy(buffer + n_target, rest, n_rest * sizeof(WCHAR));
        g_free(walk->buffer);
        walk->buffer = buffer;
        walk->n_units = n_target + n_rest;

        /* Empty is the root; what does not begin at the root leads nowhere. */
        if (walk->n_units == 0) {
                buffer[0] = '\\';
                walk->n_units = 1;
        }
        if (buffer[0] != '\\')
                return STATUS_OBJECT_NAME_NOT_FOUND;
        start_at_root(walk);
        return STATUS_SUCCESS;
}

/* DIRECTORY_TRAVERSE matters only to those few who lack the privilege to pass everywhere. */
static NTSTATUS check_traverse(const Walk *walk) {
        const ObjectPath *path = walk->path;
        ACCESS_MASK granted = 0;

        if (path_skips_checks(path) || token_has(path->token, SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE)))
                return STATUS_SUCCESS;
        return access_check_open(walk->directory->object.security, path->token,
                        directory_type.rules, false, DIRECTORY_TRAVERSE, &granted);
}

/* Looks up the component at @at in the directory where the walk is. */
static NTSTATUS look_up_next(Walk *walk) {
        const WCHAR *component = walk->buffer + walk->at;
        unsigned how = walk->ignore_case ? LOOKUP_IGNORES_CASE : 0;
        size_t n_units = 0;
        DirectoryEntry *entry = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        while (walk->at + n_units < walk->n_units && component[n_units] != '\\')
                n_units++;
        if (n_units == 0)
                return STATUS_OBJECT_NAME_INVALID;
        if (walk->path->creating && walk->at + n_units == walk->n_units)
                how |= LOOKUP_NO_SHADOW; /* what is new goes before what the shadow has */
        else
                status = check_traverse(walk);
        if (!NT_SUCCESS(status))
                return status;

        walk->leaf = walk->at;
        walk->n_leaf = n_units;
        walk->at += n_units + 1;
        walk->object = object_unref(walk->object);

        entry = directory_lookup(walk->directory, component, n_units, how, walk->dependencies);
        while (entry) {
                g_autoptr(Object) object = object_ref(entry->object);

                if (object_look(object)) {
                        find(walk, object);
                        break;
                }
                /* It was over; a name in the shadow, or of other case, may stand behind it. */
                entry = directory_lookup(walk->directory, component, n_units, how, NULL);
        }
        return STATUS_SUCCESS;
}

static bool takes_rest(const Walk *walk) {
        const Object *object = walk->object;

        return object && object->type->takes_rest && object->type == walk->path->type;
}

/* Takes the walk on from what the last component named. */
static NTSTATUS pass(Walk *walk) {
        Object *object = walk->object;

        if (!object)
                return has_more(walk) ? STATUS_OBJECT_PATH_NOT_FOUND : STATUS_SUCCESS;
        if (object->type == &symbolic_link_type &&
                        (has_more(walk) || walk->path->type != &symbolic_link_type))
                return follow(walk);
        if (!has_more(walk) || takes_rest(walk))
                return STATUS_SUCCESS;
        if (object->type != &directory_type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        enter(walk, (Directory *) object);
        return STATUS_SUCCESS;
}

NTSTATUS path_walk(const ObjectPath *path, Dependencies *dependencies, PathEnd *end) {
        g_auto(Walk) walk = { .path = path, .dependencies = dependencies };
        NTSTATUS status = start(&walk);

        while (NT_SUCCESS(status) && has_more(&walk) && !takes_rest(&walk)) {
                status = look_up_next(&walk);
                if (NT_SUCCESS(status))
                        status = pass(&walk);
        }
        if (!NT_SUCCESS(status))
                return status;

        end->object = g_steal_pointer(&walk.object);
        if (walk.n_leaf > 0)
                end->parent = g_steal_pointer(&walk.directory);
        end->buffer = g_steal_pointer(&walk.buffer);
        end->leaf = end->buffer + walk.leaf;
        end->n_units = walk.n_leaf;
        end->rest = end->buffer + walk.n_units;
        if (has_more(&walk)) {
                end->rest = end->buffer + walk.at - 1;
                end->n_rest = walk.n_units - walk.at + 1;
        }
        return STATUS_SUCCESS;
}
