/* Counts what it is told of threads; each thread has a number of its own in static TLS. */

#include "trace.h"

typedef VOID(NTAPI *TlsCallback)(PVOID base, ULONG reason, PVOID reserved);

LONG threads_count(ULONG reason);
int *threads_tls(void);

__attribute__((section(".tls$AAA"))) int tls_begin = 0;
__attribute__((section(".tls$MMM"))) int tls_value = 5;
__attribute__((section(".tls$ZZZ"))) int tls_end = 0;
ULONG _tls_index;

static LONG counts[4], tls_counts[4];

static VOID NTAPI on_tls(PVOID base, ULONG reason, PVOID reserved) {
        (void) base, (void) reserved;
        __atomic_add_fetch(&tls_counts[reason], 1, __ATOMIC_SEQ_CST);
}

static const TlsCallback callbacks[] = { on_tls, NULL };

const struct {
        int *begin;
        int *end;
        ULONG *index;
        const TlsCallback *callbacks;
        ULONG zeros;
        ULONG characteristics;
} _tls_used __attribute__((used)) = { &tls_begin, &tls_end, &_tls_index, callbacks, 0, 0 };

/* How often the DLL was told @reason; -1 if its TLS callback was told otherwise. */
LONG threads_count(ULONG reason) {
        return counts[reason] == tls_counts[reason] ? counts[reason] : -1;
}

int *threads_tls(void) {
        char *block = ((char **) teb_word(0x58))[_tls_index];

        return (int *) (void *) (block + ((char *) &tls_value - (char *) &tls_begin));
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base, (void) reserved;
        __atomic_add_fetch(&counts[reason], 1, __ATOMIC_SEQ_CST);
        return TRUE;
}
