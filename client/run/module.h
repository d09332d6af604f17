#pragma once

/*
 * Modules
 *
 * A module is an image that the process has loaded: the program, a DLL, or a built-in one that has
 * no file. Two locks: the loader's (loader_lock()), which whoever loads, unloads or tells modules
 * of threads holds, and under which modules' code runs; and the table's, of this file, which is
 * held for looking things up, and for changing lists only while the loader's is held too. So a
 * thread that looks a function up need not wait for a DllMain that waits for that thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "builtin-module.h"
#include "image.h"
#include "peb.h"
#include "tls-module.h"

typedef struct Module Module;
typedef struct ModuleMark ModuleMark;

typedef enum ModuleState {
        MODULE_MAPPED,    /* its imports are still to be found */
        MODULE_BOUND,     /* their addresses are filled in */
        MODULE_ATTACHING, /* its DllMain runs, or that of one that it imports */
        MODULE_ATTACHED,
} ModuleState;

/* LdrEntry's flags */
#define LDR_IMAGE_DLL             0x00000004u
#define LDR_STATIC_IMPORT         0x00000020u
#define LDR_IN_LEGACY_LISTS       0x00000040u
#define LDR_LOAD_IN_PROGRESS      0x00001000u
#define LDR_ENTRY_PROCESSED       0x00004000u
#define LDR_DONT_CALL_FOR_THREADS 0x00040000u
#define LDR_PROCESS_ATTACH_CALLED 0x00080000u
#define LDR_PROCESS_ATTACH_FAILED 0x00100000u

/* LdrEntry's load_reason */
#define LDR_REASON_STATIC  0u
#define LDR_REASON_DYNAMIC 4u

struct Module {
        LdrEntry entry; /* what the PEB's lists link */
        Module *next;   /* in the order in which they were loaded */
        Image image;
        BuiltinModule *builtin; /* NULL of one that has a file */
        char *path;             /* its file on Linux */
        char *name;             /* UTF-8: "prog.exe" */
        dev_t device;
        ino_t inode;
        ModuleState state;
        bool is_pinned;       /* stays until the process ends: it was loaded with the program */
        bool is_needed;       /* of module_sweep() */
        unsigned n_loads;     /* LdrLoadDll() that nobody has undone */
        Module **needs;       /* modules whose functions it uses */
        size_t n_needs;       /* how many */
        size_t n_needs_room;  /* and for how many there is room */
        TlsModule tls;        /* its static TLS */
        ModuleMark *mark;     /* what module_at() finds */
        unsigned detach_rank; /* the higher, the later it was attached; 0: it was not */
};

/**
 * module_new() - a module for what is mapped already
 * @image:     its spans too; the memory is the module's, on success
 * @path:      of its file, or NULL; copied
 * @full_name: as the program is to see it: "Z:\dir\a.dll"; UTF-8, copied
 * Return: NULL if there is no memory.
 */
Module *module_new(const Image *image, const char *path, const char *full_name);

/* Frees it, and unmaps its memory. It is in no list. NULL is ignored. */
void module_free(Module *module);

/* @used is needed as long as @module is. Return: false if there is no memory. */
bool module_add_need(Module *module, Module *used);

/* Lists: at the end of all but that of initialisation; out of all. The loader's lock is held. */
bool module_table_add(Module *module, LdrData *lists);
void module_table_remove(Module *module);
void module_table_lock(void);
void module_table_unlock(void);

/* The first of all modules, the program, and through Module.next all others. A lock is held. */
Module *module_first(void);
Module *module_find_base(const void *base);
Module *module_find_address(const void *address);
Module *module_find_name(const WCHAR *name, size_t n_units); /* base names, without case */
Module *module_find_file(dev_t device, ino_t inode);

static inline bool module_is_dll(const Module *module) {
        return module->entry.flags & LDR_IMAGE_DLL;
}

static inline uintptr_t module_base(const Module *module) {
        return (uintptr_t) module->entry.base;
}
