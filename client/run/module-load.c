#include "module-load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "dll-search.h"
#include "dos-file.h"
#include "export.h"
#include "module-map.h"
#include "ntstatus.h"
#include "text.h"
#include "upcase.h"
#include "writable.h"

/* So often a function may be forwarded: what goes in circles is damaged. */
#define FORWARDS_MOST 32u

#define SYSTEM_FOLDER "C:\\Windows\\System32\\"

ModuleLoader module_loader;

static void free_text(char **text) {
        free(*text);
}

static void free_units(WCHAR **units) {
        free(*units);
}

/* Whether a name is that of a set of functions, which Windows has other DLLs for. */
static bool is_api_set(const WCHAR *name, size_t n_units) {
        return n_units > 7 && (nt_name_equal(name, 7, u"api-ms-", 7, true) ||
                                              nt_name_equal(name, 7, u"ext-ms-", 7, true));
}

/* The module's code finds its block of TLS by a number in the image. */
static NTSTATUS write_tls_index(const Module *module) {
        uint8_t *at = (uint8_t *) module->entry.base + module->tls.index_rva;
        Writable writable;
        NTSTATUS status = writable_begin(at, sizeof(module->tls.index), &writable);

        if (NT_SUCCESS(status))
                memcpy(at, &module->tls.index, sizeof(module->tls.index));
        writable_end(&writable);
        return status;
}

NTSTATUS module_add_take(Module *module, Module **ret) {
        NTSTATUS status = tls_module_add(&module->tls);

        module->entry.load_reason = module_loader.reason;
        if (NT_SUCCESS(status) && module->tls.is_there) {
                module->entry.tls_index = 0xFFFF;
                status = write_tls_index(module);
        }
        if (NT_SUCCESS(status) && !module_table_add(module, module_loader.lists))
                status = STATUS_NO_MEMORY;
        if (!NT_SUCCESS(status)) {
                tls_module_remove(&module->tls);
                module_free(module);
                return status;
        }
        *ret = module;
        return STATUS_SUCCESS;
}

NTSTATUS module_open_builtin(const BuiltinSource *source, Module **ret) {
        autocleanup(free_text) char *full_name = NULL;
        BuiltinModule *builtin = builtin_module_new(source);
        Module *module = NULL;
        Image image;
        NTSTATUS status = STATUS_NO_MEMORY;

        if (builtin && asprintf(&full_name, SYSTEM_FOLDER "%s", source->name) > 0)
                status = builtin_image_make(builtin, &image);
        else
                full_name = NULL;
        if (NT_SUCCESS(status)) {
                module = module_new(&image, NULL, full_name);
                if (!module)
                        builtin_image_free(&image);
        }
        if (!module) {
                free(builtin);
                return NT_SUCCESS(status) ? STATUS_NO_MEMORY : status;
        }
        module->builtin = builtin;
        module->state = MODULE_BOUND;
        module->is_pinned = true;
        return module_add_take(module, ret);
}

Module *module_find_loaded(const WCHAR *name, size_t n_units) {
        autocleanup(free_units) WCHAR *units = malloc((n_units + 4) * sizeof(*units));
        autocleanup(free_text) char *path = NULL;
        struct stat facts;

        if (!units)
                return NULL;
        n_units = dll_search_add_extension(name, n_units, units);
        if (!dos_path_has_folder(units, n_units))
                return module_find_name(units, n_units);
        path = dos_path_find("/", units, n_units);
        if (!path || stat(path, &facts) < 0)
                return NULL;
        return module_find_file(facts.st_dev, facts.st_ino);
}

static NTSTATUS map_file(const char *path, Module **ret) {
        struct stat facts;
        Module *module;
        NTSTATUS status;

        if (stat(path, &facts) == 0) {
                *ret = module_find_file(facts.st_dev, facts.st_ino);
                if (*ret)
                        return STATUS_SUCCESS;
        }
        status = module_map(path, false, &module, module_loader.error);
        return NT_SUCCESS(status) ? module_add_take(module, ret) : status;
}

