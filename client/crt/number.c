#include <stdbool.h>

#include "crt-number.h"
#include "errors.h"

#define UNIT           char
#define NAME(name)     narrow_##name
#define PARSE(name)    crt_strto##name
#define VALUE(name)    crt_ato##name
#define VALUE64        crt__atoi64
#define TEXT(letter)   crt__##letter##toa
#define TEXT_S(letter) crt__##letter##toa_s

#include "number-family.inc"
