#include "namespace.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "ntstatus.h"
#include "symbolic-link.h"

/* What everybody may do, besides the owner and the system: the default DACLs of Windows 2003. */
#define EVERYONE_LISTS   (READ_CONTROL | DIRECTORY_QUERY | DIRECTORY_TRAVERSE)
#define EVERYONE_CREATES (READ_CONTROL | 0xFu)
#define EVERYONE_PASSES  DIRECTORY_TRAVERSE
#define EVERYONE_READS   (READ_CONTROL | SYMBOLIC_LINK_QUERY)

struct Namespace {
        NameSeed *seed;
        Directory *root;
        Directory *global_dos;
        Directory *sessions;
        Directory *session_links; /* \Sessions\BNOLINKS */
        GHashTable *dos_devices;  /* session to its DosDevices */
        uid_t owner;
};

static const struct {
        const char *path;
        ACCESS_MASK everyone;
} startup_directories[] = {
        { "\\ArcName", EVERYONE_LISTS },
        { "\\BaseNamedObjects", EVERYONE_CREATES },
        { "\\Callback", EVERYONE_LISTS },
        { "\\Device", EVERYONE_LISTS },
        { "\\Driver", 0 },
        { "\\FileSystem", 0 },
        { "\\GLOBAL??", EVERYONE_LISTS },
        { "\\KernelObjects", EVERYONE_LISTS },
        { "\\KnownDlls", EVERYONE_LISTS },
        { "\\ObjectTypes", 0 },
        { "\\Security", EVERYONE_PASSES },
        { "\\Sessions", EVERYONE_LISTS },
        { "\\Sessions\\BNOLINKS", EVERYONE_LISTS },
};

static const struct {
        const char *path;
        const char *target;
} startup_links[] = {
        { "\\DosDevices", "\\??" },
        { "\\GLOBAL??\\GLOBALROOT", "" },
        { "\\GLOBAL??\\Global", "\\GLOBAL??" },
        { "\\BaseNamedObjects\\Global", "\\BaseNamedObjects" },
        { "\\BaseNamedObjects\\Local", "\\BaseNamedObjects" },
        { "\\BaseNamedObjects\\Session", "\\Sessions\\BNOLINKS" },
};

static size_t to_units(const char *text, WCHAR *units, size_t n_most) {
        size_t n = strlen(text);

        g_assert(n < n_most);
        for (size_t i = 0; i < n; i++)
                units[i] = (WCHAR) text[i];
        return n;
}

/* Walks what the server itself has made; everything is there but the last component. */
static Directory *find_parent(
                const Namespace *ns, const WCHAR *path, size_t n_units, size_t *ret_leaf) {
        Directory *directory = ns->root;
        size_t start = 1;

        for (size_t i = 1; i < n_units; i++) {
                DirectoryEntry *entry = NULL;

                if (path[i] != '\\')
                        continue;
                entry = directory_lookup(directory, path + start, i - start, 0, NULL);
                g_assert(entry && entry->object->type == &directory_type);
                directory = (Directory *) entry->object;
                start = i + 1;
        }
        *ret_leaf = start;
        return directory;
}

/* Gives @object, which is consumed, its place. The start-up tree must exist, or the daemon need
 * not. */
static void place(Namespace *ns, const char *path, Object *object) {
        WCHAR units[128];
        size_t n_units = to_units(path, units, G_N_ELEMENTS(units)), leaf = 0;
        Directory *parent = find_parent(ns, units, n_units, &leaf);

        object->permanent = true;
        object->startup = true;
        if (!NT_SUCCESS(directory_insert(parent, object, units + leaf, n_units - leaf, NULL)))
                g_error("out of memory at start: %s", path);
        object_unref(object);
}

/* The tree keeps the directory: the pointer needs no reference of its own. */
static Directory *add_directory(
                Namespace *ns, const char *path, uid_t owner, ACCESS_MASK everyone) {
        Security security = { .owner = owner, .everyone = everyone };
        Directory *directory = NULL;

        if (!NT_SUCCESS(directory_new(ns->seed, NULL, &security, &directory)))
                g_error("out of memory at start: %s", path);
        place(ns, path, &directory->object);
        return directory;
}

static void add_link(Namespace *ns, const char *path, const char *target, uid_t owner) {
        Security security = { .owner = owner, .everyone = EVERYONE_READS };
        SymbolicLink *link = NULL;
        WCHAR units[128];
        size_t n_units = to_units(target, units, G_N_ELEMENTS(units));

        if (!NT_SUCCESS(symbolic_link_new(units, n_units, NULL, &security, &link)))
                g_error("out of memory at start: %s", path);
        place(ns, path, &link->object);
}

