/*
 * Modules by their names and bases
 */

#include <string.h>

#include "ldr-functions.h"
#include "loader.h"
#include "module-attach.h"
#include "module-load.h"
#include "ntstatus.h"
#include "process.h"

/* Flags of LdrGetDllHandleEx() and LdrAddRefDll() */
#define GET_UNCHANGED 0x1u
#define GET_PIN       0x2u
#define ADD_PIN       0x1u

/* Nothing is ever mapped below, so that what is lower is no address. */
#define LOWEST_ADDRESS 0x10000u

/* LoadLibraryEx()'s flags that are about searching, which the search path has, or about policies
 * that do not exist here: LOAD_WITH_ALTERED_SEARCH_PATH, LOAD_IGNORE_CODE_AUTHZ_LEVEL,
 * LOAD_LIBRARY_SEARCH_ */
#define LOAD_FLAGS_OF_SEARCH 0x7F18u

#define MODULE_PATH_ROOM 256u

/* RTL_PROCESS_MODULE_INFORMATION */
typedef struct ModuleInformation {
        HANDLE section;
        PVOID mapped_base;
        PVOID image_base;
        ULONG image_size;
        ULONG flags;
        USHORT load_order_index;
        USHORT init_order_index;
        USHORT load_count;
        USHORT offset_to_name;
        CHAR path[MODULE_PATH_ROOM];
} ModuleInformation;

/* RTL_PROCESS_MODULES */
typedef struct ModuleInformations {
        ULONG n_modules;
        ModuleInformation modules[];
} ModuleInformations;

static void note_count(Module *module) {
        bool is_many = module->is_pinned || module->n_loads > 0xFFFE;

        module->entry.obsolete_load_count = is_many ? 0xFFFF : (USHORT) module->n_loads;
        module->entry.reference_count = module->is_pinned ? UINT32_MAX : module->n_loads;
}

static void add_load(Module *module) {
        if (!module->is_pinned)
                module->n_loads++;
        note_count(module);
}

static void pin(Module *module) {
        module->is_pinned = true;
        note_count(module);
}

static NTSTATUS load(PCWSTR search_path, PCUNICODE_STRING name, Module **ret) {
        const ModuleRequest request = {
                .folders = search_path,
                .name = name->Buffer,
                .n_units = name->Length / sizeof(WCHAR),
        };
        Module *module = NULL, *failed;
        NTSTATUS status = module_open(&request, &module);

        if (!NT_SUCCESS(status))
                return status;
        add_load(module);
        status = module_bind_all();
        if (NT_SUCCESS(status))
                status = module_attach(module, false, &failed);
        if (!NT_SUCCESS(status)) {
                if (!module->is_pinned)
                        module->n_loads--;
                note_count(module);
                return status;
        }
        *ret = module;
        return STATUS_SUCCESS;
}

static bool is_load_supported(const ULONG *characteristics) {
        if ((uintptr_t) characteristics < LOWEST_ADDRESS)
                return ((uintptr_t) characteristics & ~(uintptr_t) LOAD_FLAGS_OF_SEARCH) == 0;
        return *characteristics == 0;
}

/**
 * LdrLoadDll() - load a DLL, or count one more load of it
 * @SearchPath:      folders to look in first, separated by semicolons. NULL, and an odd value,
 * which since Windows 8 stands for flags, for none
 * @Characteristics: NULL, or 0 in it: nothing that can stand there exists here. Or, what is no
 *                   address, LoadLibraryEx()'s flags themselves, as Wine's kernelbase.dll has it;
 *                   of them those that are about searching, which @SearchPath is the outcome of
 * @Name:            without extension it is a .dll; with a path it is that file
 * @Handle:          gets the base; NULL on failure
 *
 * Return: STATUS_SUCCESS; STATUS_NOT_SUPPORTED for @Characteristics; STATUS_DLL_NOT_FOUND, also for
 * a DLL that it needs; STATUS_DLL_INIT_FAILED; STATUS_INVALID_IMAGE_FORMAT; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI LdrLoadDll(
                PCWSTR SearchPath, PULONG Characteristics, PUNICODE_STRING Name, PVOID *Handle) {
        PCWSTR folders = (uintptr_t) SearchPath & 1 ? NULL : SearchPath;
        Module *module;
        NTSTATUS status;

        *Handle = NULL;
        if (!is_load_supported(Characteristics))
                return STATUS_NOT_SUPPORTED;
        loader_lock();
        status = load(folders, Name, &module);
        if (NT_SUCCESS(status))
                *Handle = module->entry.base;
        else
                module_sweep();
        loader_unlock();
        return status;
}

/* Undoes one LdrLoadDll(). What was loaded with the program stays. STATUS_DLL_NOT_FOUND. */
NTSTATUS NTAPI LdrUnloadDll(PVOID Handle) {
        NTSTATUS status = STATUS_SUCCESS;
        Module *module;

        loader_lock();
        module = module_find_base(Handle);
        if (!module) {
                status = STATUS_DLL_NOT_FOUND;
        } else if (!module->is_pinned && module->n_loads > 0) {
                module->n_loads--;
                note_count(module);
                if (module->n_loads == 0)
                        module_sweep();
        }
        loader_unlock();
        return status;
}

