#include <stdatomic.h>
#include <sys/random.h>

#include "ntrtlmem.h"

/* The functions behind the macros' names. */
#undef RtlCopyMemory
#undef RtlMoveMemory
#undef RtlFillMemory
#undef RtlZeroMemory

#define CACHE_LINE  64
#define COOKIE_BITS 63

VOID NTAPI RtlCopyMemory(VOID *Destination, const VOID *Source, SIZE_T Length) {
        memmove(Destination, Source, Length);
}

VOID NTAPI RtlCopyMemoryNonTemporal(VOID *Destination, const VOID *Source, SIZE_T Length) {
        memmove(Destination, Source, Length);
}

VOID NTAPI RtlMoveMemory(VOID *Destination, const VOID *Source, SIZE_T Length) {
        memmove(Destination, Source, Length);
}

VOID NTAPI RtlFillMemory(VOID *Destination, SIZE_T Length, INT Fill) {
        memset(Destination, Fill, Length);
}

VOID NTAPI RtlZeroMemory(VOID *Destination, SIZE_T Length) {
        memset(Destination, 0, Length);
}

SIZE_T NTAPI RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length) {
        const UCHAR *left = Source1, *right = Source2;
        SIZE_T n = 0;

        while (n < Length && left[n] == right[n])
                n++;
        return n;
}

SIZE_T NTAPI RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern) {
        const UCHAR *at = Source;
        SIZE_T n = 0;

        while (Length - n >= sizeof(Pattern) && memcmp(at + n, &Pattern, sizeof(Pattern)) == 0)
                n += sizeof(Pattern);
        return n;
}

VOID NTAPI RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern) {
        UCHAR *at = Destination;

        for (SIZE_T n = 0; Length - n >= sizeof(Pattern); n += sizeof(Pattern))
                memcpy(at + n, &Pattern, sizeof(Pattern));
}

VOID NTAPI RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern) {
        UCHAR *at = Destination;

        for (SIZE_T n = 0; Length - n >= sizeof(Pattern); n += sizeof(Pattern))
                memcpy(at + n, &Pattern, sizeof(Pattern));
}

BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length) {
        const UCHAR *at = Buffer;

        while (Length > 0 && *at == 0) {
                at++;
                Length--;
        }
        return Length == 0;
}

VOID NTAPI RtlPrefetchMemoryNonTemporal(PVOID Source, SIZE_T Length) {
        for (SIZE_T n = 0; n < Length; n += CACHE_LINE)
                __builtin_prefetch((const char *) Source + n, 0, 0);
}

/* Never 0 once it is chosen. Two threads that choose at once agree on one. */
static uint64_t pointer_cookie(void) {
        static _Atomic uint64_t cookie;
        uint64_t value = atomic_load_explicit(&cookie, memory_order_relaxed), chosen = 0;

        if (value != 0)
                return value;
        if (getrandom(&chosen, sizeof(chosen), 0) != (ssize_t) sizeof(chosen))
                chosen = (uintptr_t) &cookie; /* where the library lies is random too */
        chosen |= 1;
        return atomic_compare_exchange_strong(&cookie, &value, chosen) ? chosen : value;
}

static uint64_t rotate_right(uint64_t value, unsigned bits) {
        return value >> bits | value << ((64 - bits) & COOKIE_BITS);
}

static PVOID encode(PVOID pointer) {
        uint64_t cookie = pointer_cookie();

        return (PVOID) rotate_right((uint64_t) pointer ^ cookie, cookie & COOKIE_BITS);
}

static PVOID decode(PVOID pointer) {
        uint64_t cookie = pointer_cookie();

        return (PVOID) (rotate_right((uint64_t) pointer,
                                        (64 - (cookie & COOKIE_BITS)) & COOKIE_BITS) ^
                        cookie);
}

PVOID NTAPI RtlEncodePointer(PVOID Ptr) {
        return encode(Ptr);
}

PVOID NTAPI RtlDecodePointer(PVOID Ptr) {
        return decode(Ptr);
}

PVOID NTAPI RtlEncodeSystemPointer(PVOID Ptr) {
        return encode(Ptr);
}

PVOID NTAPI RtlDecodeSystemPointer(PVOID Ptr) {
        return decode(Ptr);
}
