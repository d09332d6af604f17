#include <stdbool.h>

#include "crt-wide.h"
#include "errors.h"

#define UNIT         WCHAR
#define CHARACTER    WCHAR
#define CODE(unit)   ((int) (unit))
#define NAME(name)   crt_wcs##name
#define FOLDED(name) crt__wcs##name

#include "safe-family.inc"
#include "string-family.inc"

int NTAPI crt_wcscmp(const WCHAR *left, const WCHAR *right) {
        while (*left != 0 && *left == *right)
                left++, right++;
        return *left - *right;
}

/* Keeps its place for the thread, as the function without a context has to. */
WCHAR *NTAPI crt_wcstok(WCHAR *string, const WCHAR *delimiters) {
        static __thread WCHAR *context;

        return crt_wcstok_s(string, delimiters, &context);
}
