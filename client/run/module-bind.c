#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "dll-search.h"
#include "import.h"
#include "missing.h"
#include "module-load.h"
#include "ntstatus.h"
#include "text.h"
#include "upcase.h"
#include "writable.h"

static void free_text(char **text) {
        free(*text);
}

static void free_units(WCHAR **units) {
        free(*units);
}

static NTSTATUS damaged(const Module *module) {
        return load_error_set(module_loader.error, RUN_CANNOT_RUN, STATUS_INVALID_IMAGE_FORMAT,
                        "cannot run '%s': its imports are damaged (STATUS_INVALID_IMAGE_FORMAT)",
                        module->path);
}

static bool is_kernel(const char *name) {
        return strcasecmp(name, "ntoskrnl.exe") == 0 || strcasecmp(name, "hal.dll") == 0;
}

static NTSTATUS dll_not_found(const Module *importer, const char *name) {
        autocleanup(free_text) char *folders = NULL;

        if (is_kernel(name))
                return load_error_set(module_loader.error, RUN_CANNOT_RUN, STATUS_DLL_NOT_FOUND,
                                "cannot run '%s': it is a driver (it imports %s), and only "
                                "programs can be run",
                                importer->path, name);
        folders = dll_search_describe();
        load_error_advise(module_loader.error,
                        "name its folder with --dll-path DIR, or start without it with "
                        "--allow-missing-dlls");
        return load_error_set(module_loader.error, RUN_NOT_FOUND, STATUS_DLL_NOT_FOUND,
                        "cannot run '%s': it needs %s, which is not in %s", importer->path, name,
                        folders ? folders : "its folder");
}

/* @ret: NULL if it may be missing, and is. */
static NTSTATUS open_imported(Module *module, const char *name, Module **ret) {
        size_t length = strlen(name);
        autocleanup(free_units) WCHAR *units = malloc(length * sizeof(*units));
        ModuleRequest request = { .name = units, .importer = module };
        NTSTATUS status;

        if (!units)
                return STATUS_NO_MEMORY;
        request.n_units = text_decode(name, length, units);
        status = module_open(&request, ret);
        if (status == STATUS_DLL_NOT_FOUND && module_loader.options->allow_missing_dlls) {
                *ret = NULL;
                return STATUS_SUCCESS;
        }
        if (status == STATUS_DLL_NOT_FOUND)
                return dll_not_found(module, name);
        if (!NT_SUCCESS(status))
                load_error_advise(module_loader.error, "'%s' needs it", module->path);
        if (NT_SUCCESS(status) && !module_add_need(module, *ret))
                return STATUS_NO_MEMORY;
        return status;
}

/* Where calls of one imported function go. */
static NTSTATUS resolve(const ImportedDll *dll,
                Module *provider,
                const ImportedFunction *function,
                const void **ret) {
        const FunctionKey key = { .name = function->name, .ordinal = function->ordinal };
        NTSTATUS status = STATUS_ENTRYPOINT_NOT_FOUND;

        if (provider)
                status = module_function(provider, &key, true, ret);
        if (status == STATUS_ENTRYPOINT_NOT_FOUND || status == STATUS_ORDINAL_NOT_FOUND ||
                        status == STATUS_DLL_NOT_FOUND)
                return missing_function_stub(dll->name, function->name, function->ordinal, ret);
        return status;
}

static NTSTATUS count_functions(const Image *image, const ImportedDll *dll, uint32_t *ret) {
        ImportedFunction function;
        NTSTATUS status;

        *ret = 0;
        do
                status = import_next_function(image, dll, ret, &function);
        while (NT_SUCCESS(status) && status != STATUS_NO_MORE_ENTRIES);
        return status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : status;
}

/* What is written may be what is read next: each entry is looked at anew, and no more are written
 * than were counted. */
static NTSTATUS fill_slots(
                Module *module, const ImportedDll *dll, Module *provider, uint32_t n_functions) {
        uint8_t *base = module->entry.base;

        for (uint32_t i = 0; i < n_functions;) {
                ImportedFunction function;
                const void *address;
                NTSTATUS status = import_next_function(&module->image, dll, &i, &function);

                if (status == STATUS_NO_MORE_ENTRIES)
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (NT_SUCCESS(status))
                        status = resolve(dll, provider, &function, &address);
                if (!NT_SUCCESS(status))
                        return status;
                memcpy(base + function.slot, &address, sizeof(address));
        }
        return STATUS_SUCCESS;
}

static NTSTATUS bind_dll(Module *module, const ImportedDll *dll) {
        size_t slots;
        Module *provider;
        Writable writable;
        uint32_t n_functions;
        NTSTATUS status;

        status = open_imported(module, dll->name, &provider);
        if (!NT_SUCCESS(status))
                return status;
        status = count_functions(&module->image, dll, &n_functions);
        if (!NT_SUCCESS(status))
                return status;
        slots = n_functions * sizeof(void *);
        if (slots == 0)
                return STATUS_SUCCESS;
        if (!image_at(&module->image, dll->addresses, slots))
                return STATUS_INVALID_IMAGE_FORMAT;
        status = writable_begin((uint8_t *) module->entry.base + dll->addresses, slots, &writable);
        if (NT_SUCCESS(status))
                status = fill_slots(module, dll, provider, n_functions);
        writable_end(&writable);
        return status;
}

static NTSTATUS bind_module(Module *module) {
        NTSTATUS status;

        for (uint32_t position = 0;;) {
                ImportedDll dll;

                status = import_next_dll(&module->image, &position, &dll);
                if (status == STATUS_NO_MORE_ENTRIES)
                        break;
                if (NT_SUCCESS(status))
                        status = bind_dll(module, &dll);
                if (status == STATUS_INVALID_IMAGE_FORMAT)
                        return damaged(module);
                if (!NT_SUCCESS(status))
                        return status;
        }
        module->state = MODULE_BOUND;
        module->entry.flags |= LDR_ENTRY_PROCESSED;
        return STATUS_SUCCESS;
}

NTSTATUS module_bind_all(void) {
        for (Module *module = module_first(); module; module = module->next) {
                NTSTATUS status = STATUS_SUCCESS;

                if (module->state == MODULE_MAPPED)
                        status = bind_module(module);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_SUCCESS;
}