/**
 * LdrGetDllHandleEx() - the base of a DLL that is loaded
 * @Flags:           1: its count stays as it is; 2: it is never to be unloaded; 0: one load more
 * @SearchPath:      not looked at: what is loaded is known by its name, or by its file
 * @Characteristics: not looked at, as on Windows
 * @Handle:          gets the base; untouched on failure. May be NULL with flag 2
 *
 * Return: STATUS_INVALID_PARAMETER for both flags, and others; STATUS_DLL_NOT_FOUND;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrGetDllHandleEx(ULONG Flags,
                PCWSTR SearchPath,
                PULONG Characteristics,
                PUNICODE_STRING Name,
                PVOID *Handle) {
        Module *module;

        UNREFERENCED_PARAMETER(SearchPath);
        UNREFERENCED_PARAMETER(Characteristics);
        if (Flags > GET_PIN || (!Handle && Flags != GET_PIN))
                return STATUS_INVALID_PARAMETER;
        if (Flags != GET_UNCHANGED)
                loader_lock();
        else
                module_table_lock();
        module = module_find_loaded(Name->Buffer, Name->Length / sizeof(WCHAR));
        if (module && Flags == 0)
                add_load(module);
        if (module && Flags == GET_PIN)
                pin(module);
        if (module && Handle)
                *Handle = module->entry.base;
        if (Flags != GET_UNCHANGED)
                loader_unlock();
        else
                module_table_unlock();
        return module ? STATUS_SUCCESS : STATUS_DLL_NOT_FOUND;
}

/* The same with flag 1. */
NTSTATUS NTAPI LdrGetDllHandle(
                PCWSTR SearchPath, PULONG Characteristics, PUNICODE_STRING Name, PVOID *Handle) {
        return LdrGetDllHandleEx(GET_UNCHANGED, SearchPath, Characteristics, Name, Handle);
}

/* As RtlCopyUnicodeString(), but that it says when the name was cut off. */
static NTSTATUS copy_name(const UNICODE_STRING *from, PUNICODE_STRING to) {
        bool fits = from->Length <= to->MaximumLength;

        to->Length = fits ? from->Length : to->MaximumLength;
        memcpy(to->Buffer, from->Buffer, to->Length);
        if (to->Length + sizeof(WCHAR) <= to->MaximumLength)
                to->Buffer[to->Length / sizeof(WCHAR)] = 0;
        return fits ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

/**
 * LdrGetDllFullName() - the path of a module
 * @Handle: its base; NULL for the program
 * @Name:   gets it, as much as there is room for
 * Return: STATUS_SUCCESS; STATUS_DLL_NOT_FOUND; STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI LdrGetDllFullName(PVOID Handle, PUNICODE_STRING Name) {
        NTSTATUS status = STATUS_DLL_NOT_FOUND;
        const Module *module;

        module_table_lock();
        module = Handle ? module_find_base(Handle) : module_first();
        if (module)
                status = copy_name(&module->entry.full_name, Name);
        module_table_unlock();
        return status;
}

/**
 * LdrAddRefDll() - count one more load of a module
 * @Flags: 1: it is never to be unloaded
 * Return: STATUS_INVALID_PARAMETER for other flags, and what is no module; STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrAddRefDll(ULONG Flags, PVOID Handle) {
        Module *module;

        if (Flags & ~ADD_PIN)
                return STATUS_INVALID_PARAMETER;
        loader_lock();
        module = module_find_base(Handle);
        if (module && Flags & ADD_PIN)
                pin(module);
        else if (module)
                add_load(module);
        loader_unlock();
        return module ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* The module is not told of threads any more. One with static TLS has to be: that, and what is no
 * module, is STATUS_DLL_NOT_FOUND. */
NTSTATUS NTAPI LdrDisableThreadCalloutsForDll(PVOID Handle) {
        NTSTATUS status = STATUS_DLL_NOT_FOUND;
        Module *module;

        loader_lock();
        module = module_find_base(Handle);
        if (module && !module->tls.is_there) {
                module->entry.flags |= LDR_DONT_CALL_FOR_THREADS;
                status = STATUS_SUCCESS;
        }
        loader_unlock();
        return status;
}

/* The module that an address lies in; STATUS_NO_MORE_ENTRIES if in none. */
NTSTATUS NTAPI LdrFindEntryForAddress(PVOID Address, LdrEntry **Entry) {
        Module *module;

        module_table_lock();
        module = module_find_address(Address);
        if (module)
                *Entry = &module->entry;
        module_table_unlock();
        return module ? STATUS_SUCCESS : STATUS_NO_MORE_ENTRIES;
}

/**
 * LdrEnumerateLoadedModules() - have a function see all modules, in the order of their loading
 * @Flags:    0
 * @Callback: gets the entry, @Context, and what it makes TRUE to see no more; the loader is locked
 * Return: STATUS_INVALID_PARAMETER for flags, and without a function; STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrEnumerateLoadedModules(
                ULONG Flags, VOID(NTAPI *Callback)(LdrEntry *, PVOID, BOOLEAN *), PVOID Context) {
        BOOLEAN stop = FALSE;

        if (Flags != 0 || !Callback)
                return STATUS_INVALID_PARAMETER;
        loader_lock();
        for (Module *module = module_first(); module && !stop; module = module->next)
                Callback(&module->entry, Context, &stop);
        loader_unlock();
        return STATUS_SUCCESS;
}

static void fill_information(const Module *module, USHORT index, ModuleInformation *ret) {
        const UNICODE_STRING *name = &module->entry.full_name;
        size_t n = name->Length / sizeof(WCHAR), n_base = module->entry.base_name.Length;

        memset(ret, 0, sizeof(*ret));
        ret->mapped_base = ret->image_base = module->entry.base;
        ret->image_size = module->entry.size_of_image;
        ret->flags = module->entry.flags;
        ret->load_order_index = index;
        ret->load_count = module->entry.obsolete_load_count;
        if (n >= MODULE_PATH_ROOM)
                n = MODULE_PATH_ROOM - 1;
        for (size_t i = 0; i < n; i++) /* what is not ASCII has no room here */
                ret->path[i] = name->Buffer[i] < 0x80 ? (CHAR) name->Buffer[i] : '?';
        ret->offset_to_name = (USHORT) ((name->Length - n_base) / sizeof(WCHAR));
}

