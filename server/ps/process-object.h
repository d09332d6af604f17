#pragma once

/*
 * Processes and tokens as objects
 *
 * What a process handle and a token handle stand for. They have no names. The object of a process,
 * and that of its token, is made when somebody first asks for it, and is one and the same for all
 * who ask while it lives.
 */

#include "object.h"
#include "process.h"
#include "token.h"

typedef struct ProcessObject {
        Object object;
        Process *process; /* a reference: a process that has ended can still be asked about */
} ProcessObject;

typedef struct TokenObject {
        Object object;
        Token *token;     /* a reference */
        Process *process; /* whose token it is, a reference; NULL for a duplicate */
} TokenObject;

extern const ObjectType process_type;
extern const ObjectType token_type;

/* The object of a process. STATUS_SUCCESS with a reference, STATUS_QUOTA_EXCEEDED,
 * STATUS_NO_MEMORY. */
NTSTATUS process_object_get(Process *process, SecurityStore *store, Object **ret);

/* The object of its token, alike. */
NTSTATUS token_object_get(Process *process, SecurityStore *store, Object **ret);

/* An object for a duplicate: a reference to @token is taken. Its descriptor is the caller's affair.
 */
NTSTATUS token_object_new(Token *token, Quota *quota, Object **ret);
