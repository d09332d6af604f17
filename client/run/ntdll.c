/*
 * The built-in modules that there are. kernel32.dll and the C runtimes never become one: programs
 * bring them along.
 */

#include "builtin-module.h"
#include "crt.h"
#include "dos-functions.h"
#include "process.h"
#include "raise.h"

#define TABLE(area)                                                                                \
        { area##_functions, &area##_n_functions }

static const BuiltinTable ntdll_tables[] = {
        TABLE(service),
        TABLE(crt),
        TABLE(dos),
        TABLE(ldr),
        TABLE(process),
        TABLE(raise),
        { 0 },
};

const BuiltinSource builtin_sources[] = {
        { .name = "ntdll.dll", .tables = ntdll_tables },
        { 0 },
};
