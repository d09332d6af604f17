#include "script-worker.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "script-message.h"

static void reply(int socket, NTSTATUS status, const char *problem, GVariant *outputs) {
        GVariant *message = g_variant_new("(is@a{sv})", (gint32) status, problem ? problem : "",
                        outputs ? outputs : g_variant_new("a{sv}", NULL));

        if (message_send(socket, message, MESSAGE_NO_END) < 0)
                _exit(1);
}

/* Every group and id, for good. What the kernel refuses is the step's problem. */
static char *become(uint64_t user) {
        uid_t uid = (uid_t) user;

        if (user >= UINT32_MAX)
                return g_strdup("that is no uid");
        if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
                return g_strdup_printf("cannot become uid %u: %s", uid, strerror(errno));
        return NULL;
}

static NTSTATUS run_call(const Script *script, GVariant *request, Call *call) {
        GVariant *arguments[PARAMETERS_MAX] = { NULL };
        g_autoptr(GVariant) given = g_variant_get_child_value(request, 1);
        const Step *step;
        guint32 index;
        NTSTATUS status;

        g_variant_get_child(request, 0, "u", &index);
        step = script->steps->pdata[index];
        call->service = step->service;
        call->zw = step->zw;
        call->arguments = arguments;
        for (gsize i = 0; i < g_variant_n_children(given); i++)
                g_variant_get_child(given, i, "mv", &arguments[i]);

        status = call->service->run(call);
        for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
                g_clear_pointer(&arguments[i], g_variant_unref);
        return status;
}

static void serve(const Script *script, int socket) {
        for (;;) {
                g_auto(GVariantDict) outputs = G_VARIANT_DICT_INIT(NULL);
                g_autoptr(GVariant) request = NULL;
                Call call = { .outputs = &outputs };
                NTSTATUS status;

                if (message_receive(socket, WORKER_REQUEST, MESSAGE_NO_END, &request) < 0)
                        return;
                status = run_call(script, request, &call);
                reply(socket, status, call.problem, g_variant_dict_end(&outputs));
                g_free(call.problem);
        }
}

void worker_main(const Script *script,
                const char *address,
                int socket,
                ULONG flags,
                GVariant *user) {
        g_autofree char *problem = user ? become(script_integer(user)) : NULL;
        NTSTATUS status = STATUS_SUCCESS;

        /* After the change of ids, which takes it back. Whoever tells us what to do may be killed.
         */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!problem)
                status = zw_attach(address, flags);
        if (!problem && NT_SUCCESS(status))
                status = zw_enable_fault_recovery();
        reply(socket, status, problem, NULL);
        if (!problem && NT_SUCCESS(status)) {
                serve(script, socket);
                zw_detach();
        }
        _exit(0);
}
