#pragma once

/*
 * Loading modules, and finding their functions
 *
 * A load maps a module and all that it imports, one after the other, and fills the addresses in. A
 * function that nobody has does not stop it; a DLL that is nowhere does. Nothing of the modules
 * runs here: module-attach.h does that.
 *
 * The loader's lock is held in all functions here, unless it says otherwise.
 */

#include "load-error.h"
#include "module.h"

/* What load, find and bind share. */
typedef struct ModuleLoader {
        const LoaderOptions *options;
        LdrData *lists;
        ULONG reason;     /* LDR_REASON_ of modules that are loaded now */
        LoadError *error; /* of the load that goes on; NULL: nobody reads it */
} ModuleLoader;

/* The process's. */
extern ModuleLoader module_loader;

/* What is to be loaded. */
typedef struct ModuleRequest {
        const WCHAR *folders;   /* to look in first; NULL: none */
        const WCHAR *name;      /* base name or path */
        size_t n_units;         /* of the name */
        const Module *importer; /* that needs it; NULL: it is asked for by the program */
} ModuleRequest;

/* Which function of a module. */
typedef struct FunctionKey {
        const char *name; /* NULL: by ordinal */
        uint32_t ordinal; /* or, of a name, the hint */
} FunctionKey;

/**
 * module_open() - find a module among those that are loaded, or map it
 * @ret: in the table; its imports may still be to be found: see module_bind_all()
 * Return: STATUS_SUCCESS; STATUS_DLL_NOT_FOUND; as module_map().
 */
NTSTATUS module_open(const ModuleRequest *request, Module **ret);

/**
 * module_find_loaded() - the same without mapping anything
 *
 * The table's lock will do. Return: NULL if it is not loaded.
 */
Module *module_find_loaded(const WCHAR *name, size_t n_units);

/* Puts a new module, which is consumed, into the table, with its TLS. STATUS_NO_MEMORY. */
NTSTATUS module_add_take(Module *module, Module **ret);

/* Maps the built-in module of that name if it is not there. */
NTSTATUS module_open_builtin(const BuiltinSource *source, Module **ret);

/**
 * module_bind_all() - find and bind what modules import that were opened since
 * Return: STATUS_SUCCESS; why one of them cannot be loaded: module_sweep() lets go of them all.
 */
NTSTATUS module_bind_all(void);

/**
 * module_function() - the address of a function
 * @may_load: a function that is forwarded to a module that is not loaded may have it opened, to be
 *            bound and attached by the caller; otherwise that is STATUS_PENDING, and the table's
 *            lock will do
 *
 * Return: STATUS_SUCCESS; STATUS_ENTRYPOINT_NOT_FOUND, STATUS_ORDINAL_NOT_FOUND;
 * STATUS_INVALID_IMAGE_FORMAT; as module_open().
 */
NTSTATUS module_function(Module *module, const FunctionKey *key, bool may_load, const void **ret);
