#pragma once

/*
 * NT's basic types and constants
 *
 * What every other header builds on, with NT's names, sizes and values. Sizes are those of 64-bit
 * Windows: ULONG is 32 bits wide on Linux too, pointers and SIZE_T are 64.
 *
 * WCHAR is 16 bits wide always: wchar_t where -fshort-wchar makes it so (pkg-config zw-wdk, L""
 * literals), otherwise char16_t (u"" literals).
 */

#include <stddef.h>
#include <stdint.h>

#if !defined(__cplusplus) && !defined(__WCHAR_TYPE__)
#error "a GNU compatible compiler is needed"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The Microsoft x64 convention: imports of Windows programs are bound straight to our functions. */
#define NTAPI __attribute__((ms_abi))

#define FORCEINLINE inline __attribute__((always_inline))

typedef void VOID, *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef char CHAR, *PCHAR, *PCH, *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR, *PCCH, *LPCCH;
typedef int INT, *PINT;
typedef unsigned char UCHAR, *PUCHAR, BYTE, *PBYTE;
typedef int16_t SHORT, *PSHORT;
typedef uint16_t USHORT, *PUSHORT, WORD;
typedef int32_t LONG, *PLONG;
typedef uint32_t ULONG, *PULONG, DWORD, *PDWORD, *LPDWORD;
typedef int BOOL, *PBOOL;
typedef int64_t LONGLONG, *PLONGLONG, LONG64;
typedef uint64_t ULONGLONG, *PULONGLONG, ULONG64, DWORD64;
typedef intptr_t LONG_PTR, *PLONG_PTR, INT_PTR;
typedef uintptr_t ULONG_PTR, *PULONG_PTR, UINT_PTR, DWORD_PTR;
typedef size_t SIZE_T, *PSIZE_T;
typedef UCHAR BOOLEAN, *PBOOLEAN;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef PVOID HANDLE, *PHANDLE;
typedef CHAR CCHAR;
typedef UCHAR KIRQL, *PKIRQL;
typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#elif defined(__cplusplus)
typedef char16_t WCHAR;
#else
typedef __CHAR16_TYPE__ WCHAR;
#endif
typedef WCHAR *PWCHAR, *PWCH, *PWSTR, *LPWSTR;
typedef const WCHAR *PCWCH, *PCWSTR, *LPCWSTR;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

/* Annotations of Windows sources; they say nothing to this compiler. */
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif

#define UNREFERENCED_PARAMETER(parameter) ((void) (parameter))
#define ARGUMENT_PRESENT(argument)        ((argument) != NULL)
#define FIELD_OFFSET(type, field)         ((LONG) offsetof(type, field))
#define RTL_NUMBER_OF(array)              (sizeof(array) / sizeof((array)[0]))
#define CONTAINING_RECORD(address, type, field)                                                    \
        ((type *) ((char *) (address) -offsetof(type, field)))

#define NT_SUCCESS(status)     ((NTSTATUS) (status) >= 0)
#define NT_INFORMATION(status) ((((ULONG) (status)) >> 30) == 1)
#define NT_WARNING(status)     ((((ULONG) (status)) >> 30) == 2)
#define NT_ERROR(status)       ((((ULONG) (status)) >> 30) == 3)

