#include <stdlib.h>
#include <string.h>
#include <zw/zw.h>

#include "cleanup.h"
#include "connection.h"
#include "status.h"
#include "thread-record.h"
#include "trace.h"

static const char *printable(const char *text) {
        return text ? text : "NULL";
}

NTSTATUS zw_attach(const char *address, ULONG flags) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        if (flags & ~ZW_ATTACH_KERNEL)
                status = STATUS_INVALID_PARAMETER;
        else
                status = connection_attach(address, (flags & ZW_ATTACH_KERNEL) != 0);
        if (TRACING())
                trace_end("zw_attach", status, "address=%s, flags=0x%x", printable(address), flags);
        return status;
}

NTSTATUS zw_detach(void) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        thread_ends_hold();
        status = connection_detach();
        thread_ends_resume();
        if (TRACING())
                trace_end("zw_detach", status, "%s", "");
        return status;
}

NTSTATUS zw_prepare_exec(int *ret_fd) {
        NTSTATUS status;
        int fd = -1;

        if (TRACING())
                trace_begin();
        status = ret_fd ? connection_prepare_exec(&fd) : STATUS_INVALID_PARAMETER;
        if (NT_SUCCESS(status))
                *ret_fd = fd;
        if (TRACING())
                trace_end("zw_prepare_exec", status, "fd=%d", fd);
        return status;
}

const char *zw_status_name(NTSTATUS status) {
        return nt_status_name(status);
}

const char *zw_version(void) {
        return NTOBJD_VERSION;
}

static void statistic_copy(const Nt__Statistic *from, ZW_STATISTIC *to) {
        size_t length = from->name.len;

        *to = (ZW_STATISTIC){
                .Value = from->value,
                .Limit = from->has_limit ? from->limit : ZW_NO_LIMIT,
                .User = from->has_uid ? from->uid : ZW_NO_USER,
        };
        if (length >= sizeof(to->Name))
                length = sizeof(to->Name) - 1;
        if (length > 0)
                memcpy(to->Name, from->name.data, length);
}

static NTSTATUS query_statistics(PZW_STATISTIC statistics, ULONG capacity, PULONG count) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__StatisticsRequest body = NT__STATISTICS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        const Client *client;
        NTSTATUS status;
        size_t n;

        call_reply_init(&reply);
        if (!count || (capacity > 0 && !statistics))
                return STATUS_INVALID_PARAMETER;
        status = client_enter(CLIENT_ATTACH, &client);
        if (!NT_SUCCESS(status))
                return status;

        request.body_case = NT__REQUEST__BODY_STATISTICS;
        request.statistics = &body;
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;

        n = reply.message->statistics->n_statistics;
        for (size_t i = 0; i < n && i < capacity; i++)
                statistic_copy(reply.message->statistics->statistics[i], &statistics[i]);
        *count = (ULONG) n;
        return n > capacity ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

NTSTATUS zw_query_statistics(PZW_STATISTIC statistics, ULONG capacity, PULONG count) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = query_statistics(statistics, capacity, count);
        if (TRACING())
                trace_end("zw_query_statistics", status, "capacity=%u", capacity);
        return status;
}
