#include "crt-convert.h"
#include "format-text.h"

/*
 * Multi-byte text is UTF-8, which is the code page of everything here. What has no character on the
 * other side becomes U+FFFD.
 */

size_t NTAPI crt_mbstowcs(WCHAR *to, const char *from, size_t capacity) {
        NarrowText text = { (const unsigned char *) from, NULL };
        size_t length = 0, n_units;
        WCHAR units[2];

        while ((n_units = narrow_text_next(&text, units)) > 0) {
                if (to && n_units > capacity - length)
                        return length;
                for (size_t i = 0; i < n_units; i++, length++) {
                        if (to)
                                to[length] = units[i];
                }
        }
        if (to && length < capacity)
                to[length] = 0;
        return length;
}

size_t NTAPI crt_wcstombs(char *to, const WCHAR *from, size_t capacity) {
        WideText text = { from, NULL };
        size_t length = 0, n_bytes;
        char bytes[4];

        while ((n_bytes = wide_text_next(&text, bytes)) > 0) {
                if (to && n_bytes > capacity - length)
                        return length;
                for (size_t i = 0; i < n_bytes; i++, length++) {
                        if (to)
                                to[length] = bytes[i];
                }
        }
        if (to && length < capacity)
                to[length] = 0;
        return length;
}
