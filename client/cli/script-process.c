#include "script-process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "script-message.h"
#include "script-worker.h"

void outcome_clear(Outcome *outcome) {
        g_clear_pointer(&outcome->problem, g_free);
        g_clear_pointer(&outcome->outputs, g_variant_unref);
}

static int64_t deadline_of(const ScriptSetting *setting) {
        return g_get_monotonic_time() + (int64_t) setting->seconds * G_USEC_PER_SEC;
}

static char *describe_end(const ScriptProcess *process, int status) {
        if (WIFSIGNALED(status))
                return g_strdup_printf(
                                "process %s died: %s", process->name, strsignal(WTERMSIG(status)));
        return g_strdup_printf("process %s ended by itself, with code %d", process->name,
                        WEXITSTATUS(status));
}

/* Waits for its end, which must be near. */
static int reap(ScriptProcess *process) {
        int status = 0;

        while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
                ;
        process->pid = 0;
        process->socket = fd_close(process->socket);
        return status;
}

void script_process_kill(ScriptProcess *process) {
        if (process->pid <= 0)
                return;
        kill(process->pid, SIGKILL);
        reap(process);
}

void script_process_free(ScriptProcess *process) {
        script_process_kill(process);
        fd_close(process->socket);
        g_free(process->name);
        g_free(process);
}

/* The connection broke: it died, or hangs, or talks nonsense. In each case it is gone after this.
 */
static char *explain_silence(ScriptProcess *process, const ScriptSetting *setting, int r) {
        if (r == -EPIPE)
                return describe_end(process, reap(process));
        script_process_kill(process);
        if (r == -ETIMEDOUT)
                return g_strdup_printf("process %s did not answer within %u s and was killed",
                                process->name, setting->seconds);
        return g_strdup_printf("process %s cannot be spoken to: %s", process->name, strerror(-r));
}

static void take_reply(ScriptProcess *process, const ScriptSetting *setting, Outcome *outcome) {
        g_autoptr(GVariant) reply = NULL;
        const char *problem;
        gint32 status;
        int r = message_receive(process->socket, WORKER_REPLY, deadline_of(setting), &reply);

        if (r < 0) {
                outcome->problem = explain_silence(process, setting, r);
                return;
        }
        g_variant_get(reply, "(i&s@a{sv})", &status, &problem, &outcome->outputs);
        outcome->status = status;
        outcome->problem = *problem ? g_strdup(problem) : NULL;
}

static void close_others(const ScriptSetting *setting) {
        GHashTableIter iter;
        gpointer other;

        g_hash_table_iter_init(&iter, setting->others);
        while (g_hash_table_iter_next(&iter, NULL, &other)) {
                ScriptProcess *process = other;

                process->socket = fd_close(process->socket);
        }
}

ScriptProcess *script_process_new(const ScriptSetting *setting,
                const char *name,
                const Step *step,
                GVariant *user,
                Outcome *ret_outcome) {
        g_autoptr(ScriptProcess) process = g_new0(ScriptProcess, 1);
        int sockets[2];

        process->name = g_strdup(name);
        process->socket = -1;
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) {
                ret_outcome->problem = g_strdup_printf("no socket: %s", strerror(errno));
                return NULL;
        }

        fflush(NULL);
        process->pid = fork();
        if (process->pid == 0) {
                close(sockets[0]);
                close_others(setting);
                worker_main(setting->script, setting->address, sockets[1],
                                step && step->kernel ? ZW_ATTACH_KERNEL : 0, user);
        }
        close(sockets[1]);
        process->socket = sockets[0];
        if (process->pid < 0) {
                ret_outcome->problem = g_strdup_printf("no process: %s", strerror(errno));
                return NULL;
        }

        take_reply(process, setting, ret_outcome);
        if (ret_outcome->problem || !NT_SUCCESS(ret_outcome->status))
                return NULL;
        return g_steal_pointer(&process);
}

void script_process_call(ScriptProcess *process,
                const ScriptSetting *setting,
                guint index,
                GVariant *const *arguments,
                Outcome *ret_outcome) {
        const Step *step = setting->script->steps->pdata[index];
        g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("amv"));
        int r;

        if (process->socket < 0) {
                ret_outcome->problem = g_strdup_printf("process %s is gone", process->name);
                return;
        }
        for (size_t i = 0; step->service->parameters[i].name; i++) {
                GVariant *argument = arguments[i] ? g_variant_new_variant(arguments[i]) : NULL;

                g_variant_builder_add_value(
                                &builder, g_variant_new_maybe(G_VARIANT_TYPE_VARIANT, argument));
        }
        r = message_send(process->socket,
                        g_variant_new("(u@amv)", index, g_variant_builder_end(&builder)),
                        deadline_of(setting));
        if (r < 0)
                ret_outcome->problem = explain_silence(process, setting, r);
        else
                take_reply(process, setting, ret_outcome);
}

char *script_process_end(ScriptProcess *process, const ScriptSetting *setting) {
        g_autoptr(GVariant) reply = NULL;
        int status;
        int r;

        if (process->pid <= 0)
                return g_strdup_printf("process %s is gone", process->name);

        /* It ends when it hears nothing more from us, and closes its end by that. */
        shutdown(process->socket, SHUT_WR);
        r = message_receive(process->socket, WORKER_REPLY, deadline_of(setting), &reply);
        if (r != -EPIPE)
                return explain_silence(process, setting, r < 0 ? r : -EPROTO);
        status = reap(process);
        return status == 0 ? NULL : describe_end(process, status);
}
