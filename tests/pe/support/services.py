#!/usr/bin/env python3
"""What libzw's public headers declare, for test programs: an import library, and tables of services.

    services.py def FOLDER       NAME for each function, as a module definition file of ntdll.dll
    services.py table FOLDER     a C table of each Nt and Zw service, its address and parameters
    services.py names FOLDER     the Nt and Zw services, one a line

FOLDER holds the headers (client/include/zw). What is found is every prototype with NTAPI whose name is
one that ntdll.dll exports; a C library's functions, which ntdll.dll exports too, are added by hand.
"""

import pathlib
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
PROTOTYPE = re.compile(
    r"^[ \t]*(?!typedef)(?P<result>[A-Za-z_][\w \t*\n]*?)[ \t\n*]+NTAPI\s+(?P<name>(?:Nt|Zw|Rtl|Ver|Dbg|vDbg|Ldr)\w+)"
    r"\s*\((?P<parameters>[^;{]*?)\)\s*;",
    re.MULTILINE | re.DOTALL,
)

# Types of parameters that are smaller than a register; all others are pointers, handles, or 64 bits.
SMALL = {
    **dict.fromkeys(["BOOLEAN", "UCHAR", "CHAR"], 1),
    **dict.fromkeys(["USHORT", "SHORT", "WCHAR"], 2),
    **dict.fromkeys(
        ["ULONG", "LONG", "ACCESS_MASK", "NTSTATUS", "DWORD", "BOOL", "SECTION_INHERIT", "TOKEN_TYPE",
         "SECURITY_INFORMATION", "UINT", "KPRIORITY"], 4,
    ),
}

# Of ntdll.dll's own that no header of ours declares, and which tests use; one that nobody has.
OTHERS = """
NtNobodyHasThis
LdrAddDllDirectory LdrAddRefDll LdrDisableThreadCalloutsForDll LdrEnumerateLoadedModules LdrFindEntryForAddress
LdrGetDllDirectory LdrGetDllFullName LdrGetDllHandle LdrGetDllHandleEx LdrGetProcedureAddress LdrLoadDll
LdrLockLoaderLock LdrRegisterDllNotification LdrRemoveDllDirectory LdrSetDefaultDllDirectories LdrSetDllDirectory
LdrUnloadDll LdrUnlockLoaderLock LdrUnregisterDllNotification
LdrAccessResource LdrFindResourceDirectory_U LdrFindResource_U LdrResolveDelayLoadedAPI RtlCreateUserStack
RtlDllShutdownInProgress RtlFindExportedRoutineByName RtlFindMessage RtlFreeUserStack RtlGetCurrentProcessorNumberEx
RtlGetFrame RtlGetNativeSystemInformation RtlImageDirectoryEntryToData RtlImageNtHeader RtlPcToFileHeader
RtlPopFrame RtlPushFrame
NtDelayExecution NtDisplayString NtQueryPerformanceCounter NtQuerySystemInformation NtQuerySystemTime
NtResumeThread NtTerminateProcess NtTerminateThread NtWaitForSingleObject NtYieldExecution
RtlAcquireSRWLockExclusive RtlAllocateHeap RtlCreateUserThread RtlExitUserProcess RtlExitUserThread RtlFreeHeap
RtlCreateProcessParametersEx RtlDestroyProcessParameters RtlDoesFileExists_U RtlDosPathNameToNtPathName_U_WithStatus
RtlDosSearchPath_U RtlExpandEnvironmentStrings_U RtlGetCurrentDirectory_U RtlGetFullPathName_U
RtlNormalizeProcessParams RtlQueryEnvironmentVariable_U RtlSetCurrentDirectory_U RtlSetEnvironmentVariable
_snprintf _snwprintf _stricmp _strnicmp _vsnprintf _vsnwprintf _wcsicmp _wcsnicmp atoi bsearch memchr memcmp
memcpy memmove memset qsort sprintf strcat strchr strcmp strcpy strlen strncmp strncpy strrchr strstr strtol
strtoul swprintf tolower toupper towlower towupper wcscat wcschr wcscmp wcscpy wcslen wcsncmp wcsncpy wcsrchr
wcsstr wcstol wcstoul
""".split()


def prototypes(folder):
    """Every function that the headers declare: name -> its parameters' types."""
    found = {}
    for header in sorted(pathlib.Path(folder).glob("*.h")):
        text = COMMENT.sub(" ", header.read_text())
        for match in PROTOTYPE.finditer(text):
            parameters = " ".join(match["parameters"].split())
            found[match["name"]] = [] if parameters in ("", "VOID", "void") else parameters.split(",")
    return found


def size_of(parameter):
    words = re.sub(r"\b(IN|OUT|OPTIONAL|const|_\w+_(\([^)]*\))?)(?=\s)", " ", parameter).split()
    type_name = words[0]
    if "*" in parameter or "[" in parameter:
        return 8
    if type_name.endswith(("_CLASS", "INFOCLASS")):
        return 4
    return SMALL.get(type_name, 8)


def services(folder):
    return {n: p for n, p in sorted(prototypes(folder).items()) if re.match("(Nt|Zw)[A-Z]", n)}


def write_definition(folder):
    # What the kernel exports and ntdll.dll does not stands in the headers too.
    names = sorted({*prototypes(folder), *OTHERS})
    print("LIBRARY ntdll.dll\nEXPORTS")
    print("\n".join(names))


def write_table(folder):
    """Declares the functions anew: only their addresses are wanted."""
    found = services(folder)
    print('#include "services.h"\n')
    for name in found:
        print(f"extern const char {name}[];")
    print("\nconst Service services[] = {")
    for name, parameters in found.items():
        sizes = "".join(str(size_of(parameter)) for parameter in parameters)
        print(f'        {{ "{name}", {name}, "{sizes}" }},')
    print("};\nconst unsigned n_services = sizeof(services) / sizeof(services[0]);")


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("def", "table", "names"):
        sys.exit(__doc__)
    if sys.argv[1] == "def":
        write_definition(sys.argv[2])
    elif sys.argv[1] == "table":
        write_table(sys.argv[2])
    else:
        print("\n".join(services(sys.argv[2])))


main()
