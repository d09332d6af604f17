#pragma once

/*
 * Run-time library: which Windows this is
 *
 * Windows 10, version 22H2 (10.0, build 19045), a workstation without service packs.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct _OSVERSIONINFOEXW {
        ULONG dwOSVersionInfoSize;
        ULONG dwMajorVersion;
        ULONG dwMinorVersion;
        ULONG dwBuildNumber;
        ULONG dwPlatformId;
        WCHAR szCSDVersion[128];
        USHORT wServicePackMajor;
        USHORT wServicePackMinor;
        USHORT wSuiteMask;
        UCHAR wProductType;
        UCHAR wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW, RTL_OSVERSIONINFOEXW,
                *PRTL_OSVERSIONINFOEXW;

typedef struct _OSVERSIONINFOW {
        ULONG dwOSVersionInfoSize;
        ULONG dwMajorVersion;
        ULONG dwMinorVersion;
        ULONG dwBuildNumber;
        ULONG dwPlatformId;
        WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

#define VER_PLATFORM_WIN32_NT 2
#define VER_NT_WORKSTATION    1

#define VER_MINORVERSION     0x01u
#define VER_MAJORVERSION     0x02u
#define VER_BUILDNUMBER      0x04u
#define VER_PLATFORMID       0x08u
#define VER_SERVICEPACKMINOR 0x10u
#define VER_SERVICEPACKMAJOR 0x20u
#define VER_SUITENAME        0x40u
#define VER_PRODUCT_TYPE     0x80u

#define VER_EQUAL         1
#define VER_GREATER       2
#define VER_GREATER_EQUAL 3
#define VER_LESS          4
#define VER_LESS_EQUAL    5
#define VER_AND           6
#define VER_OR            7

#define PRODUCT_PROFESSIONAL 0x30u

/**
 * RtlGetVersion() - which Windows this is
 * @lpVersionInformation: its dwOSVersionInfoSize says what it is. All but that is filled in: of an
 *                        RTL_OSVERSIONINFOW up to szCSDVersion, which is empty; service pack,
 * suites and product too if the size is at least that of an RTL_OSVERSIONINFOEXW Return:
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation);

/* The same as three numbers; a place may be NULL. The build has 0xF0000000 in its upper bits: it is
 * not a checked one. */
VOID NTAPI RtlGetNtVersionNumbers(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber);

/**
 * VerSetConditionMask() - say how one field is compared
 * @ConditionMask: what was said of others; 0 at first
 * @TypeMask:      one VER_ field
 * @Condition:     VER_EQUAL to VER_OR
 * Return: the mask with it.
 */
ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition);

/**
 * RtlVerifyVersionInfo() - whether this Windows is as asked for
 * @VersionInfo:   what it is compared with
 * @TypeMask:      which fields are
 * @ConditionMask: how, from VerSetConditionMask()
 *
 * Version and service pack are one number of up to four parts, the first of which that differs
 * decides, by its own condition.
 * Return: STATUS_SUCCESS; STATUS_REVISION_MISMATCH; STATUS_INVALID_PARAMETER for no fields, no
 * conditions, or one that its field cannot have.
 */
NTSTATUS NTAPI RtlVerifyVersionInfo(
                PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask);

/* PRODUCT_PROFESSIONAL for a version from 6.0 on, FALSE and 0 for an older one or no place. */
BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion,
                ULONG OSMinorVersion,
                ULONG SpMajorVersion,
                ULONG SpMinorVersion,
                PULONG ReturnedProductType);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
