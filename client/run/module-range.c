#include "module-range.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"

#define NAME_ROOM 128u

struct ModuleMark {
        ModuleMark *next;
        _Atomic uintptr_t base; /* 0: free */
        _Atomic size_t size;
        char name[NAME_ROOM]; /* cut off if it is longer */
};

static _Atomic(ModuleMark *) marks;

static ModuleMark *find_free(void) {
        for (ModuleMark *mark = atomic_load(&marks); mark; mark = mark->next)
                if (atomic_load(&mark->base) == 0)
                        return mark;
        return NULL;
}

ModuleMark *module_mark_new(const char *name, uintptr_t base, size_t size) {
        ModuleMark *mark = find_free();
        bool is_new = !mark;

        if (is_new)
                mark = calloc(1, sizeof(*mark));
        if (!mark)
                return NULL;
        snprintf(mark->name, sizeof(mark->name), "%s", name);
        atomic_store(&mark->size, size);
        atomic_store(&mark->base, base);
        if (is_new) {
                mark->next = atomic_load(&marks);
                atomic_store(&marks, mark);
        }
        return mark;
}

void module_mark_end(ModuleMark *mark) {
        atomic_store(&mark->base, 0);
}

bool module_at(const void *address, ModuleRange *ret) {
        uintptr_t at = (uintptr_t) address;

        for (const ModuleMark *mark = atomic_load(&marks); mark; mark = mark->next) {
                uintptr_t base = atomic_load(&mark->base);
                size_t size = atomic_load(&mark->size);

                if (base != 0 && at >= base && at - base < size &&
                                base == atomic_load(&mark->base)) {
                        *ret = (ModuleRange){ .name = mark->name, .base = base, .size = size };
                        return true;
                }
        }
        return false;
}
