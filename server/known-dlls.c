#include "known-dlls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "directory.h"
#include "image-memory.h"
#include "ntstatus.h"
#include "section-image.h"
#include "startup-tree.h"
#include "status.h"
#include "worker.h"

#define FOLDER "\\KnownDlls"
#define VOLUME "\\Device\\HarddiskVolume1"

/*
 * As Windows has them: everybody may map them, as programs do that load them (which ask to write as
 * well: what they write is their own), but not change what they are.
 */
#define WHO_MAPS "O:BAG:SYD:(A;;0x2000f;;;WD)(A;;0xf001f;;;SY)(A;;0xf001f;;;BA)"

/* The folder, and how far we are. It goes from one job to the next, so that nobody waits long. */
typedef struct KnownDlls {
        RpcEnv *env;
        const Log *log;
        char *folder;
        GPtrArray *names; /* NULL before the folder was read */
        guint next;
} KnownDlls;

/* Reads the folder, or then one file. */
typedef struct KnownDll {
        Job job; /* first */
        KnownDlls *all;
        ImageBases *bases;
        bool is_file;
        NTSTATUS status; /* of the reading */
        ImageKey key;
        ImageContent *content;
} KnownDll;

static void known_dlls_free(KnownDlls *all) {
        g_clear_pointer(&all->names, g_ptr_array_unref);
        g_free(all->folder);
        g_free(all);
}

static int compare_names(gconstpointer a, gconstpointer b) {
        return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static NTSTATUS read_folder(KnownDlls *all) {
        g_autoptr(GDir) folder = g_dir_open(all->folder, 0, NULL);
        const char *name = NULL;

        all->names = g_ptr_array_new_with_free_func(g_free);
        if (!folder)
                return STATUS_OBJECT_PATH_NOT_FOUND;
        while ((name = g_dir_read_name(folder)) != NULL) {
                size_t length = strlen(name);

                if (length > 4 && g_ascii_strcasecmp(name + length - 4, ".dll") == 0)
                        g_ptr_array_add(all->names, g_strdup(name));
        }
        g_ptr_array_sort(all->names, compare_names);
        return STATUS_SUCCESS;
}

static const char *current_name(const KnownDlls *all) {
        return g_ptr_array_index(all->names, all->next);
}

static NTSTATUS read_file(KnownDll *dll) {
        g_autofree char *path = g_build_filename(dll->all->folder, current_name(dll->all), NULL);
        autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        ImageSource source = { .fd = fd, .largest = UINT64_MAX, .bases = dll->bases };
        NTSTATUS status = STATUS_SUCCESS;

        if (fd < 0)
                return nt_status_from_errno(errno);
        status = file_facts_read(fd, FILE_FACTS_LATEST, &source.facts);
        if (!NT_SUCCESS(status))
                return status;
        if (!S_ISREG(source.facts.mode))
                return STATUS_INVALID_FILE_FOR_SECTION;
        dll->key.facts = source.facts;
        return image_content_new(&source, &dll->content);
}

static void known_dll_work(Job *job) {
        KnownDll *dll = (KnownDll *) job;

        dll->status = dll->is_file ? read_file(dll) : read_folder(dll->all);
}

/* The name of the file, as views of the section will have it. */
static WCHAR *file_name(const KnownDlls *all, glong *ret_n) {
        g_autofree char *path = g_strdup_printf(VOLUME "%s/%s", all->folder, current_name(all));

        g_strdelimit(path, "/", '\\');
        return g_utf8_to_utf16(path, -1, NULL, ret_n, NULL);
}

/* Gives the section its name. */
static NTSTATUS insert(KnownDlls *all, Section *section) {
        const Namespace *ns = all->env->namespace;
        Directory *folder = (Directory *) startup_tree_find(ns, FOLDER);
        glong n_units = 0;
        g_autofree WCHAR *name = g_utf8_to_utf16(current_name(all), -1, NULL, &n_units, NULL);
        Object *object = &section->object;

        if (!name)
                return STATUS_OBJECT_NAME_INVALID;
        if (directory_lookup(folder, name, (size_t) n_units, OBJ_CASE_INSENSITIVE, NULL))
                return STATUS_OBJECT_NAME_COLLISION; /* names that differ in case only */
        object->permanent = true;
        object->startup = true;
        object->security = startup_security(namespace_security(ns), WHO_MAPS);
        return directory_insert(folder, object, name, (size_t) n_units, NULL);
}

static NTSTATUS publish(KnownDll *dll) {
        KnownDlls *all = dll->all;
        g_autoptr(Object) object = NULL;
        g_autofree WCHAR *name = NULL;
        ImageMemory *memory = NULL;
        Section *section = NULL;
        glong n_units = 0;
        NTSTATUS status = dll->status;

        if (!NT_SUCCESS(status))
                return status;
        if (dll->content->is_shared)
                return STATUS_NOT_SUPPORTED;
        name = file_name(all, &n_units);
        if (!name)
                return STATUS_OBJECT_NAME_INVALID;
        status = image_cache_add_take(
                        all->env->images, &dll->key, g_steal_pointer(&dll->content), NULL, &memory);
        if (NT_SUCCESS(status))
                status = section_new_of_known_image_take(
                                all->env->files, memory, name, (size_t) n_units, &section);
        if (!NT_SUCCESS(status))
                return status;
        object = &section->object;
        return insert(all, section);
}

static bool known_dlls_go_on(KnownDlls *all);

static void known_dll_settle(KnownDll *dll) {
        KnownDlls *all = dll->all;
        NTSTATUS status = dll->is_file ? publish(dll) : dll->status;

        if (!NT_SUCCESS(status))
                log_warning(all->log, "known-dlls: %s%s%s: 0x%08X", all->folder,
                                dll->is_file ? "/" : "", dll->is_file ? current_name(all) : "",
                                (unsigned) status);
        if (dll->is_file)
                all->next++;
}

/* When the server ends the thread may still be at it: then everything is its own. */
static void known_dll_finish(Job *job, bool done) {
        KnownDll *dll = (KnownDll *) job;
        KnownDlls *all = dll->all;

        if (!done)
                return;
        known_dll_settle(dll);
        dll->all = NULL;
        if (all->next < all->names->len && known_dlls_go_on(all))
                return;
        log_info(all->log, "known-dlls: %u of %u files read", all->next, all->names->len);
        known_dlls_free(all);
}

static void known_dll_free(Job *job) {
        KnownDll *dll = (KnownDll *) job;

        if (dll->all)
                known_dlls_free(dll->all);
        image_content_free(dll->content);
        image_bases_unref(dll->bases);
        g_free(dll);
}

static bool known_dlls_go_on(KnownDlls *all) {
        KnownDll *dll = g_new0(KnownDll, 1);

        dll->job.work = known_dll_work;
        dll->job.finish = known_dll_finish;
        dll->job.free = known_dll_free;
        dll->job.patient = true; /* the pool has it, whatever comes */
        dll->is_file = all->names != NULL;
        dll->all = all;
        dll->bases = image_bases_ref(image_cache_bases(all->env->images));
        return worker_pool_add(all->env->workers, geteuid(), &dll->job);
}

void known_dlls_make(RpcEnv *env, const char *folder, const Log *log) {
        KnownDlls *all = g_new0(KnownDlls, 1);

        all->env = env;
        all->log = log;
        all->folder = g_strdup(folder);
        (void) known_dlls_go_on(all);
}
