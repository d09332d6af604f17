#include "loader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "dll-search.h"
#include "loader-lock.h"
#include "module-attach.h"
#include "module-load.h"
#include "module-map.h"
#include "ntstatus.h"
#include "text.h"
#include "zw.h"

/* PEB.Ldr */
static LdrData lists;

static void free_text(char **text) {
        free(*text);
}

static void init_lists(Peb *peb) {
        ListLink *heads[] = { &lists.in_load_order, &lists.in_memory_order,
                &lists.in_initialization_order };

        lists.length = sizeof(lists);
        lists.initialized = TRUE;
        for (size_t i = 0; i < RTL_NUMBER_OF(heads); i++)
                heads[i]->next = heads[i]->previous = heads[i];
        peb->ldr = &lists;
}

static NTSTATUS find_program(
                const LoaderOptions *options, const char *path, char **ret_path, LoadError *error) {
        autocleanup(free_text) char *absolute = text_absolute_path(path);
        autocleanup(free_text) char *folder = NULL;
        NTSTATUS status;

        if (!absolute || access(absolute, F_OK) < 0) {
                bool is_missing = errno == ENOENT || errno == ENOTDIR;

                return load_error_set(error, is_missing ? RUN_NOT_FOUND : RUN_CANNOT_RUN,
                                STATUS_OBJECT_NAME_NOT_FOUND, "cannot run '%s': %s", path,
                                strerror(errno));
        }
        folder = strndup(absolute, (size_t) (strrchr(absolute, '/') - absolute));
        status = folder ? dll_search_init(options, *folder ? folder : "/") : STATUS_NO_MEMORY;
        if (!NT_SUCCESS(status))
                return load_error_set(error, RUN_FAILED, status, "out of memory");
        *ret_path = absolute;
        absolute = NULL;
        return STATUS_SUCCESS;
}

/* Adds the program itself; Windows' order of modules is it, then ntdll.dll. */
static NTSTATUS open_program(const char *path, Module **ret) {
        const BuiltinSource *ntdll = builtin_source_find(u"ntdll.dll", 9);
        Module *module;
        NTSTATUS status = module_map(path, true, &module, module_loader.error);

        if (NT_SUCCESS(status))
                status = module_add_take(module, ret);
        return NT_SUCCESS(status) ? module_open_builtin(ntdll, &module) : status;
}

static void fill_peb(Peb *peb, const Module *program) {
        const IMAGE_OPTIONAL_HEADER64 *optional = &program->image.optional;

        peb->image_base = program->entry.base;
        peb->image_subsystem = optional->Subsystem;
        peb->image_subsystem_major_version = optional->MajorSubsystemVersion;
        peb->image_subsystem_minor_version = optional->MinorSubsystemVersion;
}

static void fill_program(const Module *program, LoadedProgram *ret) {
        const IMAGE_OPTIONAL_HEADER64 *optional = &program->image.optional;

        *ret = (LoadedProgram){
                .base = program->entry.base,
                .entry_point = program->entry.entry_point,
                .stack_reserve = optional->SizeOfStackReserve,
                .stack_commit = optional->SizeOfStackCommit,
                .subsystem = optional->Subsystem,
        };
}

/* What is loaded with the program stays, and its DLLs are told so. */
static void pin_all(void) {
        for (Module *module = module_first(); module; module = module->next) {
                module->is_pinned = true;
                module->entry.obsolete_load_count = 0xFFFF;
                module->entry.reference_count = UINT32_MAX;
                module->entry.flags |= LDR_STATIC_IMPORT;
        }
}

static NTSTATUS load(const char *path, Peb *peb, LoadedProgram *ret) {
        Module *program;
        NTSTATUS status = open_program(path, &program);

        if (!NT_SUCCESS(status))
                return status;
        status = module_bind_all();
        if (!NT_SUCCESS(status))
                return status;
        if (!program->entry.entry_point)
                return load_error_set(module_loader.error, RUN_CANNOT_RUN,
                                STATUS_INVALID_IMAGE_FORMAT,
                                "cannot run '%s': it has no entry point", path);
        pin_all();
        fill_peb(peb, program);
        fill_program(program, ret);
        return STATUS_SUCCESS;
}

NTSTATUS loader_load_program(const LoaderOptions *options,
                Peb *peb,
                const char *path,
                LoadedProgram *ret,
                LoadError *error) {
        autocleanup(free_text) char *absolute = NULL;
        NTSTATUS status;

        loader_lock_init(peb);
        init_lists(peb);
        module_loader = (ModuleLoader){ .options = options, .lists = &lists, .error = error };
        status = find_program(options, path, &absolute, error);
        if (NT_SUCCESS(status)) {
                loader_lock();
                status = load(absolute, peb, ret);
                if (!NT_SUCCESS(status))
                        module_sweep();
                module_loader.error = NULL;
                module_loader.reason = LDR_REASON_DYNAMIC;
                loader_unlock();
        }
        if (!NT_SUCCESS(status))
                load_error_set(error, RUN_CANNOT_RUN, status, "cannot run '%s': %s (0x%08X)", path,
                                zw_status_name(status) ? zw_status_name(status) : "unknown status",
                                (unsigned) status);
        return status;
}

NTSTATUS loader_attach_process(LoadError *error) {
        Module *failed = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        loader_lock();
        /* ntdll.dll first, as everything else needs it, whether it says so or not. */
        for (Module *module = module_first(); module && NT_SUCCESS(status); module = module->next)
                if (module->builtin)
                        status = module_attach(module, true, &failed);
        if (NT_SUCCESS(status))
                status = module_attach(module_first(), true, &failed);
        loader_unlock();
        if (!NT_SUCCESS(status))
                load_error_set(error, RUN_CANNOT_RUN, status,
                                "cannot run '%s': %s says that it cannot begin (its DllMain "
                                "returned FALSE)",
                                module_first()->path, failed->name);
        return status;
}

void loader_attach_thread(void) {
        loader_lock();
        module_attach_thread();
        loader_unlock();
}

void loader_detach_thread(void) {
        loader_lock();
        module_detach_thread();
        loader_unlock();
}

void loader_detach_process(void) {
        loader_lock();
        lists.shutdown_in_progress = TRUE;
        lists.shutdown_thread = zw_thread_id();
        module_detach_all();
        loader_unlock();
}
