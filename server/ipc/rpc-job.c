#include "rpc-job.h"

#include <string.h>

#include "ntstatus.h"

static void rpc_job_finish(Job *job, bool done) {
        RpcJob *deferred = (RpcJob *) job;
        RpcConnection *connection = deferred->connection;

        if (done && connection)
                connection->job_done(connection);
        else if (connection)
                connection->job = NULL;
        deferred->release(deferred);
        quota_charge_release(&deferred->charge);
}

static void rpc_job_free(Job *job) {
        RpcJob *deferred = (RpcJob *) job;

        g_free(deferred->request);
        deferred->free(deferred);
}

static NTSTATUS refuse(RpcJob *job, NTSTATUS status) {
        job->release(job);
        quota_charge_release(&job->charge);
        rpc_job_free(&job->job);
        return status;
}

NTSTATUS rpc_defer(RpcCall *call, RpcJob *job) {
        RpcConnection *connection = call->connection;
        Quota *quota = quota_table_get(call->env->quotas, connection->credentials.uid);
        NTSTATUS status = quota_charge(quota, QUOTA_REPLY_BYTES, call->frame->size, &job->charge);

        quota_unref(quota);
        if (!NT_SUCCESS(status))
                return refuse(job, status);
        job->request = g_try_malloc(call->frame->size);
        if (!job->request)
                return refuse(job, STATUS_INSUFFICIENT_RESOURCES);
        memcpy(job->request, call->frame->data, call->frame->size);
        job->request_size = call->frame->size;
        job->job.finish = rpc_job_finish;
        job->job.free = rpc_job_free;
        if (!worker_pool_add(call->env->workers, connection->credentials.uid, &job->job))
                return refuse(job, STATUS_INSUFFICIENT_RESOURCES);
        job->connection = connection;
        connection->job = job;
        return STATUS_PENDING;
}
