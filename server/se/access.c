#include "access.h"

#include "ntstatus.h"

#define GENERIC_BITS (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL)

ACCESS_MASK access_map_generic(const AccessRules *rules, ACCESS_MASK access) {
        if (access & GENERIC_READ)
                access |= rules->mapping.GenericRead;
        if (access & GENERIC_WRITE)
                access |= rules->mapping.GenericWrite;
        if (access & GENERIC_EXECUTE)
                access |= rules->mapping.GenericExecute;
        if (access & GENERIC_ALL)
                access |= rules->mapping.GenericAll;
        return access & ~GENERIC_BITS;
}

static NTSTATUS check_system_security(const Token *token, bool kernel_mode, ACCESS_MASK desired) {
        if (desired & ACCESS_SYSTEM_SECURITY && !kernel_mode && !token_has(token, SE_SECURITY))
                return STATUS_PRIVILEGE_NOT_HELD;
        return STATUS_SUCCESS;
}

/* What the descriptor allows: all generic rights of the type, or @everyone's rights. */
static ACCESS_MASK allowed(const Security *security, const Token *token, const AccessRules *rules) {
        if (token->trusted || token->uid == security->owner)
                return rules->mapping.GenericAll;
        return security->everyone;
}

NTSTATUS access_check_open(const Security *security,
                const Token *token,
                const AccessRules *rules,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted) {
        ACCESS_MASK wanted = access_map_generic(rules, desired) & ~MAXIMUM_ALLOWED;
        ACCESS_MASK possible = allowed(security, token, rules);
        NTSTATUS status = check_system_security(token, kernel_mode, desired);

        if (!NT_SUCCESS(status))
                return status;
        if (kernel_mode) {
                if (desired & MAXIMUM_ALLOWED)
                        wanted |= rules->mapping.GenericAll;
                *ret_granted = wanted & (rules->valid | ACCESS_SYSTEM_SECURITY);
                return STATUS_SUCCESS;
        }
        if (wanted & ~(possible | ACCESS_SYSTEM_SECURITY))
                return STATUS_ACCESS_DENIED;
        if (desired & MAXIMUM_ALLOWED)
                wanted |= possible & rules->mapping.GenericAll;
        wanted &= rules->valid | ACCESS_SYSTEM_SECURITY;
        if (wanted == 0)
                return STATUS_ACCESS_DENIED;

        *ret_granted = wanted;
        return STATUS_SUCCESS;
}

NTSTATUS access_check_create(const Token *token,
                const AccessRules *rules,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted) {
        ACCESS_MASK wanted = desired & ~MAXIMUM_ALLOWED;
        NTSTATUS status = check_system_security(token, kernel_mode, desired);

        if (!NT_SUCCESS(status))
                return status;
        if (desired & MAXIMUM_ALLOWED)
                wanted |= GENERIC_ALL;

        *ret_granted = access_map_generic(rules, wanted) & (rules->valid | ACCESS_SYSTEM_SECURITY);
        return STATUS_SUCCESS;
}
