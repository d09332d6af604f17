/*
 * Functions of modules, for programs
 */

#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "ldr-functions.h"
#include "loader.h"
#include "missing.h"
#include "module-attach.h"
#include "module-load.h"
#include "ntstatus.h"
#include "text.h"
#include "writable.h"
#include "zw.h"

/* Longer than any linker makes them. */
#define NAME_MOST 4096u

/* Why a delay load's hook is called: DELAYLOAD_GPA_FAILURE, the only reason that the SDK's
 * <delayloadhandler.h> has. It sees from the DLL's base which of the two was not there. */
#define DELAY_FAILURE 4u

/* DELAYLOAD_INFO */
typedef struct DelayInfo {
        ULONG size;
        const IMAGE_DELAYLOAD_DESCRIPTOR *descriptor;
        PVOID *thunk;
        const char *dll_name;
        ULONG is_by_name;
        union {
                const char *name;
                ULONG ordinal;
        } function;
        PVOID base;
        PVOID unused;
        ULONG last_error;
} DelayInfo;

typedef PVOID(NTAPI *DelayDllHook)(ULONG reason, const DelayInfo *info);
typedef PVOID(NTAPI *DelaySystemHook)(const char *dll_name, const char *function);

/* A function that is forwarded to a DLL that is not loaded yet: loads that first. */
static NTSTATUS load_and_find(Module *module, const FunctionKey *key, const void **ret) {
        NTSTATUS status = module_function(module, key, true, ret);
        Module *failed;

        if (NT_SUCCESS(status))
                status = module_bind_all();
        for (size_t i = 0; i < module->n_needs && NT_SUCCESS(status); i++)
                status = module_attach(module->needs[i], false, &failed);
        if (!NT_SUCCESS(status))
                module_sweep();
        return status;
}

static NTSTATUS find(PVOID base, const FunctionKey *key, const void **ret) {
        NTSTATUS status = STATUS_DLL_NOT_FOUND;
        Module *module;

        module_table_lock();
        module = module_find_base(base);
        if (module)
                status = module_function(module, key, false, ret);
        module_table_unlock();
        if (status != STATUS_PENDING)
                return status;

        loader_lock();
        module = module_find_base(base);
        status = module ? load_and_find(module, key, ret) : STATUS_DLL_NOT_FOUND;
        loader_unlock();
        return status;
}

/**
 * LdrGetProcedureAddressEx() - the address of a function
 * @Handle:  base of the module
 * @Name:    of the function; NULL or empty, and
 * @Ordinal: its number, which is not 0
 * @Address: gets it; untouched on failure
 * @Flags:   0; others, which are about forwarders' traces on Windows, are refused
 *
 * Return: STATUS_INVALID_PARAMETER without name and number, and for flags; STATUS_DLL_NOT_FOUND for
 * what is no module; STATUS_ENTRYPOINT_NOT_FOUND; STATUS_ORDINAL_NOT_FOUND; of a function that is
 * forwarded, as LdrLoadDll(); STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrGetProcedureAddressEx(
                PVOID Handle, PANSI_STRING Name, ULONG Ordinal, PVOID *Address, ULONG Flags) {
        char name[NAME_MOST];
        FunctionKey key = { .ordinal = Ordinal };
        const void *found;
        NTSTATUS status;

        if (Flags != 0)
                return STATUS_INVALID_PARAMETER;
        if (Name && Name->Length > 0) {
                if (Name->Length >= sizeof(name))
                        return STATUS_ENTRYPOINT_NOT_FOUND;
                memcpy(name, Name->Buffer, Name->Length);
                name[Name->Length] = '\0';
                key = (FunctionKey){ .name = name };
        } else if (Ordinal == 0) {
                return STATUS_INVALID_PARAMETER;
        }
        status = find(Handle, &key, &found);
        if (NT_SUCCESS(status))
                *Address = (PVOID) (uintptr_t) found;
        return status;
}

NTSTATUS NTAPI LdrGetProcedureAddress(
                PVOID Handle, PANSI_STRING Name, ULONG Ordinal, PVOID *Address) {
        return LdrGetProcedureAddressEx(Handle, Name, Ordinal, Address, 0);
}

/* NULL if there is none, also for one that is forwarded to a DLL that is not loaded. */
PVOID NTAPI RtlFindExportedRoutineByName(PVOID Base, PCSTR Name) {
        const FunctionKey key = { .name = Name };
        NTSTATUS status = STATUS_DLL_NOT_FOUND;
        const void *found = NULL;
        Module *module;

        module_table_lock();
        module = module_find_base(Base);
        if (module)
                status = module_function(module, &key, false, &found);
        module_table_unlock();
        return status == STATUS_SUCCESS ? (PVOID) (uintptr_t) found : NULL;
}

/* The base of the module that an address lies in; NULL, also in @Base, if in none. */
PVOID NTAPI RtlPcToFileHeader(PVOID Address, PVOID *Base) {
        ModuleRange range;

        *Base = module_at(Address, &range) ? (PVOID) range.base : NULL;
        return *Base;
}

