#pragma once

/*
 * Tokens, as services see them
 */

#include <stdbool.h>

#include "connection.h"
#include "ntsecurity.h"
#include "target.h"

/* LUIDs are numbers on the wire. */
static inline LUID luid_from_number(uint64_t number) {
        return (LUID){ (ULONG) number, (LONG) (number >> 32) };
}

static inline uint64_t luid_number(LUID luid) {
        return (uint64_t) (ULONG) luid.HighPart << 32 | luid.LowPart;
}

/**
 * token_reference() - read a token's handle for use
 * Return: STATUS_NO_TOKEN for NtCurrentThreadToken(), since threads have none; as
 * target_reference().
 */
NTSTATUS token_reference(Target *target, ACCESS_MASK access);

/**
 * token_fetch() - ask the daemon all about a token
 * @target: referenced
 * @reply:  from call_reply_init(); on success every SID in it is whole
 */
NTSTATUS token_fetch(Target *target, CallReply *reply);

/* Whether others may look at it closely. Return: STATUS_SUCCESS or STATUS_BAD_IMPERSONATION_LEVEL.
 */
NTSTATUS token_check_level(const Nt__QueryTokenReply *token);
