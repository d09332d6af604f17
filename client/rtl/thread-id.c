#include "thread-id.h"

#include <unistd.h>

#include "zw.h"

__thread uintptr_t thread_id_cached __attribute__((tls_model("initial-exec")));

uintptr_t thread_id_ask(void) {
        thread_id_cached = (uintptr_t) gettid() * 4;
        return thread_id_cached;
}

HANDLE zw_thread_id(void) {
        return (HANDLE) thread_id();
}