/**
 * LdrQueryProcessModuleInformation() - a table of all modules
 * @Modules:      gets their number and, for each, 296 bytes; as many as there is room for
 * @Size:         of it, in bytes
 * @ReturnLength: gets how long it should be; may be NULL
 * Return: STATUS_INFO_LENGTH_MISMATCH if it does not hold all; STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrQueryProcessModuleInformation(PVOID Modules, ULONG Size, PULONG ReturnLength) {
        ModuleInformations *informations = Modules;
        size_t room, n = 0, needed;

        room = Size < sizeof(*informations)
                               ? 0
                               : (Size - sizeof(*informations)) / sizeof(ModuleInformation);
        module_table_lock();
        for (const Module *module = module_first(); module; module = module->next, n++)
                if (n < room)
                        fill_information(module, (USHORT) n, &informations->modules[n]);
        module_table_unlock();
        if (Size >= sizeof(informations->n_modules))
                informations->n_modules = (ULONG) (n < room ? n : room);
        needed = sizeof(*informations) + n * sizeof(ModuleInformation);
        if (ReturnLength)
                *ReturnLength = (ULONG) needed;
        return n <= room && Size >= needed ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

/* Tells the DLLs; the process goes on to its end. */
NTSTATUS NTAPI LdrShutdownProcess(VOID) {
        loader_detach_process();
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI LdrShutdownThread(VOID) {
        loader_detach_thread();
        return STATUS_SUCCESS;
}

/* Whether LdrShutdownProcess() has begun: what a DLL keeps in memory need not be freed any more. */
BOOLEAN NTAPI RtlDllShutdownInProgress(VOID) {
        return process_peb()->ldr->shutdown_in_progress;
}

/* Has @Function called with LDR_DLL_NOTIFICATION_DATA when a DLL is loaded (1), before its DllMain,
 * and when it is unloaded (2). STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY. */
NTSTATUS NTAPI LdrRegisterDllNotification(
                ULONG Flags, PVOID Function, PVOID Context, PVOID *Cookie) {
        NTSTATUS status;

        if (Flags != 0 || !Function || !Cookie)
                return STATUS_INVALID_PARAMETER;
        loader_lock();
        status = module_notify_register(Function, Context, Cookie);
        loader_unlock();
        return status;
}

/* STATUS_DLL_NOT_FOUND for a cookie that is none. */
NTSTATUS NTAPI LdrUnregisterDllNotification(PVOID Cookie) {
        NTSTATUS status;

        loader_lock();
        status = module_notify_remove(Cookie);
        loader_unlock();
        return status;
}
