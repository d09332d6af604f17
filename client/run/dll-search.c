#include "dll-search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "dos-file.h"
#include "ntstatus.h"

/* One folder of LdrAddDllDirectory(). */
typedef struct AddedFolder AddedFolder;
struct AddedFolder {
        AddedFolder *next;
        char *path;
};

/* Where to look. The loader's lock guards it. */
static struct {
        const LoaderOptions *options;
        char *program_folder;
        char *set_folder; /* NULL: none, or it is not there */
        WCHAR *set_text;  /* as it was set */
        size_t n_set;
        AddedFolder *added; /* the last one first */
        ULONG flags;        /* DLL_SEARCH_; 0: all of them */
} search;

static bool looks_in(ULONG flag) {
        return search.flags == 0 || search.flags & (flag | DLL_SEARCH_DEFAULT_DIRS);
}

static void free_text(char **text) {
        free(*text);
}

NTSTATUS dll_search_init(const LoaderOptions *options, const char *program_folder) {
        search.options = options;
        search.program_folder = strdup(program_folder);
        return search.program_folder ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

void dll_search_reset(void) {
        while (search.added)
                dll_search_remove_directory(search.added);
        dll_search_set_directory(NULL, 0);
        free(search.program_folder);
        search.program_folder = NULL;
        search.options = NULL;
        search.flags = 0;
}

const WCHAR *dll_search_leaf(const WCHAR *name, size_t *n_units) {
        size_t at = *n_units;

        while (at > 0 && name[at - 1] != '\\' && name[at - 1] != '/' && name[at - 1] != ':')
                at--;
        *n_units -= at;
        return name + at;
}

size_t dll_search_add_extension(const WCHAR *name, size_t n_units, WCHAR *ret) {
        size_t n_leaf = n_units;
        const WCHAR *leaf = dll_search_leaf(name, &n_leaf);

        memcpy(ret, name, n_units * sizeof(*ret));
        for (size_t i = n_leaf; i-- > 0;)
                if (leaf[i] == '.')
                        return i == n_leaf - 1 ? n_units - 1 : n_units;
        memcpy(ret + n_units, u".dll", 4 * sizeof(*ret));
        return n_units + 4;
}

/* The file that @name is in @folder; NULL also for what is no file. */
static char *find_file(const char *folder, const WCHAR *name, size_t n_units) {
        char *path = dos_path_find(folder, name, n_units);
        struct stat facts;

        if (path && (stat(path, &facts) < 0 || !S_ISREG(facts.st_mode))) {
                free(path);
                return NULL;
        }
        return path;
}

/* Return: what is in one of the folders of a list, or NULL. */
static char *find_in_list(const WCHAR *folders, const WCHAR *name, size_t n_units) {
        char *found = NULL;

        while (folders && *folders && !found) {
                autocleanup(free_text) char *folder = NULL;
                size_t n = 0;

                while (folders[n] && folders[n] != ';')
                        n++;
                if (n > 0 && dos_path_is_absolute(folders, n))
                        folder = dos_path_find("/", folders, n);
                if (folder)
                        found = find_file(folder, name, n_units);
                folders += folders[n] ? n + 1 : n;
        }
        return found;
}

static char *find_in_folders(const WCHAR *name, size_t n_units) {
        const AddedFolder *added = looks_in(DLL_SEARCH_USER_DIRS) ? search.added : NULL;
        size_t n_paths = looks_in(DLL_SEARCH_SYSTEM32) ? search.options->n_dll_paths : 0;
        char *found = NULL;

        if (looks_in(DLL_SEARCH_APPLICATION_DIR))
                found = find_file(search.program_folder, name, n_units);
        if (!found && search.set_folder && looks_in(DLL_SEARCH_USER_DIRS))
                found = find_file(search.set_folder, name, n_units);
        for (size_t i = 0; !found && i < n_paths; i++) {
                autocleanup(free_text) char *folder = realpath(search.options->dll_paths[i], NULL);

                if (folder)
                        found = find_file(folder, name, n_units);
        }
        for (; !found && added; added = added->next)
                found = find_file(added->path, name, n_units);
        return found;
}

NTSTATUS dll_search(const WCHAR *folders, const WCHAR *name, size_t n_units, char **ret) {
        char *found = NULL;

        if (n_units == 0)
                return STATUS_DLL_NOT_FOUND;
        if (dos_path_is_absolute(name, n_units)) {
                found = find_file("/", name, n_units);
        } else {
                found = find_in_list(folders, name, n_units);
                if (!found)
                        found = find_in_folders(name, n_units);
                if (!found && dos_path_has_folder(name, n_units)) {
                        autocleanup(free_text) char *current = getcwd(NULL, 0);

                        if (current)
                                found = find_file(current, name, n_units);
                }
        }
        if (!found)
                return STATUS_DLL_NOT_FOUND;
        *ret = found;
        return STATUS_SUCCESS;
}

char *dll_search_describe(void) {
        char *text = strdup(search.program_folder);

        for (size_t i = 0; text && i < search.options->n_dll_paths; i++) {
                autocleanup(free_text) char *before = text;

                if (asprintf(&text, "%s, %s", before, search.options->dll_paths[i]) < 0)
                        text = NULL;
        }
        return text;
}

NTSTATUS dll_search_set_directory(const WCHAR *path, size_t n_units) {
        WCHAR *text = NULL;

        if (n_units > 0) {
                text = malloc(n_units * sizeof(*text));
                if (!text)
                        return STATUS_NO_MEMORY;
                memcpy(text, path, n_units * sizeof(*text));
        }
        free(search.set_text);
        free(search.set_folder);
        search.set_text = text;
        search.n_set = n_units;
        search.set_folder = n_units > 0 && dos_path_is_absolute(path, n_units)
                                            ? dos_path_find("/", path, n_units)
                                            : NULL;
        return STATUS_SUCCESS;
}

size_t dll_search_get_directory(WCHAR *ret, size_t size) {
        size_t wanted = (search.n_set + 1) * sizeof(*ret);

        if (wanted > size)
                return wanted;
        if (search.n_set > 0)
                memcpy(ret, search.set_text, search.n_set * sizeof(*ret));
        ret[search.n_set] = 0;
        return wanted;
}

/* Why a folder is not there, as NtQueryAttributesFile() would say it. */
static NTSTATUS missing_folder(const WCHAR *path, size_t n_units) {
        size_t n_leaf = n_units;
        autocleanup(free_text) char *parent = NULL;

        dll_search_leaf(path, &n_leaf);
        parent = dos_path_find("/", path, n_units - n_leaf);
        return parent ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND;
}

NTSTATUS dll_search_add_directory(const WCHAR *path, size_t n_units, PVOID *cookie) {
        struct stat facts;
        AddedFolder *added;

        if (!dos_path_is_absolute(path, n_units))
                return STATUS_INVALID_PARAMETER;
        added = calloc(1, sizeof(*added));
        if (!added)
                return STATUS_NO_MEMORY;
        added->path = dos_path_find("/", path, n_units);
        if (!added->path || stat(added->path, &facts) < 0 || !S_ISDIR(facts.st_mode)) {
                free(added->path);
                free(added);
                return missing_folder(path, n_units);
        }
        added->next = search.added;
        search.added = added;
        *cookie = added;
        return STATUS_SUCCESS;
}

NTSTATUS dll_search_remove_directory(PVOID cookie) {
        for (AddedFolder **link = &search.added; *link; link = &(*link)->next) {
                AddedFolder *added = *link;

                if (added != cookie)
                        continue;
                *link = added->next;
                free(added->path);
                free(added);
                return STATUS_SUCCESS;
        }
        return STATUS_INVALID_PARAMETER;
}

NTSTATUS dll_search_set_default(ULONG flags) {
        const ULONG known = DLL_SEARCH_APPLICATION_DIR | DLL_SEARCH_USER_DIRS |
                            DLL_SEARCH_SYSTEM32 | DLL_SEARCH_DEFAULT_DIRS;

        if (flags == 0 || flags & ~known)
                return STATUS_INVALID_PARAMETER;
        search.flags = flags;
        return STATUS_SUCCESS;
}