/* What the thunk is of. Return: false if it is none of the descriptor's. */
static bool read_delayed(Module *module,
                const IMAGE_DELAYLOAD_DESCRIPTOR *descriptor,
                const PVOID *thunk,
                ImportedDll *ret_dll,
                ImportedFunction *ret_function) {
        uint64_t offset =
                        (uintptr_t) thunk - module_base(module) - descriptor->ImportAddressTableRVA;
        uint32_t position = (uint32_t) (offset / sizeof(*thunk));
        NTSTATUS status;

        *ret_dll = (ImportedDll){
                .name = image_text(&module->image, descriptor->DllNameRVA),
                .names = descriptor->ImportNameTableRVA,
                .addresses = descriptor->ImportAddressTableRVA,
                .is_delayed = true,
        };
        if (!ret_dll->name || offset >= IMPORT_FUNCTIONS_MOST * sizeof(*thunk))
                return false;
        status = import_next_function(&module->image, ret_dll, &position, ret_function);
        return status == STATUS_SUCCESS;
}

static NTSTATUS load_delayed(Module *module, const ImportedDll *dll, Module **ret) {
        size_t length = strlen(dll->name);
        WCHAR *units = malloc(length * sizeof(*units) + 1);
        ModuleRequest request = { .name = units, .importer = module };
        Module *failed;
        NTSTATUS status;

        if (!units)
                return STATUS_NO_MEMORY;
        request.n_units = text_decode(dll->name, length, units);
        status = module_open(&request, ret);
        free(units);
        if (NT_SUCCESS(status) && !module_add_need(module, *ret))
                status = STATUS_NO_MEMORY;
        if (NT_SUCCESS(status))
                status = module_bind_all();
        if (NT_SUCCESS(status))
                status = module_attach(*ret, false, &failed);
        return status;
}

/* What a hook of the program gives instead; NULL if it gives nothing. */
static PVOID ask_hooks(const DelayInfo *info, PVOID dll_hook, PVOID system_hook) {
        PVOID address = NULL;

        if (dll_hook)
                address = ((DelayDllHook) (uintptr_t) dll_hook)(DELAY_FAILURE, info);
        if (!address && system_hook)
                address = ((DelaySystemHook) (uintptr_t) system_hook)(info->dll_name,
                                info->is_by_name ? info->function.name
                                                 : (const char *) (uintptr_t)
                                                                   info->function.ordinal);
        return address;
}

static void write_thunk(PVOID *thunk, PVOID address) {
        Writable writable;

        if (NT_SUCCESS(writable_begin(thunk, sizeof(*thunk), &writable)))
                __atomic_store_n(thunk, address, __ATOMIC_RELEASE);
        writable_end(&writable);
}

static const void *resolve_delayed(Module *module,
                const ImportedDll *dll,
                const ImportedFunction *function,
                DelayInfo *info,
                NTSTATUS *ret_status) {
        const FunctionKey key = { .name = function->name, .ordinal = function->ordinal };
        const void *address = NULL;
        Module *provider = NULL;

        *ret_status = load_delayed(module, dll, &provider);
        if (NT_SUCCESS(*ret_status)) {
                info->base = provider->entry.base;
                *ret_status = load_and_find(provider, &key, &address);
        } else {
                module_sweep();
        }
        return NT_SUCCESS(*ret_status) ? address : NULL;
}

/**
 * LdrResolveDelayLoadedAPI() - find a function that is imported when it is first called
 * @Base:              of the module that imports it
 * @Descriptor:        in it
 * @FailureDllHook:    the program's own answer, or NULL: gets 4 and DELAYLOAD_INFO, in which
 *                     there is no base if the DLL is not there
 * @FailureSystemHook: asked after it, or NULL: gets the names
 * @Thunk:             where the address goes
 * @Flags:             0
 *
 * Return: the address; NULL for a descriptor or thunk that is not @Base's. Where nobody has the
 * function, the address is that of a missing function: to call it ends the run.
 */
PVOID NTAPI LdrResolveDelayLoadedAPI(PVOID Base,
                const IMAGE_DELAYLOAD_DESCRIPTOR *Descriptor,
                PVOID FailureDllHook,
                PVOID FailureSystemHook,
                PVOID *Thunk,
                ULONG Flags) {
        DelayInfo info = { .size = sizeof(info), .descriptor = Descriptor, .thunk = Thunk };
        ImportedFunction function;
        ImportedDll dll;
        const void *address = NULL;
        Module *module;
        NTSTATUS status;

        loader_lock();
        module = Flags == 0 ? module_find_base(Base) : NULL;
        if (module && read_delayed(module, Descriptor, Thunk, &dll, &function)) {
                info.dll_name = dll.name;
                info.is_by_name = function.name != NULL;
                if (function.name)
                        info.function.name = function.name;
                else
                        info.function.ordinal = function.ordinal;
                address = resolve_delayed(module, &dll, &function, &info, &status);
                if (!address) {
                        info.last_error = RtlNtStatusToDosError(status);
                        address = ask_hooks(&info, FailureDllHook, FailureSystemHook);
                }
                if (!address && !NT_SUCCESS(missing_function_stub(dll.name, function.name,
                                                function.ordinal, &address)))
                        address = NULL;
                if (address)
                        write_thunk(Thunk, (PVOID) (uintptr_t) address);
        }
        loader_unlock();
        return (PVOID) (uintptr_t) address;
}
