#include "partner.h"

#include <check.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"

#define PATIENCE_MS 60000

typedef enum PartnerOrder {
        PARTNER_CREATE,
        PARTNER_OPEN,
        PARTNER_DUPLICATE,
        PARTNER_CLOSE,
        PARTNER_TOUCH,
        PARTNER_PROCESS_ID,
        PARTNER_RUN,
} PartnerOrder;

typedef struct PartnerRequest {
        PartnerOrder order;
        ACCESS_MASK access;
        HANDLE handle;
        PartnerTask task;
        void *context;
        WCHAR name[256];
} PartnerRequest;

typedef struct PartnerReply {
        NTSTATUS status;
        HANDLE handle;
} PartnerReply;

struct Partner {
        pid_t pid;
        int socket;
};

static NTSTATUS touch(HANDLE section) {
        PVOID base = NULL;
        NTSTATUS status = api_map(section, PAGE_READWRITE, &base);

        if (!NT_SUCCESS(status))
                return status;
        (*(volatile uint8_t *) base)++;
        return NtUnmapViewOfSection(NtCurrentProcess(), base);
}

static NTSTATUS process_id(HANDLE *ret) {
        PROCESS_BASIC_INFORMATION basic = { 0 };
        NTSTATUS status = NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessBasicInformation, &basic, sizeof(basic), NULL);

        *ret = (HANDLE) basic.UniqueProcessId;
        return status;
}

static NTSTATUS obey(const PartnerRequest *request, HANDLE *ret) {
        const WCHAR *name = request->name[0] ? request->name : NULL;

        switch (request->order) {
        case PARTNER_CREATE:
                return api_create(name, request->access, ret);
        case PARTNER_OPEN:
                return api_open(name, request->access, ret);
        case PARTNER_DUPLICATE:
                return NtDuplicateObject(NtCurrentProcess(), request->handle, NtCurrentProcess(),
                                ret, 0, 0, DUPLICATE_SAME_ACCESS);
        case PARTNER_CLOSE:
                return NtClose(request->handle);
        case PARTNER_TOUCH:
                return touch(request->handle);
        case PARTNER_PROCESS_ID:
                return process_id(ret);
        case PARTNER_RUN:
                return request->task(request->context);
        }
        return STATUS_INVALID_PARAMETER;
}

static _Noreturn void serve(int socket) {
        PartnerRequest request;

        while (recv(socket, &request, sizeof(request), 0) == sizeof(request)) {
                PartnerReply reply = { 0 };

                reply.status = obey(&request, &reply.handle);
                if (send(socket, &reply, sizeof(reply), MSG_NOSIGNAL) != sizeof(reply))
                        break;
        }
        _exit(0);
}

Partner *partner_start(void) {
        Partner *partner = g_new0(Partner, 1);
        int sockets[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
        partner->pid = fork();
        ck_assert_int_ge(partner->pid, 0);
        if (partner->pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                close(sockets[0]);
                serve(sockets[1]);
        }
        close(sockets[1]);
        partner->socket = sockets[0];
        return partner;
}

pid_t partner_pid(const Partner *partner) {
        return partner->pid;
}

static NTSTATUS partner_tell(Partner *partner, const PartnerRequest *request, HANDLE *ret) {
        struct pollfd poller = { .fd = partner->socket, .events = POLLIN };
        PartnerReply reply;

        ck_assert_int_eq(send(partner->socket, request, sizeof(*request), MSG_NOSIGNAL),
                        sizeof(*request));
        ck_assert_msg(poll(&poller, 1, PATIENCE_MS) == 1, "the other process does not answer");
        ck_assert_int_eq(recv(partner->socket, &reply, sizeof(reply), 0), sizeof(reply));
        if (ret)
                *ret = reply.handle;
        return reply.status;
}

static void partner_set_name(PartnerRequest *request, const WCHAR *name) {
        size_t n = 0;

        while (name && name[n]) {
                ck_assert_uint_lt(n, G_N_ELEMENTS(request->name) - 1);
                request->name[n] = name[n];
                n++;
        }
}

NTSTATUS partner_create(Partner *partner, const WCHAR *name, ACCESS_MASK access, HANDLE *ret) {
        PartnerRequest request = { .order = PARTNER_CREATE, .access = access };

        partner_set_name(&request, name);
        return partner_tell(partner, &request, ret);
}

NTSTATUS partner_open(Partner *partner, const WCHAR *name, ACCESS_MASK access, HANDLE *ret) {
        PartnerRequest request = { .order = PARTNER_OPEN, .access = access };

        partner_set_name(&request, name);
        return partner_tell(partner, &request, ret);
}

NTSTATUS partner_duplicate(Partner *partner, HANDLE source, HANDLE *ret) {
        PartnerRequest request = { .order = PARTNER_DUPLICATE, .handle = source };

        return partner_tell(partner, &request, ret);
}

NTSTATUS partner_close(Partner *partner, HANDLE handle) {
        PartnerRequest request = { .order = PARTNER_CLOSE, .handle = handle };

        return partner_tell(partner, &request, NULL);
}

NTSTATUS partner_touch(Partner *partner, HANDLE section) {
        PartnerRequest request = { .order = PARTNER_TOUCH, .handle = section };

        return partner_tell(partner, &request, NULL);
}

NTSTATUS partner_run(Partner *partner, PartnerTask task, void *context) {
        PartnerRequest request = { .order = PARTNER_RUN, .task = task, .context = context };

        return partner_tell(partner, &request, NULL);
}

HANDLE partner_open_process(Partner *partner, ACCESS_MASK access) {
        PartnerRequest request = { .order = PARTNER_PROCESS_ID };
        CLIENT_ID client_id = { NULL, NULL };
        OBJECT_ATTRIBUTES attributes;
        HANDLE process = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        api_assert_ok(partner_tell(partner, &request, &client_id.UniqueProcess));
        api_assert_ok(NtOpenProcess(&process, access, &attributes, &client_id));
        return process;
}

static int partner_reap(Partner *partner) {
        int wait_status = 0;

        ck_assert_int_eq(waitpid(partner->pid, &wait_status, 0), partner->pid);
        fd_close(partner->socket);
        g_free(partner);
        return wait_status;
}

void partner_end(Partner *partner) {
        ck_assert_int_eq(shutdown(partner->socket, SHUT_RDWR), 0);
        ck_assert_int_eq(partner_reap(partner), 0);
}

void partner_kill(Partner *partner) {
        ck_assert_int_eq(kill(partner->pid, SIGKILL), 0);
        ck_assert_int_ne(partner_reap(partner), 0);
}
