#pragma once

/*
 * Quotas
 *
 * What a user (a uid) makes the server hold is counted against that user's Quota, by a QuotaCharge
 * that lives inside the thing it pays for and is released with it. Limits come from the
 * configuration and may change while the server runs (SIGHUP): what is held already stays.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ntdef.h"

typedef enum QuotaKind {
        QUOTA_CONNECTIONS,
        QUOTA_PROCESSES,
        QUOTA_GRANTS,
        QUOTA_OBJECTS,
        QUOTA_NAME_BYTES,       /* names and link targets, in bytes */
        QUOTA_DESCRIPTOR_BYTES, /* security descriptors, equal ones once */
        QUOTA_SECTION_BYTES,    /* sizes of sections, whether touched or not */
        QUOTA_IMAGE_BYTES,      /* sizes of images, equal ones once */
        QUOTA_REPLY_BYTES,      /* replies not read by the client, requests answered later */
        QUOTA_REPLY_FDS,        /* descriptors in replies that the client has not read */
        QUOTA_DESCRIPTORS, /* that the server holds for the user: channels, pidfds, section memory
                            */
        QUOTA_KINDS,
} QuotaKind;

/* "connections", "name-bytes" ...: the words of the configuration and of the statistics. */
const char *quota_kind_name(QuotaKind kind);

/* What one uid may hold at a time. */
typedef struct QuotaLimits {
        uint64_t limit[QUOTA_KINDS];
} QuotaLimits;

void quota_limits_init(QuotaLimits *limits); /* the defaults */

/* What one uid holds. Reference-counted by its charges: it goes when nothing is held any more. */
typedef struct Quota Quota;
typedef struct QuotaTable QuotaTable;

/* Proof of payment. Whoever holds the resource embeds the charge and releases it with itself. */
typedef struct QuotaCharge {
        Quota *quota;
        QuotaKind kind;
        uint64_t amount;
} QuotaCharge;

QuotaTable *quota_table_new(const QuotaLimits *limits);
void quota_table_free(QuotaTable *table);
void quota_table_set_limits(QuotaTable *table, const QuotaLimits *limits);
const QuotaLimits *quota_table_limits(const QuotaTable *table);

/* The quota of @uid, with a reference that the caller owns; made when it is first asked for. */
Quota *quota_table_get(QuotaTable *table, uid_t uid);
Quota *quota_ref(Quota *quota);
Quota *quota_unref(Quota *quota);

uid_t quota_uid(const Quota *quota);
uint64_t quota_used(const Quota *quota, QuotaKind kind);

/* How much more may be charged. */
uint64_t quota_left(const Quota *quota, QuotaKind kind);

/* Calls @visit for every uid that holds something. */
void quota_table_foreach(
                QuotaTable *table, void (*visit)(const Quota *quota, void *context), void *context);

/**
 * quota_charge() - pay for something
 * @quota:  whose
 * @amount: how much
 * @charge: unpaid (zeroed); filled in on success
 * Return: STATUS_SUCCESS, or STATUS_QUOTA_EXCEEDED, and nothing is charged.
 */
NTSTATUS quota_charge(Quota *quota, QuotaKind kind, uint64_t amount, QuotaCharge *charge);

/*
 * Whether quota_charge() would succeed. For QUOTA_DESCRIPTORS also, whether the server itself will
 * have that many left, whatever its users together have.
 */
bool quota_has_room(const Quota *quota, QuotaKind kind, uint64_t amount);

/* Gives it back. A charge never made is a no-op; afterwards @charge is unpaid again. */
void quota_charge_release(QuotaCharge *charge);
