#pragma once

/*
 * Access checks
 *
 * Whether a token may have the rights that it wishes on an object: SeAccessCheck, step by step in
 * NT's order.
 */

#include <stdbool.h>

#include "ntdef.h"
#include "object-types.h"
#include "security.h"
#include "token.h"

/**
 * access_check() - SeAccessCheck
 * @view:        the descriptor; NULL: there is none, which denies a user-mode caller everything
 * @token:       who asks
 * @mapping:     of the type
 * @kernel_mode: PreviousMode is KernelMode and nothing forces the check: everything is granted
 * @desired:     with generic bits, MAXIMUM_ALLOWED and ACCESS_SYSTEM_SECURITY, as the caller gave
 * it
 * @ret_granted: specific and standard rights, on success; 0 on failure
 * Return: STATUS_SUCCESS, STATUS_PRIVILEGE_NOT_HELD (ACCESS_SYSTEM_SECURITY without SeSecurity),
 * STATUS_ACCESS_DENIED (also for a wish for nothing, from user mode).
 */
NTSTATUS access_check(const DescriptorView *view,
                const Token *token,
                const GENERIC_MAPPING *mapping,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted);

/**
 * access_check_open() - may this token open the object with these rights?
 * @security: the object's; NULL: it has none, and everything of its type's is granted
 *
 * access_check(), and what remains of it in the type's valid rights: unknown bits vanish.
 */
NTSTATUS access_check_open(const Security *security,
                const Token *token,
                const ObjectTypeRules *type,
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
                const ObjectTypeRules *type,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted);
