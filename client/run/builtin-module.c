#include "builtin-module.h"

#include <stdlib.h>
#include <string.h>

#include "ntdef.h"
#include "upcase.h"

static int compare(const void *left, const void *right) {
        return strcmp(((const Builtin *) left)->name, ((const Builtin *) right)->name);
}

static bool name_is(const char *own, const WCHAR *name, size_t n_units) {
        if (strlen(own) != n_units)
                return false;
        for (size_t i = 0; i < n_units; i++)
                if (nt_upcase((WCHAR) own[i]) != nt_upcase(name[i]))
                        return false;
        return true;
}

const BuiltinSource *builtin_source_find(const WCHAR *name, size_t n_units) {
        for (const BuiltinSource *source = builtin_sources; source->name; source++)
                if (name_is(source->name, name, n_units))
                        return source;
        return NULL;
}

BuiltinModule *builtin_module_new(const BuiltinSource *source) {
        BuiltinModule *module;
        size_t n = 0, at = 0;

        for (const BuiltinTable *table = source->tables; table->functions; table++)
                n += *table->n_functions;
        module = malloc(sizeof(*module) + n * sizeof(module->functions[0]));
        if (!module)
                return NULL;
        module->name = source->name;
        module->n_functions = n;
        for (const BuiltinTable *table = source->tables; table->functions; table++) {
                memcpy(module->functions + at, table->functions,
                                *table->n_functions * sizeof(module->functions[0]));
                at += *table->n_functions;
        }
        qsort(module->functions, n, sizeof(module->functions[0]), compare);
        return module;
}

const void *builtin_module_find(const BuiltinModule *module, const char *name) {
        const Builtin key = { .name = name };
        const Builtin *found = bsearch(&key, module->functions, module->n_functions,
                        sizeof(module->functions[0]), compare);

        return found ? found->address : NULL;
}

const void *builtin_module_find_ordinal(const BuiltinModule *module, uint32_t ordinal) {
        return ordinal - 1 < module->n_functions ? module->functions[ordinal - 1].address : NULL;
}
