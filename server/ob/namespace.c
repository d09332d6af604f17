#include "namespace.h"

#include <sys/random.h>
#include <unistd.h>

#include "ntstatus.h"
#include "startup-tree.h"

struct Namespace {
        NameSeed *seed;
        SecurityStore *security;
        Directory *root;
        Directory *private;      /* names of private namespaces; not in the tree */
        Directory *global_dos;   /* the tree keeps it */
        GHashTable *dos_devices; /* session to its DosDevices, which the tree keeps */
};

static NameSeed *seed_new(GenerationCounters *generation) {
        NameSeed *seed = g_new0(NameSeed, 1);

        seed->generation = generation;
        if (getrandom(seed->key, sizeof(seed->key), 0) != sizeof(seed->key))
                g_error("no random numbers");
        return seed;
}

/* A directory without a name that exists as long as the namespace. */
static Directory *root_new(NameSeed *seed) {
        Directory *directory = NULL;

        if (!NT_SUCCESS(directory_new(seed, NULL, &directory)))
                g_error("out of memory at start");
        directory->object.permanent = directory->object.startup = true;
        return directory;
}

Namespace *namespace_new(GenerationCounters *generation, SecurityStore *security, bool system) {
        Namespace *ns = g_new0(Namespace, 1);
        Directory *global = NULL;

        ns->seed = seed_new(generation);
        ns->security = security;
        ns->root = root_new(ns->seed);
        ns->private = root_new(ns->seed);
        ns->private->hidden = true;
        ns->dos_devices = g_hash_table_new(NULL, NULL);
        startup_tree_make(ns);

        startup_tree_add_link(ns, "\\Sessions\\BNOLINKS\\0", "\\BaseNamedObjects");
        global = (Directory *) startup_tree_find(ns, "\\BaseNamedObjects");
        ns->global_dos = (Directory *) startup_tree_find(ns, "\\GLOBAL??");
        global->has_session = ns->global_dos->has_session = true;
        if (!system)
                namespace_add_session(ns, 1, geteuid());
        return ns;
}

/*
 * The session's own directories are its user's. What is made in its DosDevices may be used by
 * everybody who gets there, as in the global ones.
 */
void namespace_add_session(Namespace *ns, ULONG session, uid_t uid) {
        g_autofree char *base = g_strdup_printf("\\Sessions\\%u", session);
        g_autofree char *objects = g_strconcat(base, "\\BaseNamedObjects", NULL);
        g_autofree char *dos_path = g_strconcat(base, "\\DosDevices", NULL);
        g_autofree char *global = g_strconcat(objects, "\\Global", NULL);
        g_autofree char *local = g_strconcat(objects, "\\Local", NULL);
        g_autofree char *links = g_strconcat(objects, "\\Session", NULL);
        g_autofree char *number = g_strdup_printf("\\Sessions\\BNOLINKS\\%u", session);
        g_autofree char *all = g_strdup_printf(
                        "O:S-1-22-1-%uG:SYD:(A;;0xf000f;;;S-1-22-1-%u)(A;;0xf000f;;;SY)"
                        "(A;;0xf000f;;;BA)",
                        uid, uid);
        g_autofree char *devices = g_strconcat(all,
                        "(A;;0x20003;;;WD)(A;OICIIO;GX;;;WD)(A;OICIIO;GA;;;BA)(A;OICIIO;GA;;;SY)"
                        "(A;OICIIO;GA;;;CO)",
                        NULL);
        Directory *dos = NULL, *own = NULL;

        if (session == 0 || g_hash_table_contains(ns->dos_devices, GUINT_TO_POINTER(session)))
                return;

        startup_tree_add_directory(
                        ns, base, "O:BAG:SYD:(A;;0x20003;;;WD)(A;;0xf000f;;;SY)(A;;0xf000f;;;BA)");
        own = startup_tree_add_directory(ns, objects, all);
        own->has_session = true;
        own->session = session;
        dos = startup_tree_add_directory(ns, dos_path, devices);
        dos->has_session = true;
        dos->session = session;
        dos->shadow = (Directory *) object_ref(&ns->global_dos->object);
        startup_tree_add_link(ns, global, "\\BaseNamedObjects");
        startup_tree_add_link(ns, local, objects);
        startup_tree_add_link(ns, links, "\\Sessions\\BNOLINKS");
        startup_tree_add_link(ns, number, objects);
        g_hash_table_insert(ns->dos_devices, GUINT_TO_POINTER(session), dos);
}

Directory *namespace_dos_devices(const Namespace *ns, ULONG session) {
        Directory *dos = g_hash_table_lookup(ns->dos_devices, GUINT_TO_POINTER(session));

        return dos ? dos : ns->global_dos;
}

Directory *namespace_root(const Namespace *ns) {
        return ns->root;
}

Directory *namespace_private(const Namespace *ns) {
        return ns->private;
}

NameSeed *namespace_seed(const Namespace *ns) {
        return ns->seed;
}

SecurityStore *namespace_security(const Namespace *ns) {
        return ns->security;
}

uint64_t namespace_permanent_count(const Namespace *ns) {
        return ns->seed->n_permanent;
}

/* From the leaves up, without recursion: clients nest directories as deep as they like. */
static void empty_root(Directory *root) {
        Directory *directory = root;

        while (directory->entries.last || directory != root) {
                DirectoryEntry *last = directory->entries.last;

                if (!last)
                        directory = directory->object.entry->directory;
                else if (last->object->type == &directory_type &&
                                ((Directory *) last->object)->entries.last)
                        directory = (Directory *) last->object;
                else
                        directory_remove(last);
        }
        object_unref(&root->object);
}

void namespace_free(Namespace *ns) {
        if (!ns)
                return;
        empty_root(ns->private);
        empty_root(ns->root);
        g_hash_table_unref(ns->dos_devices);
        g_free(ns->seed);
        g_free(ns);
}
