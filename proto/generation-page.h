#pragma once

/*
 * The generation page: what the server tells everybody at once
 *
 * One per server; clients map it read-only (F_SEAL_FUTURE_WRITE). Every change of a name bumps the
 * counters that its (directory, folded name) and its directory hash to. A reply that depends on
 * names carries the indices and values of the counters that it depended on; while they hold, so
 * does the reply. Counters are shared by names that hash alike: a bump too many costs a message,
 * never a wrong answer.
 *
 * @daemon is a robust futex word owned by the daemon's main thread: its thread id while it lives.
 * The kernel sets FUTEX_OWNER_DIED in it when the thread ends in whatever way, kill -9 included; an
 * orderly end writes 0. Every path that sends no message reads it first.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GENERATION_PAGE_MAGIC   0x6E676F6Eu /* "nogn" */
#define GENERATION_PAGE_VERSION 1u
#define GENERATION_COUNTERS     (1u << 16)

typedef struct GenerationPage {
        uint32_t magic;
        uint32_t version;
        uint64_t size; /* of the whole mapping, in bytes */
        _Atomic uint32_t daemon;
        uint32_t reserved_word;
        uint64_t robust_list[2]; /* the kernel's node for @daemon, written by the daemon only */
        uint64_t reserved[507];
        _Atomic uint64_t counters[GENERATION_COUNTERS];
} GenerationPage;

_Static_assert(offsetof(GenerationPage, counters) == 4096, "layout is fixed");

/* Whether the daemon that owns the page still runs. */
static inline bool generation_page_alive(const GenerationPage *page) {
        uint32_t word = atomic_load_explicit(&page->daemon, memory_order_acquire);

        return word != 0 && !(word & 0x40000000u /* FUTEX_OWNER_DIED */);
}
