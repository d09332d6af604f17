/*
 * What the daemon holds. In a system instance, only root sees other users.
 */

#include <string.h>

#include "image-memory.h"
#include "ntstatus.h"
#include "process.h"
#include "quota.h"
#include "rpc-call.h"

#define STATISTICS_MOST 2048u

typedef struct Collection {
        RpcCall *call;
        Nt__StatisticsReply *body;
        uint64_t total[QUOTA_KINDS];
        bool full; /* the reply has no more room: totals go on, rows do not */
} Collection;

static Nt__Statistic *add(Collection *collection, const char *name, uint64_t value) {
        Nt__StatisticsReply *body = collection->body;
        Nt__Statistic *statistic = NULL;

        if (body->n_statistics < STATISTICS_MOST)
                statistic = rpc_alloc(collection->call, sizeof(*statistic));
        if (!statistic) {
                collection->full = true;
                return NULL;
        }
        nt__statistic__init(statistic);
        statistic->name.data = (uint8_t *) name;
        statistic->name.len = strlen(name);
        statistic->value = value;
        body->statistics[body->n_statistics++] = statistic;
        return statistic;
}

static bool may_see(const RpcCall *call, uid_t uid) {
        const Token *token = process_token(call->process);

        return token->trusted || token->uid == uid;
}

static void add_user(const Quota *quota, void *context) {
        Collection *collection = context;
        const QuotaLimits *limits = quota_table_limits(collection->call->env->quotas);

        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++) {
                uint64_t used = quota_used(quota, kind);
                Nt__Statistic *statistic = NULL;

                collection->total[kind] += used;
                if (!may_see(collection->call, quota_uid(quota)))
                        continue;
                statistic = add(collection, quota_kind_name(kind), used);
                if (!statistic)
                        continue;
                statistic->has_limit = statistic->has_uid = true;
                statistic->limit = limits->limit[kind];
                statistic->uid = quota_uid(quota);
        }
}

NTSTATUS rpc_statistics(RpcCall *call) {
        Collection collection = { .call = call };
        Nt__StatisticsReply *body = rpc_alloc(call, sizeof(*body));

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__statistics_reply__init(body);
        collection.body = body;
        body->statistics = rpc_alloc(call, STATISTICS_MOST * sizeof(*body->statistics));
        if (!body->statistics)
                return STATUS_INSUFFICIENT_RESOURCES;

        quota_table_foreach(call->env->quotas, add_user, &collection);
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                add(&collection, quota_kind_name(kind), collection.total[kind]);
        add(&collection, "idle-descriptors", image_cache_count_idle_fds(call->env->images));
        if (collection.full)
                return STATUS_INSUFFICIENT_RESOURCES;

        call->reply->body_case = NT__REPLY__BODY_STATISTICS;
        call->reply->statistics = body;
        return STATUS_SUCCESS;
}
