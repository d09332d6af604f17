#pragma once

/*
 * What the API tests share
 *
 * They speak the public headers to a real daemon. Every test is a process with a daemon of its own,
 * to which NTOBJ_ADDRESS points and to which it has not attached yet. When it is over, neither it
 * nor the daemon may have kept anything: the test detaches, its descriptors are counted, the daemon
 * must hold what it held when it was new, and end with exit status 0.
 *
 * Each test states a rule of NT, so that it could be run on Windows, and how it is known:
 *
 *     [W]  asserted on Windows by Wine's conformance tests (ntdll om.c, virtual.c, info.c;
 * kernel32) [T]  asserted on Windows by ReactOS' kernel-mode and API tests [M]  Microsoft's
 * documentation of the service [K]  order of checks as ReactOS has it, where nothing else speaks
 *     [P]  a promise of this project: what happens where NT has no Linux
 */

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "assert-status.h"
#include "daemon.h"
#include "zw.h"

#define API_PAGE 0x1000u

/* A pointer that is aligned, in user space, and to nothing. */
#define API_WILD ((void *) 0xdeadbee0u)

/**
 * api_main() - run the tests of a program
 * @name:    of the suite
 * @seconds: that one test may take
 * @add:     adds the tests
 * Return: what main() returns.
 */
int api_main(const char *name, double seconds, void (*add)(TCase *tests));

/* The test's daemon. */
Daemon *api_daemon(void);

/* A folder of the test's own, in which the daemon's socket is. */
const char *api_folder(void);

/* Ends the test's daemon and starts another with this configuration. The test must not be attached.
 */
void api_restart(const char *config);

/* Kills the test's daemon; another starts at the same address with api_revive(). */
void api_kill_daemon(void);
void api_revive(void);

/* A name, with all that NT wants to know about it. */
typedef struct ApiName {
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;
} ApiName;

/* Fills in @name and returns its attributes; @text may be NULL for no name. */
POBJECT_ATTRIBUTES api_name(ApiName *name, HANDLE root, const WCHAR *text, ULONG attributes);

/* OBJECT_ATTRIBUTES for @text, for the block that it stands in. */
#define NAMED(text)            api_name(&(ApiName){ 0 }, NULL, text, 0)
#define NAMED_WITH(text, bits) api_name(&(ApiName){ 0 }, NULL, text, bits)
#define NAMED_IN(root, text)   api_name(&(ApiName){ 0 }, root, text, 0)

/* A section of one page for reading and writing, of this name or of none (NULL). */
NTSTATUS api_create(const WCHAR *name, ACCESS_MASK access, PHANDLE ret);
NTSTATUS api_create_with(POBJECT_ATTRIBUTES attributes, ACCESS_MASK access, PHANDLE ret);
NTSTATUS api_open(const WCHAR *name, ACCESS_MASK access, PHANDLE ret);

/* A view of all of it. */
NTSTATUS api_map(HANDLE section, ULONG protection, PVOID *base);

/* Handles on the object, over all processes. */
ULONG api_handle_count(HANDLE handle);

/* What NtQueryObject says the handle may do. */
ACCESS_MASK api_granted_access(HANDLE handle);

/* Whether the first byte at @address can be read or written, without touching it from here. */
bool api_readable(const void *address);
bool api_writable(void *address);

#define api_assert_ok(expression) ck_assert_status(expression, STATUS_SUCCESS)
