#pragma once

/*
 * NT's clock: 100 ns since 1601
 */

#include <glib.h>

#define NT_EPOCH_TO_1970 G_GINT64_CONSTANT(116444736000000000)

static inline gint64 nt_time_now(void) {
        return g_get_real_time() * 10 + NT_EPOCH_TO_1970;
}
