#pragma once

/* Rows of a table of all 16-bit units that map to themselves. */
#define SAME_4(unit)  (unit), (unit) + 1, (unit) + 2, (unit) + 3
#define SAME_16(unit) SAME_4(unit), SAME_4((unit) + 4), SAME_4((unit) + 8), SAME_4((unit) + 12)
#define SAME_64(unit)                                                                              \
        SAME_16(unit), SAME_16((unit) + 16), SAME_16((unit) + 32), SAME_16((unit) + 48)
#define SAME_256(unit)                                                                             \
        SAME_64(unit), SAME_64((unit) + 64), SAME_64((unit) + 128), SAME_64((unit) + 192)
