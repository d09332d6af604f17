#pragma once

/*
 * Comparing status codes, with their names in the failure
 */

#include <check.h>

#include "ntdef.h"
#include "status.h"

#define ck_assert_status(expr, want)                                                               \
        do {                                                                                       \
                NTSTATUS status_is_ = (expr);                                                      \
                NTSTATUS status_want_ = (want);                                                    \
                const char *name_is_ = nt_status_name(status_is_);                                 \
                const char *name_want_ = nt_status_name(status_want_);                             \
                                                                                                   \
                ck_assert_msg(status_is_ == status_want_, "%s is %08X %s, not %08X %s", #expr,     \
                                (unsigned) status_is_, name_is_ ? name_is_ : "(no name)",          \
                                (unsigned) status_want_, name_want_ ? name_want_ : "(no name)");   \
        } while (0)
