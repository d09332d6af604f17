#include <stdbool.h>

#include "crt-path.h"
#include "errors.h"

#define UNIT       WCHAR
#define NAME(name) wide_##name
#define SPLIT_S    crt__wsplitpath_s
#define MAKE_S     crt__wmakepath_s

#include "path-family.inc"
