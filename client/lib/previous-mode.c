#include "previous-mode.h"

#include "wdm.h"
#include "zw.h"

_Atomic bool kernel_persona;
__thread bool playing_user_mode __attribute__((tls_model("initial-exec")));

static KPROCESSOR_MODE previous_mode(void) {
        return previous_mode_is_kernel() ? KernelMode : UserMode;
}

KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID) {
        return previous_mode();
}

KPROCESSOR_MODE zw_set_previous_mode(KPROCESSOR_MODE mode) {
        KPROCESSOR_MODE before = previous_mode();

        if (atomic_load(&kernel_persona))
                playing_user_mode = mode != KernelMode;
        return before;
}
