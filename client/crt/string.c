#include <stdbool.h>

#include "crt-string.h"
#include "errors.h"

#define UNIT         char
#define CHARACTER    int
#define CODE(unit)   ((int) (unsigned char) (unit))
#define NAME(name)   crt_str##name
#define FOLDED(name) crt__str##name

#include "safe-family.inc"
#include "string-family.inc"

/* Bytes are compared without a sign, and nothing but the order is told. */
int NTAPI crt_strcmp(const char *left, const char *right) {
        while (*left != 0 && *left == *right)
                left++, right++;
        return ((unsigned char) *left > (unsigned char) *right) -
               ((unsigned char) *left < (unsigned char) *right);
}

int NTAPI crt__strcmpi(const char *left, const char *right) {
        return crt__stricmp(left, right);
}
