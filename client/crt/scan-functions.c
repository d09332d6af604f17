#include "crt-scan.h"
#include "scanner.h"

/* Scans with the arguments that follow @format. */
#define SCAN(wide, checked, from, n_units)                                                         \
        do {                                                                                       \
                Scanner scanner = {                                                                \
                        .is_wide = (wide),                                                         \
                        .is_checked = (checked),                                                   \
                        .text = (from),                                                            \
                        .limit = (n_units),                                                        \
                        .format = format,                                                          \
                };                                                                                 \
                int n_fields;                                                                      \
                                                                                                   \
                __builtin_ms_va_start(scanner.arguments, format);                                  \
                n_fields = scan(&scanner);                                                         \
                __builtin_ms_va_end(scanner.arguments);                                            \
                return n_fields;                                                                   \
        } while (0)

int NTAPI crt_sscanf(const char *text, const char *format, ...) {
        SCAN(false, false, text, SIZE_MAX);
}

int NTAPI crt_sscanf_s(const char *text, const char *format, ...) {
        SCAN(false, true, text, SIZE_MAX);
}

int NTAPI crt_swscanf_s(const WCHAR *text, const WCHAR *format, ...) {
        SCAN(true, true, text, SIZE_MAX);
}

int NTAPI crt__snscanf_s(const char *text, size_t n_units, const char *format, ...) {
        SCAN(false, true, text, n_units);
}

int NTAPI crt__snwscanf_s(const WCHAR *text, size_t n_units, const WCHAR *format, ...) {
        SCAN(true, true, text, n_units);
}
