#pragma once

/*
 * Services
 *
 * Each service exists three times under one body: zw_close() with the ordinary calling convention
 * is the body, NtClose() with Microsoft's calls it, and ZwClose() is NtClose(), as in ntdll.
 */

/* @twin is another name of @service, with all that its declaration says. */
#define SERVICE_TWIN(twin, service) extern __typeof__(service) twin __attribute__((alias(#service)))
