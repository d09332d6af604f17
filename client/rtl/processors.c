#include "processors.h"

#include <stdatomic.h>
#include <unistd.h>

bool several_processors(void) {
        static _Atomic int n_processors;
        int n = atomic_load_explicit(&n_processors, memory_order_relaxed);

        if (n == 0) {
                n = (int) sysconf(_SC_NPROCESSORS_ONLN);
                atomic_store_explicit(&n_processors, n, memory_order_relaxed);
        }
        return n > 1;
}
