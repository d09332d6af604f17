#pragma once

/*
 * Fuzz targets
 *
 * Each target is one function of libFuzzer's shape. Linked with fuzz-main.c it is an ordinary test
 * that runs its inputs, and random changes of them, under any compiler. For libFuzzer itself:
 *
 *     CC=clang meson setup build/fuzz -Db_lundef=false -Db_sanitize=address,undefined \
 *             -Dc_args=-fsanitize=fuzzer-no-link
 *     ninja -C build/fuzz && build/fuzz/tests/fuzz/fuzz-rpc FOLDER tests/fuzz/corpus/rpc
 *
 * What it finds goes into corpus/ under a name that says what went wrong.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input is. */
#define MUST(condition)                                                                            \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__,           \
                                        #condition);                                               \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)
