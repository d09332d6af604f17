#include <stdbool.h>

#include "crt-number.h"
#include "errors.h"

#define UNIT           WCHAR
#define NAME(name)     wide_##name
#define PARSE(name)    crt_wcsto##name
#define VALUE(name)    crt__wto##name
#define VALUE64        crt__wtoi64
#define TEXT(letter)   crt__##letter##tow
#define TEXT_S(letter) crt__##letter##tow_s

#include "number-family.inc"

LONGLONG NTAPI crt__wcstoi64(const WCHAR *string, WCHAR **ret_end, int base) {
        wide_Number number = wide_read_to(string, ret_end, base);

        return wide_clamp_signed(&number, INT64_MAX);
}

ULONGLONG NTAPI crt__wcstoui64(const WCHAR *string, WCHAR **ret_end, int base) {
        wide_Number number = wide_read_to(string, ret_end, base);

        return wide_clamp_unsigned(&number, UINT64_MAX);
}
