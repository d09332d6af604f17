#pragma once

/*
 * Another process, that runs libzw and does as it is told
 *
 * It is a child of the test, attaches when it is first told to do something that needs it, and
 * lives until it is ended, killed, or the test is over.
 */

#include <sys/types.h>

#include "ntdef.h"

typedef struct Partner Partner;

Partner *partner_start(void);

pid_t partner_pid(const Partner *partner);

/* A handle to its process. */
HANDLE partner_open_process(Partner *partner, ACCESS_MASK access);

/* Each is the service of that name, with a section of one page. */
NTSTATUS partner_create(Partner *partner, const WCHAR *name, ACCESS_MASK access, HANDLE *ret);
NTSTATUS partner_open(Partner *partner, const WCHAR *name, ACCESS_MASK access, HANDLE *ret);
NTSTATUS partner_duplicate(Partner *partner, HANDLE source, HANDLE *ret);
NTSTATUS partner_close(Partner *partner, HANDLE handle);

/* Maps the whole section for reading and writing, and adds one to its first byte. */
NTSTATUS partner_touch(Partner *partner, HANDLE section);

/**
 * partner_run() - have it call a function
 * @task:    of this program
 * @context: address of what it has there: its own copy, as it was when it started, and as its tasks
 *           have changed it since
 * Return: what @task returned.
 */
typedef NTSTATUS (*PartnerTask)(void *context);
NTSTATUS partner_run(Partner *partner, PartnerTask task, void *context);

/* Lets it end as programs do, without closing anything; it is gone when this returns. */
void partner_end(Partner *partner);

/* Kills it; it is gone when this returns. */
void partner_kill(Partner *partner);