static Directory *find_directory(const Namespace *ns, const char *path) {
        WCHAR units[128];
        size_t n_units = to_units(path, units, G_N_ELEMENTS(units)), leaf = 0;
        Directory *parent = find_parent(ns, units, n_units, &leaf);

        return (Directory *) directory_lookup(parent, units + leaf, n_units - leaf, 0, NULL)
                        ->object;
}

static void add_session_0(Namespace *ns) {
        Directory *global = find_directory(ns, "\\BaseNamedObjects");

        add_link(ns, "\\Sessions\\BNOLINKS\\0", "\\BaseNamedObjects", ns->owner);
        global->has_session = ns->global_dos->has_session = true;
}

Namespace *namespace_new(GenerationCounters *generation, bool system) {
        Namespace *ns = g_new0(Namespace, 1);
        Security security = { .owner = geteuid(), .everyone = EVERYONE_LISTS };

        ns->owner = system ? 0 : geteuid();
        security.owner = ns->owner;
        ns->seed = g_new0(NameSeed, 1);
        ns->seed->generation = generation;
        if (getrandom(ns->seed->key, sizeof(ns->seed->key), 0) != sizeof(ns->seed->key))
                g_error("no random numbers");

        if (!NT_SUCCESS(directory_new(ns->seed, NULL, &security, &ns->root)))
                g_error("out of memory at start");
        ns->root->object.permanent = ns->root->object.startup = true;
        for (size_t i = 0; i < G_N_ELEMENTS(startup_directories); i++)
                add_directory(ns, startup_directories[i].path, ns->owner,
                                startup_directories[i].everyone);
        for (size_t i = 0; i < G_N_ELEMENTS(startup_links); i++)
                add_link(ns, startup_links[i].path, startup_links[i].target, ns->owner);

        ns->global_dos = find_directory(ns, "\\GLOBAL??");
        ns->dos_devices = g_hash_table_new(NULL, NULL);
        add_session_0(ns);
        if (!system)
                namespace_add_session(ns, 1, ns->owner);
        return ns;
}

void namespace_add_session(Namespace *ns, ULONG session, uid_t uid) {
        g_autofree char *base = g_strdup_printf("\\Sessions\\%u", session);
        g_autofree char *objects = g_strconcat(base, "\\BaseNamedObjects", NULL);
        g_autofree char *dos_path = g_strconcat(base, "\\DosDevices", NULL);
        g_autofree char *global = g_strconcat(objects, "\\Global", NULL);
        g_autofree char *local = g_strconcat(objects, "\\Local", NULL);
        g_autofree char *links = g_strconcat(objects, "\\Session", NULL);
        g_autofree char *number = g_strdup_printf("\\Sessions\\BNOLINKS\\%u", session);
        Directory *dos = NULL, *own = NULL;

        if (session == 0 || g_hash_table_contains(ns->dos_devices, GUINT_TO_POINTER(session)))
                return;

        add_directory(ns, base, ns->owner, EVERYONE_LISTS);
        own = add_directory(ns, objects, uid, 0);
        own->has_session = true;
        own->session = session;
        dos = add_directory(ns, dos_path, uid, EVERYONE_LISTS);
        dos->has_session = true;
        dos->session = session;
        dos->shadow = (Directory *) object_ref(&ns->global_dos->object);
        add_link(ns, global, "\\BaseNamedObjects", ns->owner);
        add_link(ns, local, objects, ns->owner);
        add_link(ns, links, "\\Sessions\\BNOLINKS", ns->owner);
        add_link(ns, number, objects, ns->owner);
        g_hash_table_insert(ns->dos_devices, GUINT_TO_POINTER(session), dos);
}

Directory *namespace_dos_devices(const Namespace *ns, ULONG session) {
        Directory *dos = g_hash_table_lookup(ns->dos_devices, GUINT_TO_POINTER(session));

        return dos ? dos : ns->global_dos;
}

Directory *namespace_root(const Namespace *ns) {
        return ns->root;
}

NameSeed *namespace_seed(const Namespace *ns) {
        return ns->seed;
}

uint64_t namespace_permanent_count(const Namespace *ns) {
        return ns->seed->n_permanent;
}

/* From the leaves up, without recursion: clients nest directories as deep as they like. */
static void empty_root(Directory *root) {
        Directory *directory = root;

        while (directory->last || directory != root) {
                DirectoryEntry *last = directory->last;

                if (!last)
                        directory = directory->object.entry->directory;
                else if (last->object->type == &directory_type &&
                                ((Directory *) last->object)->last)
                        directory = (Directory *) last->object;
                else
                        directory_remove(last);
        }
}

void namespace_free(Namespace *ns) {
        if (!ns)
                return;
        empty_root(ns->root);
        object_unref(&ns->root->object);
        g_hash_table_unref(ns->dos_devices);
        g_free(ns->seed);
        g_free(ns);
}
