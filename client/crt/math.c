#include <math.h>
#include <stdint.h>

#include "crt-math.h"

#define FUNCTION(name)                                                                             \
        double NTAPI crt_##name(double x) {                                                        \
                return name(x);                                                                    \
        }                                                                                          \
        double NTAPI crt_##name(double x)

FUNCTION(atan);
FUNCTION(ceil);
FUNCTION(cos);
FUNCTION(fabs);
FUNCTION(floor);
FUNCTION(log);
FUNCTION(sin);
FUNCTION(sqrt);
FUNCTION(tan);

double NTAPI crt_atan2(double y, double x) {
        return atan2(y, x);
}

double NTAPI crt_pow(double x, double y) {
        return pow(x, y);
}

/* The smallest int has no opposite, and stays. */
int NTAPI crt_abs(int value) {
        return value < 0 ? (int) (0u - (unsigned) value) : value;
}

LONG NTAPI crt_labs(LONG value) {
        return crt_abs(value);
}
