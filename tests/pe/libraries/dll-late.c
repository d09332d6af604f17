/* Loaded while the program runs; has static TLS, and addresses that have to be relocated. */

#include "trace.h"

int middle_sum(void);

int late_sum(void);
int *late_tls(void);
int *late_pointer(void);

/* A TLS directory as Microsoft's linker makes one: _tls_used is what the linker looks for. */
typedef VOID(NTAPI *TlsCallback)(PVOID base, ULONG reason, PVOID reserved);

__attribute__((section(".tls$AAA"))) int tls_begin = 0;
__attribute__((section(".tls$MMM"))) int tls_value = 77;
__attribute__((section(".tls$ZZZ"))) int tls_end = 0;
ULONG _tls_index;

static VOID NTAPI on_tls(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("late-tls", reason, reserved);
}

static const TlsCallback callbacks[] = { on_tls, NULL };

const struct {
        int *begin;
        int *end;
        ULONG *index;
        const TlsCallback *callbacks;
        ULONG zeros;
        ULONG characteristics;
} _tls_used __attribute__((used)) = { &tls_begin, &tls_end, &_tls_index, callbacks, 16, 0 };

static int number = 31;
static int *number_at = &number;

int late_sum(void) {
        return middle_sum() + 1;
}

int *late_tls(void) {
        char *block = ((char **) teb_word(0x58))[_tls_index];

        return (int *) (void *) (block + ((char *) &tls_value - (char *) &tls_begin));
}

int *late_pointer(void) {
        return number_at;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("late", reason, reserved);
        return TRUE;
}
