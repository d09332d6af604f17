#include "ntrtlstr.h"
#include "ntstatus.h"
#include "rtl-string.h"
#include "upcase.h"

#define HASH_FACTOR 65599u
#define FIND_FLAGS                                                                                 \
        (RTL_FIND_CHAR_IN_UNICODE_STRING_START_AT_END |                                            \
                        RTL_FIND_CHAR_IN_UNICODE_STRING_COMPLEMENT_CHAR_SET |                      \
                        RTL_FIND_CHAR_IN_UNICODE_STRING_CASE_INSENSITIVE)

static size_t units_of(const UNICODE_STRING *string) {
        return string->Length / sizeof(WCHAR);
}

static LONG compare(const WCHAR *left, size_t a, const WCHAR *right, size_t b, bool ignore_case) {
        size_t n = a < b ? a : b;

        for (size_t i = 0; i < n; i++) {
                WCHAR l = left[i], r = right[i];

                if (l != r && ignore_case) {
                        l = nt_upcase(l);
                        r = nt_upcase(r);
                }
                if (l != r)
                        return (LONG) l - (LONG) r;
        }
        return (LONG) (a - b);
}

LONG NTAPI RtlCompareUnicodeStrings(PCWSTR String1,
                SIZE_T String1Length,
                PCWSTR String2,
                SIZE_T String2Length,
                BOOLEAN CaseInSensitive) {
        return compare(String1, String1Length, String2, String2Length, CaseInSensitive);
}

LONG NTAPI RtlCompareUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
        return compare(String1->Buffer, units_of(String1), String2->Buffer, units_of(String2),
                        CaseInSensitive);
}

static LONG compare_bytes(
                const char *left, size_t a, const char *right, size_t b, bool ignore_case) {
        size_t n = a < b ? a : b;

        for (size_t i = 0; i < n; i++) {
                unsigned char l = (unsigned char) left[i], r = (unsigned char) right[i];

                if (ignore_case) {
                        l = rtl_upper_byte((char) l);
                        r = rtl_upper_byte((char) r);
                }
                if (l != r)
                        return (LONG) l - (LONG) r;
        }
        return (LONG) (a - b);
}

LONG NTAPI RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive) {
        return compare_bytes(String1->Buffer, String1->Length, String2->Buffer, String2->Length,
                        CaseInSensitive);
}

static bool equal(const UNICODE_STRING *left, const UNICODE_STRING *right, bool ignore_case) {
        if (left->Length != right->Length)
                return false;
        return nt_name_equal(
                        left->Buffer, units_of(left), right->Buffer, units_of(right), ignore_case);
}

BOOLEAN NTAPI RtlEqualUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
        return equal(String1, String2, CaseInSensitive);
}

BOOLEAN NTAPI RtlEqualDomainName(PCUNICODE_STRING LeftName, PCUNICODE_STRING RightName) {
        return equal(LeftName, RightName, true);
}

BOOLEAN NTAPI RtlEqualComputerName(PCUNICODE_STRING LeftName, PCUNICODE_STRING RightName) {
        return equal(LeftName, RightName, true);
}

BOOLEAN NTAPI RtlEqualString(
                const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive) {
        if (String1->Length != String2->Length)
                return FALSE;
        return compare_bytes(String1->Buffer, String1->Length, String2->Buffer, String2->Length,
                               CaseInSensitive) == 0;
}

BOOLEAN NTAPI RtlPrefixUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
        size_t n = units_of(String1);

        if (String1->Length > String2->Length)
                return FALSE;
        return nt_name_equal(String1->Buffer, n, String2->Buffer, n, CaseInSensitive);
}

BOOLEAN NTAPI RtlSuffixUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
        size_t n = units_of(String1);

        if (n > units_of(String2))
                return FALSE;
        return nt_name_equal(String1->Buffer, n, String2->Buffer + units_of(String2) - n, n,
                        CaseInSensitive);
}

BOOLEAN NTAPI RtlPrefixString(
                const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive) {
        if (String1->Length > String2->Length)
                return FALSE;
        return compare_bytes(String1->Buffer, String1->Length, String2->Buffer, String1->Length,
                               CaseInSensitive) == 0;
}

NTSTATUS NTAPI RtlHashUnicodeString(PCUNICODE_STRING String,
                BOOLEAN CaseInSensitive,
                ULONG HashAlgorithm,
                PULONG HashValue) {
        ULONG hash = 0;

        if (!String || !HashValue || HashAlgorithm > HASH_STRING_ALGORITHM_X65599)
                return STATUS_INVALID_PARAMETER;

        for (size_t i = 0; i < units_of(String); i++) {
                WCHAR unit = String->Buffer[i];

                hash = hash * HASH_FACTOR + (CaseInSensitive ? nt_upcase(unit) : unit);
        }
        *HashValue = hash;
        return STATUS_SUCCESS;
}

static bool contains(const UNICODE_STRING *set, WCHAR unit, bool ignore_case) {
        for (size_t i = 0; i < units_of(set); i++) {
                if (nt_name_equal(set->Buffer + i, 1, &unit, 1, ignore_case))
                        return true;
        }
        return false;
}

NTSTATUS NTAPI RtlFindCharInUnicodeString(ULONG Flags,
                PCUNICODE_STRING StringToSearch,
                PCUNICODE_STRING CharSet,
                PUSHORT NonInclusivePrefixLength) {
        bool backwards = Flags & RTL_FIND_CHAR_IN_UNICODE_STRING_START_AT_END;
        bool complement = Flags & RTL_FIND_CHAR_IN_UNICODE_STRING_COMPLEMENT_CHAR_SET;
        bool ignore_case = Flags & RTL_FIND_CHAR_IN_UNICODE_STRING_CASE_INSENSITIVE;
        size_t n = units_of(StringToSearch);

        *NonInclusivePrefixLength = 0;
        if (Flags & ~FIND_FLAGS)
                return STATUS_INVALID_PARAMETER;

        for (size_t i = 0; i < n; i++) {
                size_t at = backwards ? n - 1 - i : i;

                if (contains(CharSet, StringToSearch->Buffer[at], ignore_case) == complement)
                        continue;
                *NonInclusivePrefixLength = (USHORT) ((backwards ? at : at + 1) * sizeof(WCHAR));
                return STATUS_SUCCESS;
        }
        return STATUS_NOT_FOUND;
}

PWCHAR NTAPI RtlFindUnicodeSubstring(PCUNICODE_STRING FullString,
                PCUNICODE_STRING SearchString,
                BOOLEAN CaseInSensitive) {
        size_t n = units_of(SearchString);

        for (size_t at = 0; at + n <= units_of(FullString); at++) {
                if (nt_name_equal(FullString->Buffer + at, n, SearchString->Buffer, n,
                                    CaseInSensitive))
                        return FullString->Buffer + at;
        }
        return NULL;
}
