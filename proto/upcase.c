#include "upcase.h"

#include <string.h>

#include "case-blocks.h"

const uint16_t nt_upcase_table[65536] = {
#include "upcase-table.inc"
};

bool nt_name_equal(const WCHAR *left, size_t a, const WCHAR *right, size_t b, bool ignore_case) {
        if (a != b)
                return false;
        if (!ignore_case)
                return a == 0 || memcmp(left, right, a * sizeof(WCHAR)) == 0;

        for (size_t i = 0; i < a; i++) {
                if (left[i] != right[i] && nt_upcase(left[i]) != nt_upcase(right[i]))
                        return false;
        }
        return true;
}
