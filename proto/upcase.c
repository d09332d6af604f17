#include "upcase.h"

#include <string.h>

#define SAME_4(unit)  (unit), (unit) + 1, (unit) + 2, (unit) + 3
#define SAME_16(unit) SAME_4(unit), SAME_4((unit) + 4), SAME_4((unit) + 8), SAME_4((unit) + 12)
#define SAME_64(unit)                                                                              \
        SAME_16(unit), SAME_16((unit) + 16), SAME_16((unit) + 32), SAME_16((unit) + 48)
#define SAME_256(unit)                                                                             \
        SAME_64(unit), SAME_64((unit) + 64), SAME_64((unit) + 128), SAME_64((unit) + 192)

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
