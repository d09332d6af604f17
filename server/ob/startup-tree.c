#include "startup-tree.h"

#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#include "sddl.h"
#include "symbolic-link.h"
#include "type-object.h"

/*
 * The default DACLs of Windows 2003 (ReactOS's test of the system's directories): what everybody
 * may, SYSTEM (SY), Administrators (BA) and restricted programs (RC).
 */
#define OWNED       "O:BAG:SYD:"
#define SYSTEM      "(A;;0xf000f;;;SY)"
#define ALL         SYSTEM "(A;;0xf000f;;;BA)"
#define LISTS       "(A;;0x20003;;;WD)"
#define WHO_LISTS   OWNED LISTS ALL "(A;;0x20003;;;RC)"
#define WHO_CREATES OWNED "(A;;0x2000f;;;WD)" SYSTEM "(A;;0x2;;;RC)"
#define WHO_LOOKS   OWNED SYSTEM "(A;;0x20003;;;BA)"
#define WHO_FOLLOWS OWNED "(A;;0x20001;;;WD)(A;;0xf0001;;;SY)(A;;0xf0001;;;BA)"

/* What is made in \GLOBAL??, by the system only, may be used by everybody. */
#define WHO_DEVICES                                                                                \
        OWNED LISTS SYSTEM                                                                         \
                        "(A;OICIIO;GX;;;WD)(A;OICIIO;GA;;;BA)(A;OICIIO;GA;;;SY)(A;OICIIO;GA;;;CO)"

static const struct {
        const char *path;
        const char *sddl;
} directories[] = {
        { "\\ArcName", WHO_LISTS },
        { "\\BaseNamedObjects", WHO_CREATES },
        { "\\Callback", OWNED LISTS ALL },
        { "\\Device", WHO_LISTS },
        { "\\Driver", WHO_LOOKS },
        { "\\FileSystem", WHO_LOOKS },
        { "\\GLOBAL??", WHO_DEVICES },
        { "\\KernelObjects", OWNED LISTS ALL },
        { "\\KnownDlls", WHO_LISTS },
        { "\\ObjectTypes", WHO_LOOKS },
        { "\\Security", WHO_LOOKS "(A;;0x2;;;WD)" },
        { "\\Sessions", WHO_LISTS },
        { "\\Sessions\\BNOLINKS", WHO_LISTS },
};

static const struct {
        const char *path;
        const char *target;
} links[] = {
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
        Directory *directory = namespace_root(ns);
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

Security *startup_security(SecurityStore *store, const char *sddl) {
        Security *security = NULL;
        DescriptorView view = { 0 };
        void *data = NULL;
        size_t size = 0;

        if (!NT_SUCCESS(sddl_parse(sddl, &data, &size, NULL)) ||
                        !NT_SUCCESS(descriptor_view(data, size, &view)) ||
                        !NT_SUCCESS(security_new(store, NULL, &view, &security)))
                g_error("no descriptor at start: %s", sddl);
        free(data);
        return security;
}

/* Gives @object, which is consumed, its place. The start-up tree must exist, or the daemon need
 * not. */
void startup_tree_add_take(Namespace *ns, const char *path, Object *object, const char *sddl) {
        WCHAR units[128];
        size_t n_units = to_units(path, units, G_N_ELEMENTS(units)), leaf = 0;
        Directory *parent = find_parent(ns, units, n_units, &leaf);

        object->permanent = true;
        object->startup = true;
        object->security = startup_security(namespace_security(ns), sddl);
        if (!NT_SUCCESS(directory_insert(parent, object, units + leaf, n_units - leaf, NULL)))
                g_error("out of memory at start: %s", path);
        object_unref(object);
}

Directory *startup_tree_add_directory(Namespace *ns, const char *path, const char *sddl) {
        Directory *directory = NULL;

        if (!NT_SUCCESS(directory_new(namespace_seed(ns), NULL, &directory)))
                g_error("out of memory at start: %s", path);
        startup_tree_add_take(ns, path, &directory->object, sddl);
        return directory;
}

void startup_tree_add_link(Namespace *ns, const char *path, const char *target) {
        SymbolicLink *link = NULL;
        WCHAR units[128];
        size_t n_units = to_units(target, units, G_N_ELEMENTS(units));

        if (!NT_SUCCESS(symbolic_link_new(units, n_units, NULL, &link)))
                g_error("out of memory at start: %s", path);
        startup_tree_add_take(ns, path, &link->object, WHO_FOLLOWS);
}

static void add_type(Namespace *ns, uint32_t kind) {
        const char *name = object_types[kind].name;
        g_autofree char *path = g_strconcat("\\ObjectTypes\\", name, NULL);
        Object *object = NULL;

        if (!NT_SUCCESS(type_object_new(kind, &object)))
                g_error("out of memory at start: %s", path);
        startup_tree_add_take(ns, path, object, WHO_LOOKS);
}

Object *startup_tree_find(const Namespace *ns, const char *path) {
        WCHAR units[128];
        size_t n_units = to_units(path, units, G_N_ELEMENTS(units)), leaf = 0;
        Directory *parent = find_parent(ns, units, n_units, &leaf);

        return directory_lookup(parent, units + leaf, n_units - leaf, 0, NULL)->object;
}

void startup_tree_make(Namespace *ns) {
        namespace_root(ns)->object.security = startup_security(namespace_security(ns), WHO_LISTS);
        for (size_t i = 0; i < G_N_ELEMENTS(directories); i++)
                startup_tree_add_directory(ns, directories[i].path, directories[i].sddl);
        for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
                startup_tree_add_link(ns, links[i].path, links[i].target);
        for (uint32_t kind = KIND_NONE + 1; kind < KINDS; kind++)
                add_type(ns, kind);
}
