#pragma once

/*
 * What a SecurityStore remembers of descriptors that it has made
 *
 * Most objects are created without a descriptor, by the same token in the same directory as the one
 * before. The store remembers a few of these outcomes. It holds no references: what nobody has any
 * more is forgotten.
 */

#include "security.h"

/* The descriptor that security_assign() made for the same @origin, with a reference; NULL if it is
 * not remembered. Only for origins without an explicit descriptor. */
Security *security_store_recall(
                SecurityStore *store, const Quota *quota, const SecurityOrigin *origin);
void security_store_remember(SecurityStore *store,
                const Quota *quota,
                const SecurityOrigin *origin,
                Security *security);