typedef union _LARGE_INTEGER {
        __extension__ struct {
                ULONG LowPart;
                LONG HighPart;
        };
        struct {
                ULONG LowPart;
                LONG HighPart;
        } u;
        LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
        __extension__ struct {
                ULONG LowPart;
                ULONG HighPart;
        };
        struct {
                ULONG LowPart;
                ULONG HighPart;
        } u;
        ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/* A counted string: @Length and @MaximumLength are bytes, and no NUL need follow. */
typedef struct _UNICODE_STRING {
        USHORT Length;
        USHORT MaximumLength;
        PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

/* The same with 8-bit characters. */
typedef struct _STRING {
        USHORT Length;
        USHORT MaximumLength;
        PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING, UTF8_STRING,
                *PUTF8_STRING;
typedef const STRING *PCANSI_STRING, *PCOEM_STRING, *PCUTF8_STRING;
typedef CHAR *PSZ;
typedef const char *PCSZ;

/* A link of a list: of a circle with a head of the same kind, and of one that ends with NULL. */
typedef struct _LIST_ENTRY {
        struct _LIST_ENTRY *Flink;
        struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;
typedef struct _SINGLE_LIST_ENTRY {
        struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
        ULONG Data1;
        USHORT Data2;
        USHORT Data3;
        UCHAR Data4[8];
} GUID;
#endif
#ifdef __cplusplus
typedef const GUID &REFGUID;
#else
typedef const GUID *REFGUID;
#endif

/* How an operation ended, and what it has to say: bytes moved, mostly. */
typedef struct _IO_STATUS_BLOCK {
        __extension__ union {
                NTSTATUS Status;
                PVOID Pointer;
        };
        ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef struct _OBJECT_ATTRIBUTES {
        ULONG Length;
        HANDLE RootDirectory;
        PUNICODE_STRING ObjectName;
        ULONG Attributes;
        PVOID SecurityDescriptor;
        PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;
typedef const OBJECT_ATTRIBUTES *PCOBJECT_ATTRIBUTES;

#define InitializeObjectAttributes(attributes, name, flags, root, descriptor)                      \
        do {                                                                                       \
                (attributes)->Length = sizeof(OBJECT_ATTRIBUTES);                                  \
                (attributes)->RootDirectory = (root);                                              \
                (attributes)->ObjectName = (name);                                                 \
                (attributes)->Attributes = (flags);                                                \
                (attributes)->SecurityDescriptor = (descriptor);                                   \
                (attributes)->SecurityQualityOfService = NULL;                                     \
        } while (0)

/*
 * Initialiser of a counted string that is a literal: u"" (or L"" where WCHAR is wchar_t) for
 * UNICODE_STRING, "" for STRING. A literal of 32-bit units, which is L"" without -fshort-wchar,
 * does not compile.
 */
#define RTL_CONSTANT_STRING(literal)                                                               \
        {                                                                                          \
                sizeof(literal) - sizeof((literal)[0]) + 0 * sizeof(ZW_NARROW_UNIT(literal)),      \
                                sizeof(literal), ZW_UNCONST(literal)                               \
        }
#define RTL_CONSTANT_OBJECT_ATTRIBUTES(name, flags)                                                \
        { sizeof(OBJECT_ATTRIBUTES), NULL, (PUNICODE_STRING) (name), (flags), NULL, NULL }
#define DECLARE_CONST_UNICODE_STRING(variable, literal)                                            \
        const UNICODE_STRING variable = RTL_CONSTANT_STRING(literal)

#define ZW_NARROW_UNIT(literal) char[sizeof((literal)[0]) <= sizeof(WCHAR) ? 1 : -1]
#ifdef __cplusplus
extern "C++" {
template <class Unit> constexpr Unit *zw_unconst(const Unit *literal) {
        return const_cast<Unit *>(literal);
}
}
#define ZW_UNCONST(literal) zw_unconst(literal)
#else
#define ZW_UNCONST(literal) ((void *) (literal))
#endif

typedef struct _GENERIC_MAPPING {
        ACCESS_MASK GenericRead;
        ACCESS_MASK GenericWrite;
        ACCESS_MASK GenericExecute;
        ACCESS_MASK GenericAll;
} GENERIC_MAPPING, *PGENERIC_MAPPING;

typedef struct _CLIENT_ID {
        HANDLE UniqueProcess;
        HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

/* OBJECT_ATTRIBUTES.Attributes; OBJ_PROTECT_CLOSE is an attribute of handles only. */
#define OBJ_PROTECT_CLOSE                 0x00000001u
#define OBJ_INHERIT                       0x00000002u
#define OBJ_PERMANENT                     0x00000010u
#define OBJ_EXCLUSIVE                     0x00000020u
#define OBJ_CASE_INSENSITIVE              0x00000040u
#define OBJ_OPENIF                        0x00000080u
#define OBJ_OPENLINK                      0x00000100u
#define OBJ_KERNEL_HANDLE                 0x00000200u
#define OBJ_FORCE_ACCESS_CHECK            0x00000400u
#define OBJ_IGNORE_IMPERSONATED_DEVICEMAP 0x00000800u
#define OBJ_DONT_REPARSE                  0x00001000u
#define OBJ_VALID_ATTRIBUTES              0x00001FF2u

/* Rights of every type. */
#define DELETE                   0x00010000u
#define READ_CONTROL             0x00020000u
#define WRITE_DAC                0x00040000u
#define WRITE_OWNER              0x00080000u
#define SYNCHRONIZE              0x00100000u
#define STANDARD_RIGHTS_REQUIRED 0x000F0000u
#define STANDARD_RIGHTS_READ     READ_CONTROL
#define STANDARD_RIGHTS_WRITE    READ_CONTROL
#define STANDARD_RIGHTS_EXECUTE  READ_CONTROL
#define STANDARD_RIGHTS_ALL      0x001F0000u
#define SPECIFIC_RIGHTS_ALL      0x0000FFFFu
#define ACCESS_SYSTEM_SECURITY   0x01000000u
#define MAXIMUM_ALLOWED          0x02000000u
#define GENERIC_ALL              0x10000000u
#define GENERIC_EXECUTE          0x20000000u
#define GENERIC_WRITE            0x40000000u
#define GENERIC_READ             0x80000000u

/* Rights of directories, symbolic links and sections. */
#define DIRECTORY_QUERY               0x0001u
#define DIRECTORY_TRAVERSE            0x0002u
#define DIRECTORY_CREATE_OBJECT       0x0004u
#define DIRECTORY_CREATE_SUBDIRECTORY 0x0008u
#define DIRECTORY_ALL_ACCESS          (STANDARD_RIGHTS_REQUIRED | 0xFu)
#define SYMBOLIC_LINK_QUERY           0x0001u
#define SYMBOLIC_LINK_ALL_ACCESS      (STANDARD_RIGHTS_REQUIRED | 0x1u)
#define SECTION_QUERY                 0x0001u
#define SECTION_MAP_WRITE             0x0002u
#define SECTION_MAP_READ              0x0004u
#define SECTION_MAP_EXECUTE           0x0008u
#define SECTION_EXTEND_SIZE           0x0010u
#define SECTION_MAP_EXECUTE_EXPLICIT  0x0020u
#define SECTION_ALL_ACCESS            (STANDARD_RIGHTS_REQUIRED | 0x1Fu)

/* Kinds of section. */
#define SEC_HUGE_PAGES             0x00020000u
#define SEC_PARTITION_OWNER_HANDLE 0x00040000u
#define SEC_64K_PAGES              0x00080000u
#define SEC_DRIVER_IMAGE           0x00100000u
#define SEC_BASED                  0x00200000u
#define SEC_NO_CHANGE              0x00400000u
#define SEC_FILE                   0x00800000u
#define SEC_IMAGE                  0x01000000u
#define SEC_PROTECTED_IMAGE        0x02000000u
#define SEC_RESERVE                0x04000000u
#define SEC_COMMIT                 0x08000000u
#define SEC_NOCACHE                0x10000000u
#define SEC_GLOBAL                 0x20000000u
#define SEC_WRITECOMBINE           0x40000000u
#define SEC_LARGE_PAGES            0x80000000u
#define SEC_IMAGE_NO_EXECUTE       (SEC_IMAGE | SEC_NOCACHE)

/* Page protections, and their modifiers. */
#define PAGE_NOACCESS          0x001u
#define PAGE_READONLY          0x002u
#define PAGE_READWRITE         0x004u
#define PAGE_WRITECOPY         0x008u
#define PAGE_EXECUTE           0x010u
#define PAGE_EXECUTE_READ      0x020u
#define PAGE_EXECUTE_READWRITE 0x040u
#define PAGE_EXECUTE_WRITECOPY 0x080u
#define PAGE_GUARD             0x100u
#define PAGE_NOCACHE           0x200u
#define PAGE_WRITECOMBINE      0x400u

/* Allocation types, and what memory is. */
#define MEM_COALESCE_PLACEHOLDERS      0x00000001u
#define MEM_UNMAP_WITH_TRANSIENT_BOOST 0x00000001u
#define MEM_PRESERVE_PLACEHOLDER       0x00000002u
#define MEM_COMMIT                     0x00001000u
#define MEM_RESERVE                    0x00002000u
#define MEM_DECOMMIT                   0x00004000u
#define MEM_REPLACE_PLACEHOLDER        0x00004000u
#define MEM_RELEASE                    0x00008000u
#define MEM_FREE                       0x00010000u
#define MEM_PRIVATE                    0x00020000u
#define MEM_MAPPED                     0x00040000u
#define MEM_RESERVE_PLACEHOLDER        0x00040000u
#define MEM_RESET                      0x00080000u
#define MEM_TOP_DOWN                   0x00100000u
#define MEM_WRITE_WATCH                0x00200000u
#define MEM_PHYSICAL                   0x00400000u
#define MEM_ROTATE                     0x00800000u
#define MEM_DIFFERENT_IMAGE_BASE_OK    0x00800000u
#define MEM_IMAGE                      0x01000000u
#define MEM_RESET_UNDO                 0x01000000u
#define MEM_LARGE_PAGES                0x20000000u
#define MEM_DOS_LIM                    0x40000000u
#define MEM_4MB_PAGES                  0x80000000u

#ifdef __cplusplus
}
#endif
