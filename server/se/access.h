#pragma once

/*
 * Access checks
 *
 * Whether a token may have the rights that it wishes on an object, in NT's order. What an object's
 * Security says today is what NT's default descriptors say: its owner and the system have
 * everything, everybody else has what @everyone names. Explicit descriptors take its place.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "ntdef.h"
#include "token.h"

typedef struct Security {
        uid_t owner;
        ACCESS_MASK everyone;
} Security;

/* What a type's objects can grant. */
typedef struct AccessRules {
        GENERIC_MAPPING mapping;
        ACCESS_MASK valid;
} AccessRules;

/* Replaces the generic bits of @access by what they mean for the type. */
ACCESS_MASK access_map_generic(const AccessRules *rules, ACCESS_MASK access);

/**
 * access_check_open() - may this token open the object with these rights?
 * @security:    the object's
 * @token:       who asks
 * @kernel_mode: PreviousMode is KernelMode and nothing forces the check: everything is granted
 * @desired:     with generic bits, MAXIMUM_ALLOWED and ACCESS_SYSTEM_SECURITY, as the caller gave
 * it
 * @ret_granted: specific and standard rights
 * Return: STATUS_SUCCESS, STATUS_PRIVILEGE_NOT_HELD (ACCESS_SYSTEM_SECURITY without
 * SeSecurityPrivilege), STATUS_ACCESS_DENIED (also for a wish for nothing, from user mode).
 */
NTSTATUS access_check_open(const Security *security,
                const Token *token,
                const AccessRules *rules,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted);

/**
 * access_check_create() - the rights of who makes the object
 *
 * No check against the object: the creator gets what it asks for, nothing included. MAXIMUM_ALLOWED
 * means everything, and unknown bits vanish.
 * Return: STATUS_SUCCESS or STATUS_PRIVILEGE_NOT_HELD.
 */
NTSTATUS access_check_create(const Token *token,
                const AccessRules *rules,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted);
