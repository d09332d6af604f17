#include <stdbool.h>
#include <stddef.h>

#include "ntrtlver.h"
#include "ntstatus.h"

#define OS_MAJOR       10u
#define OS_MINOR       0u
#define OS_BUILD       19045u
#define BUILD_IS_FREE  0xF0000000u
#define CONDITION_BITS 3

_Static_assert(offsetof(RTL_OSVERSIONINFOEXW, wServicePackMajor) == sizeof(RTL_OSVERSIONINFOW),
                "the short form is the beginning of the long one");

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation) {
        RTL_OSVERSIONINFOEXW *all = (RTL_OSVERSIONINFOEXW *) lpVersionInformation;

        lpVersionInformation->dwMajorVersion = OS_MAJOR;
        lpVersionInformation->dwMinorVersion = OS_MINOR;
        lpVersionInformation->dwBuildNumber = OS_BUILD;
        lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
        lpVersionInformation->szCSDVersion[0] = 0;
        if (lpVersionInformation->dwOSVersionInfoSize < sizeof(*all))
                return STATUS_SUCCESS;

        all->wServicePackMajor = all->wServicePackMinor = 0;
        all->wSuiteMask = 0;
        all->wProductType = VER_NT_WORKSTATION;
        all->wReserved = 0;
        return STATUS_SUCCESS;
}

VOID NTAPI RtlGetNtVersionNumbers(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber) {
        if (MajorVersion)
                *MajorVersion = OS_MAJOR;
        if (MinorVersion)
                *MinorVersion = OS_MINOR;
        if (BuildNumber)
                *BuildNumber = OS_BUILD | BUILD_IS_FREE;
}

/* A field's conditions stand at its bit's number. */
static unsigned condition_of(ULONGLONG conditions, ULONG field) {
        return (unsigned) (conditions >> (CONDITION_BITS * __builtin_ctz(field))) & 7;
}

ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition) {
        ULONGLONG condition = Condition & 7;
        ULONG field = TypeMask & 0xFF;

        if (field == 0 || condition == 0)
                return ConditionMask;
        field = 1u << (31 - __builtin_clz(field));
        return ConditionMask | condition << (CONDITION_BITS * __builtin_ctz(field));
}

static NTSTATUS compare(ULONG have, ULONG want, unsigned condition) {
        bool good;

        switch (condition) {
        case VER_EQUAL:
                good = have == want;
                break;
        case VER_GREATER:
                good = have > want;
                break;
        case VER_GREATER_EQUAL:
                good = have >= want;
                break;
        case VER_LESS:
                good = have < want;
                break;
        case VER_LESS_EQUAL:
                good = have <= want;
                break;
        default:
                return STATUS_INVALID_PARAMETER;
        }
        return good ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
}

/* Suites: this Windows has none. */
static NTSTATUS compare_suites(USHORT want, unsigned condition) {
        if (condition != VER_AND && condition != VER_OR)
                return STATUS_INVALID_PARAMETER;
        return want == 0 ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
}

static NTSTATUS compare_version(
                const RTL_OSVERSIONINFOEXW *want, ULONG fields, ULONGLONG conditions) {
        const struct {
                ULONG field;
                ULONG have;
                ULONG want;
        } parts[] = {
                { VER_MAJORVERSION, OS_MAJOR, want->dwMajorVersion },
                { VER_MINORVERSION, OS_MINOR, want->dwMinorVersion },
                { VER_SERVICEPACKMAJOR, 0, want->wServicePackMajor },
                { VER_SERVICEPACKMINOR, 0, want->wServicePackMinor },
        };
        NTSTATUS status = STATUS_SUCCESS;

        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
                if (!(fields & parts[i].field))
                        continue;
                status = compare(parts[i].have, parts[i].want,
                                condition_of(conditions, parts[i].field));
                if (parts[i].have != parts[i].want || status == STATUS_INVALID_PARAMETER)
                        break;
        }
        return status;
}

NTSTATUS NTAPI RtlVerifyVersionInfo(
                PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask) {
        const struct {
                ULONG field;
                ULONG have;
                ULONG want;
        } others[] = {
                { VER_PRODUCT_TYPE, VER_NT_WORKSTATION, VersionInfo->wProductType },
                { VER_PLATFORMID, VER_PLATFORM_WIN32_NT, VersionInfo->dwPlatformId },
                { VER_BUILDNUMBER, OS_BUILD, VersionInfo->dwBuildNumber },
        };
        NTSTATUS status = STATUS_SUCCESS;

        if (TypeMask == 0 || ConditionMask == 0)
                return STATUS_INVALID_PARAMETER;
        if (TypeMask & VER_SUITENAME)
                status = compare_suites(VersionInfo->wSuiteMask,
                                condition_of(ConditionMask, VER_SUITENAME));
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && NT_SUCCESS(status); i++) {
                if (TypeMask & others[i].field)
                        status = compare(others[i].have, others[i].want,
                                        condition_of(ConditionMask, others[i].field));
        }
        return NT_SUCCESS(status) ? compare_version(VersionInfo, TypeMask, ConditionMask) : status;
}

BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion,
                ULONG OSMinorVersion,
                ULONG SpMajorVersion,
                ULONG SpMinorVersion,
                PULONG ReturnedProductType) {
        (void) OSMinorVersion; /* the product is the same for every version that has one */
        (void) SpMajorVersion;
        (void) SpMinorVersion;
        if (!ReturnedProductType)
                return FALSE;
        *ReturnedProductType = OSMajorVersion >= 6 ? PRODUCT_PROFESSIONAL : 0;
        return OSMajorVersion >= 6;
}
