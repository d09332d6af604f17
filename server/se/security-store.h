#pragma once

/*
 * What a SecurityStore remembers of descriptors that it has made
 *
 * Most objects are created without a descriptor, by the same token in the same directory as the one
 * before. The store remembers a few of these outcomes, also when nobody refers to them any more.
 */

#include "security.h"

/**
 * security_store_recall() - what security_assign() made of the same origin
 * @origin: without an explicit descriptor
 * Return: STATUS_SUCCESS with a reference; STATUS_NOT_FOUND if it is not remembered;
 * STATUS_QUOTA_EXCEEDED.
 */
NTSTATUS security_store_recall(
                SecurityStore *store, Quota *quota, const SecurityOrigin *origin, Security **ret);
void security_store_remember(SecurityStore *store,
                const Quota *quota,
                const SecurityOrigin *origin,
                Security *security);
