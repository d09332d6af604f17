/*
 * A program's own TLS callbacks come after the DLLs, which it needs, at the begin and at the end;
 * and threads that load a DLL with static TLS at the same time have a block each.
 *
 * Out: base attach +
 * Out: program attach, value 9
 * Out: main 9
 * Out: 4 threads
 * Out: base detach +
 * Out: program detach
 */

#include "ldr.h"
#include "pe.h"

#define N_THREADS 4
#define N_ROUNDS  50

typedef VOID(NTAPI *TlsCallback)(PVOID base, ULONG reason, PVOID reserved);

int base_get(void);

__attribute__((section(".tls$AAA"))) int tls_begin = 0;
__attribute__((section(".tls$MMM"))) int tls_value = 9;
__attribute__((section(".tls$ZZZ"))) int tls_end = 0;
ULONG _tls_index;

static LONG n_attached, n_detached, n_ended;

static int *own(void) {
        char *block = ((char **) teb_word(0x58))[_tls_index];

        return (int *) (void *) (block + ((char *) &tls_value - (char *) &tls_begin));
}

static VOID NTAPI on_tls(PVOID base, ULONG reason, PVOID reserved) {
        check(base == at_offset(PVOID, peb_self(), 0x10));
        check(reserved == NULL);
        if (reason == 1)
                print("program attach, value %d\n", *own());
        else if (reason == 0)
                print("program detach\n");
        else
                __atomic_add_fetch(reason == 2 ? &n_attached : &n_detached, 1, __ATOMIC_SEQ_CST);
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

/* What the DLL has for this thread is new, or what this thread wrote while another one kept it. */
static void one_round(int number) {
        PVOID dll = NULL, address = NULL;
        int *value;

        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-threads"), &dll), STATUS_SUCCESS);
        check_status(LdrGetProcedureAddress(dll, NARROW("threads_tls"), 0, &address),
                        STATUS_SUCCESS);
        value = ((int *(*) (void) ) address)();
        check(*value == 5 || *value == number);
        *value = number;
        NtYieldExecution();
        check(*((int *(*) (void) ) address)() == number);
        check_status(LdrUnloadDll(dll), STATUS_SUCCESS);
}

static NTSTATUS NTAPI work(PVOID parameter) {
        int number = 1000 + (int) (ULONG_PTR) parameter;

        check(*own() == 9);
        *own() = number;
        for (int i = 0; i < N_ROUNDS; i++)
                one_round(number);
        check(*own() == number);
        __atomic_add_fetch(&n_ended, 1, __ATOMIC_SEQ_CST);
        return 0;
}

NTSTATUS world_main(void) {
        PVOID base = NULL;

        check(base_get() == 1000);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &base), STATUS_SUCCESS);
        check_status(LdrDisableThreadCalloutsForDll(base), STATUS_SUCCESS);
        print("main %d\n", *own());
        for (ULONG_PTR i = 0; i < N_THREADS; i++)
                check_status(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0, 0,
                                             (PVOID) work, (PVOID) i, NULL, NULL),
                                STATUS_SUCCESS);
        while (__atomic_load_n(&n_detached, __ATOMIC_SEQ_CST) < N_THREADS)
                NtYieldExecution();
        check(n_ended == N_THREADS && n_attached == N_THREADS);
        print("%d threads\n", (int) n_ended);
        RtlExitUserProcess(failed);
        return failed;
}
