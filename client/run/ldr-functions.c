#include "ldr-functions.h"

#include "builtin.h"

#define FUNCTION(name)                                                                             \
        { #name, (const void *) name }

const Builtin ldr_functions[] = {
        FUNCTION(LdrAccessResource),
        FUNCTION(LdrAddDllDirectory),
        FUNCTION(LdrAddRefDll),
        FUNCTION(LdrDisableThreadCalloutsForDll),
        FUNCTION(LdrEnumerateLoadedModules),
        FUNCTION(LdrFindEntryForAddress),
        FUNCTION(LdrFindResourceDirectory_U),
        FUNCTION(LdrFindResource_U),
        FUNCTION(LdrGetDllDirectory),
        FUNCTION(LdrGetDllFullName),
        FUNCTION(LdrGetDllHandle),
        FUNCTION(LdrGetDllHandleEx),
        FUNCTION(LdrGetProcedureAddress),
        FUNCTION(LdrGetProcedureAddressEx),
        FUNCTION(LdrLoadDll),
        FUNCTION(LdrLockLoaderLock),
        FUNCTION(LdrProcessRelocationBlock),
        FUNCTION(LdrQueryProcessModuleInformation),
        FUNCTION(LdrRegisterDllNotification),
        FUNCTION(LdrRemoveDllDirectory),
        FUNCTION(LdrResolveDelayLoadedAPI),
        FUNCTION(LdrSetDefaultDllDirectories),
        FUNCTION(LdrSetDllDirectory),
        FUNCTION(LdrShutdownProcess),
        FUNCTION(LdrShutdownThread),
        FUNCTION(LdrUnloadDll),
        FUNCTION(LdrUnlockLoaderLock),
        FUNCTION(LdrUnregisterDllNotification),
        FUNCTION(RtlDllShutdownInProgress),
        FUNCTION(RtlFindExportedRoutineByName),
        FUNCTION(RtlFindMessage),
        FUNCTION(RtlImageDirectoryEntryToData),
        FUNCTION(RtlImageNtHeader),
        FUNCTION(RtlImageNtHeaderEx),
        FUNCTION(RtlImageRvaToSection),
        FUNCTION(RtlImageRvaToVa),
        FUNCTION(RtlPcToFileHeader),
};

const size_t ldr_n_functions = sizeof(ldr_functions) / sizeof(ldr_functions[0]);
