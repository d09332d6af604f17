#pragma once

/*
 * Basic types beyond those of ntdef.h
 *
 * What Windows sources use without a thought, and the protocol between libzw and the daemon does
 * not need: the other names of integers and strings, lists, identifiers, and the limits of types.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef int INT, *PINT;
typedef unsigned int UINT, *PUINT;
typedef signed char SCHAR, *PSCHAR;
typedef float FLOAT, *PFLOAT;
typedef double DOUBLE;
typedef short CSHORT;
typedef ULONG CLONG, *PCLONG;
typedef ULONG LOGICAL, *PLOGICAL;
typedef PVOID PVOID64;
typedef int8_t INT8, *PINT8;
typedef int16_t INT16, *PINT16;
typedef int INT32, *PINT32, LONG32, *PLONG32;
typedef int64_t INT64, *PINT64;
typedef uint8_t UINT8, *PUINT8;
typedef uint16_t UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32;
typedef uint64_t UINT64, *PUINT64;
typedef LONG64 *PLONG64;
typedef ULONG64 *PULONG64;
typedef DWORD64 *PDWORD64;
typedef ULONGLONG DWORDLONG, *PDWORDLONG;
typedef INT_PTR *PINT_PTR;
typedef UINT_PTR *PUINT_PTR;
typedef DWORD_PTR *PDWORD_PTR;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef WORD *PWORD, *LPWORD;
typedef BYTE *LPBYTE;
typedef BOOL *LPBOOL;
typedef ULONG LCID, *PLCID;
typedef USHORT LANGID, *PLANGID;
typedef LONG HRESULT;
typedef LONG KPRIORITY, *PKPRIORITY;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;
typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef CHAR *PCH, *LPCH, *PSZ, *PNZCH;
typedef const CHAR *PCCH, *LPCCH, *PCSZ, *PCNZCH;
typedef PSTR *PZPSTR;
typedef PCSTR *PZPCSTR;
typedef WCHAR *PWCH, *LPWCH, *PNZWCH, *PZZWSTR;
typedef const WCHAR *PCWCH, *LPCWCH, *PCNZWCH, *PCZZWSTR, *PCUWSTR;
typedef WCHAR *PUWSTR;
typedef PWSTR *PZPWSTR;
typedef PCWSTR *PZPCWSTR;
typedef ULONG UCSCHAR, *PUCSCHAR;

typedef const STRING *PCANSI_STRING, *PCOEM_STRING, *PCUTF8_STRING;
typedef STRING OEM_STRING, *POEM_STRING, CANSI_STRING;
typedef STRING UTF8_STRING, *PUTF8_STRING;

/* A counted string that is not to be changed. */
typedef struct _CSTRING {
        USHORT Length;
        USHORT MaximumLength;
        const CHAR *Buffer;
} CSTRING;

#define ANSI_NULL                ((CHAR) 0)
#define UNICODE_NULL             ((WCHAR) 0)
#define UNICODE_STRING_MAX_BYTES ((USHORT) 65534)
#define UNICODE_STRING_MAX_CHARS (32767)
#define ANYSIZE_ARRAY            1

typedef LIST_ENTRY *RESTRICTED_PLIST_ENTRY;

typedef GUID *PGUID, *LPGUID;
typedef const GUID *LPCGUID;

typedef struct _GROUP_AFFINITY {
        KAFFINITY Mask;
        USHORT Group;
        USHORT Reserved[3];
} GROUP_AFFINITY, *PGROUP_AFFINITY;

typedef struct _PROCESSOR_NUMBER {
        USHORT Group;
        UCHAR Number;
        UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;

typedef enum _NT_PRODUCT_TYPE {
        NtProductWinNt = 1,
        NtProductLanManNt,
        NtProductServer,
} NT_PRODUCT_TYPE,
                *PNT_PRODUCT_TYPE;

/* Limits; signs and widths as in Microsoft's headers. */
#define MINCHAR     0x80
#define MAXCHAR     0x7f
#define MINSHORT    0x8000
#define MAXSHORT    0x7fff
#define MINLONG     0x80000000
#define MAXLONG     0x7fffffff
#define MAXUCHAR    0xff
#define MAXUSHORT   0xffff
#define MAXULONG    0xffffffff
#define MAXLONGLONG (0x7fffffffffffffffll)

#define MAXBYTE  0xff
#define MAXWORD  0xffff
#define MAXDWORD 0xffffffff

#define MAXUINT8     ((UINT8) ~((UINT8) 0))
#define MAXINT8      ((INT8) (MAXUINT8 >> 1))
#define MININT8      ((INT8) ~MAXINT8)
#define MAXUINT16    ((UINT16) ~((UINT16) 0))
#define MAXINT16     ((INT16) (MAXUINT16 >> 1))
#define MININT16     ((INT16) ~MAXINT16)
#define MAXUINT32    ((UINT32) ~((UINT32) 0))
#define MAXINT32     ((INT32) (MAXUINT32 >> 1))
#define MININT32     ((INT32) ~MAXINT32)
#define MAXUINT64    ((UINT64) ~((UINT64) 0))
#define MAXINT64     ((INT64) (MAXUINT64 >> 1))
#define MININT64     ((INT64) ~MAXINT64)
#define MAXULONGLONG ((ULONGLONG) ~((ULONGLONG) 0))
#define MINLONGLONG  ((LONGLONG) ~MAXLONGLONG)
#define MAXULONG32   ((ULONG32) ~((ULONG32) 0))
#define MAXULONG64   ((ULONG64) ~((ULONG64) 0))
#define MAXUINT      ((UINT) ~((UINT) 0))
#define MAXINT       ((INT) (MAXUINT >> 1))
#define MININT       ((INT) ~MAXINT)
#define MAXULONG_PTR (~((ULONG_PTR) 0))
#define MAXLONG_PTR  ((LONG_PTR) (MAXULONG_PTR >> 1))
#define MINLONG_PTR  (~MAXLONG_PTR)
#define MAXUINT_PTR  (~((UINT_PTR) 0))
#define MAXINT_PTR   ((INT_PTR) (MAXUINT_PTR >> 1))
#define MININT_PTR   (~MAXINT_PTR)
#define MAXSIZE_T    ((SIZE_T) ~((SIZE_T) 0))
#define MAXSSIZE_T   ((SSIZE_T) (MAXSIZE_T >> 1))
#define MINSSIZE_T   ((SSIZE_T) ~MAXSSIZE_T)

#ifdef __cplusplus
}
#endif