static NTSTATUS open_named(
                const ModuleRequest *request, const WCHAR *name, size_t n_units, Module **ret) {
        autocleanup(free_text) char *path = NULL;
        const BuiltinSource *source;
        size_t n_leaf = n_units;
        const WCHAR *leaf = dll_search_leaf(name, &n_leaf);
        NTSTATUS status;

        source = builtin_source_find(leaf, n_leaf);
        if (source || n_leaf == n_units) {
                *ret = module_find_name(leaf, n_leaf);
                if (*ret)
                        return STATUS_SUCCESS;
        }
        if (source)
                return module_open_builtin(source, ret);
        status = dll_search(request->folders, name, n_units, &path);
        if (status == STATUS_DLL_NOT_FOUND && request->importer && is_api_set(leaf, n_leaf))
                return module_open(&(ModuleRequest){ .name = u"ntdll.dll", .n_units = 9 }, ret);
        return NT_SUCCESS(status) ? map_file(path, ret) : status;
}

NTSTATUS module_open(const ModuleRequest *request, Module **ret) {
        autocleanup(free_units) WCHAR *units =
                        malloc((request->n_units + 4) * sizeof(*request->name));
        size_t n;

        if (!units)
                return STATUS_NO_MEMORY;
        n = dll_search_add_extension(request->name, request->n_units, units);
        return open_named(request, units, n, ret);
}

/* What is between "MODULE." and the end. Return: false for a text that makes no sense. */
static bool parse_forward(const char *text, size_t *ret_module, FunctionKey *ret_key) {
        const char *dot = strrchr(text, '.');
        char *end;
        unsigned long ordinal;

        if (!dot || dot == text || !dot[1])
                return false;
        *ret_module = (size_t) (dot - text);
        *ret_key = (FunctionKey){ .name = dot + 1 };
        if (dot[1] != '#')
                return true;
        ordinal = strtoul(dot + 2, &end, 10);
        if (dot[2] < '0' || dot[2] > '9' || *end || ordinal > UINT16_MAX)
                return false;
        *ret_key = (FunctionKey){ .ordinal = (uint32_t) ordinal };
        return true;
}

/* The module that @module forwards a function to. */
static NTSTATUS open_forward(
                Module *module, const char *text, size_t length, bool may_load, Module **ret) {
        autocleanup(free_units) WCHAR *units = malloc(length * sizeof(*units));
        ModuleRequest request = { .name = units, .importer = module };
        NTSTATUS status = STATUS_SUCCESS;

        if (!units)
                return STATUS_NO_MEMORY;
        request.n_units = text_decode(text, length, units);
        if (!may_load) {
                *ret = module_find_loaded(units, request.n_units);
                return *ret && (*ret)->state >= MODULE_BOUND ? STATUS_SUCCESS : STATUS_PENDING;
        }
        status = module_open(&request, ret);
        if (NT_SUCCESS(status) && !module_add_need(module, *ret))
                return STATUS_NO_MEMORY;
        return status;
}

static NTSTATUS find_export(const Module *module, const FunctionKey *key, Export *ret) {
        ExportTable table;
        NTSTATUS status = export_table_read(&module->image, &table);

        if (status == STATUS_ENTRYPOINT_NOT_FOUND && !key->name)
                return STATUS_ORDINAL_NOT_FOUND;
        if (!NT_SUCCESS(status))
                return status;
        return key->name ? export_find_name(&table, key->name, key->ordinal, ret)
                         : export_find_ordinal(&table, key->ordinal, ret);
}

static NTSTATUS find_builtin(const Module *module, const FunctionKey *key, const void **ret) {
        const void *found = key->name ? builtin_module_find(module->builtin, key->name)
                                      : builtin_module_find_ordinal(module->builtin, key->ordinal);

        if (!found)
                return key->name ? STATUS_ENTRYPOINT_NOT_FOUND : STATUS_ORDINAL_NOT_FOUND;
        *ret = found;
        return STATUS_SUCCESS;
}

NTSTATUS module_function(Module *module, const FunctionKey *key, bool may_load, const void **ret) {
        FunctionKey wanted = *key;

        for (unsigned n_forwards = 0; n_forwards < FORWARDS_MOST; n_forwards++) {
                Export found;
                size_t n_name;
                NTSTATUS status;

                if (module->builtin)
                        return find_builtin(module, &wanted, ret);
                status = find_export(module, &wanted, &found);
                if (!NT_SUCCESS(status))
                        return status;
                if (!found.forward) {
                        *ret = module->image.bytes + found.rva;
                        return STATUS_SUCCESS;
                }
                if (!parse_forward(found.forward, &n_name, &wanted))
                        return STATUS_INVALID_IMAGE_FORMAT;
                status = open_forward(module, found.forward, n_name, may_load, &module);
                if (status != STATUS_SUCCESS) /* or STATUS_PENDING */
                        return status;
        }
        return STATUS_INVALID_IMAGE_FORMAT;
}
