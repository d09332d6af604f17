#include "process-pid.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "status.h"

/* What the daemon says of a process; no grant is the calling one. */
static NTSTATUS process_ask(const Client *client, Nt__Grant *grant, pid_t *ret_pid) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__QueryProcessRequest body = NT__QUERY_PROCESS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        call_reply_init(&reply);
        body.grant = grant;
        request.body_case = NT__REQUEST__BODY_QUERY_PROCESS;
        request.query_process = &body;
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        if (reply.message->query_process->exit_status != STATUS_PENDING)
                return STATUS_PROCESS_IS_TERMINATING;
        *ret_pid = (pid_t) reply.message->query_process->pid;
        return *ret_pid > 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

void process_pid_init(ProcessPid *pid) {
        *pid = (ProcessPid){ .fd = -1 };
}

void process_pid_clear(ProcessPid *pid) {
        NO_CANCELLATION_HERE;

        pid->fd = fd_close(pid->fd);
}

/* The process is held first, and then asked for again: if it lives now, it is the one held. */
static NTSTATUS other_find(Target *target, ProcessPid *ret) {
        pid_t again = 0;
        NTSTATUS status;

        ret->fd = (int) syscall(SYS_pidfd_open, ret->pid, 0u);
        if (ret->fd < 0)
                return errno == ESRCH ? STATUS_PROCESS_IS_TERMINATING : nt_status_from_errno(errno);
        status = process_ask(target->client, target_grant(target), &again);
        if (NT_SUCCESS(status) && again != ret->pid)
                status = STATUS_PROCESS_IS_TERMINATING;
        return status;
}

NTSTATUS process_pid_find(Target *target, ACCESS_MASK access, ProcessPid *ret) {
        pid_t own = 0;
        NTSTATUS status;

        status = target_reference_process(target, access);
        if (NT_SUCCESS(status))
                status = process_ask(target->client, target_grant(target), &ret->pid);
        if (NT_SUCCESS(status))
                status = process_ask(target->client, NULL, &own);
        if (NT_SUCCESS(status) && own != getpid())
                status = STATUS_NOT_SUPPORTED;
        if (!NT_SUCCESS(status))
                return status;
        ret->is_own = ret->pid == own;
        return ret->is_own ? STATUS_SUCCESS : other_find(target, ret);
}

bool process_pid_holds(const ProcessPid *pid) {
        struct pollfd ended = { .fd = pid->fd, .events = POLLIN };

        return pid->is_own || poll(&ended, 1, 0) == 0;
}
