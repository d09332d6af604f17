#include "api.h"

#include <glib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "scratch.h"
#include "suite.h"
#include "winternl.h"

/* Of the program: made before the first test is forked, so that whatever a test leaves goes with
 * it. */
static Scratch *the_folder;
static void (*add_tests)(TCase *tests);

/* Of one test's process. */
static Daemon *the_daemon;
static char *the_address;

static void api_start(const DaemonOptions *how) {
        DaemonOptions options = *how;

        options.folder = scratch_path(the_folder);
        the_daemon = daemon_start(&options);
        if (!options.address) {
                g_free(the_address);
                the_address = g_strdup(daemon_address(the_daemon));
        }
        ck_assert(g_setenv("NTOBJ_ADDRESS", the_address, TRUE));
}

static void api_setup(void) {
        api_start(&(DaemonOptions){ 0 });
        api_assert_ok(zw_enable_fault_recovery());
}

static void api_teardown(void) {
        NTSTATUS status = zw_detach();

        ck_assert_msg(status == STATUS_SUCCESS || status == STATUS_PORT_DISCONNECTED,
                        "zw_detach: %s", zw_status_name(status));
        if (the_daemon) {
                daemon_wait_quiet(the_daemon);
                daemon_stop(the_daemon);
        }
        g_clear_pointer(&the_address, g_free);
}

/* In the program itself: once before all tests, and once after. */
static void make_folder(void) {
        the_folder = scratch_new();
}

static void remove_folder(void) {
        scratch_free(the_folder);
}

/* After descriptors_watch(): what the fixture itself opens is counted too. */
static void api_add(TCase *tests) {
        tcase_add_unchecked_fixture(tests, make_folder, remove_folder);
        tcase_add_checked_fixture(tests, api_setup, api_teardown);
        add_tests(tests);
}

int api_main(const char *name, double seconds, void (*add)(TCase *tests)) {
        add_tests = add;
        return suite_main(name, seconds, api_add);
}

const char *api_folder(void) {
        return scratch_path(the_folder);
}

Daemon *api_daemon(void) {
        return the_daemon;
}

void api_restart(const char *config) {
        daemon_stop(the_daemon);
        api_start(&(DaemonOptions){ .config = config });
}

void api_kill_daemon(void) {
        daemon_kill(the_daemon);
        daemon_stop(the_daemon);
        the_daemon = NULL;
}

void api_revive(void) {
        api_start(&(DaemonOptions){ .address = the_address });
}

POBJECT_ATTRIBUTES api_name(ApiName *name, HANDLE root, const WCHAR *text, ULONG attributes) {
        RtlInitUnicodeString(&name->string, text);
        InitializeObjectAttributes(
                        &name->attributes, text ? &name->string : NULL, attributes, root, NULL);
        return &name->attributes;
}

NTSTATUS api_create_with(POBJECT_ATTRIBUTES attributes, ACCESS_MASK access, PHANDLE ret) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };

        return NtCreateSection(ret, access, attributes, &size, PAGE_READWRITE, SEC_COMMIT, NULL);
}

NTSTATUS api_create(const WCHAR *name, ACCESS_MASK access, PHANDLE ret) {
        return api_create_with(name ? NAMED(name) : NULL, access, ret);
}

NTSTATUS api_open(const WCHAR *name, ACCESS_MASK access, PHANDLE ret) {
        return NtOpenSection(ret, access, NAMED(name));
}

NTSTATUS api_map(HANDLE section, ULONG protection, PVOID *base) {
        SIZE_T size = 0;

        *base = NULL;
        return NtMapViewOfSection(section, NtCurrentProcess(), base, 0, 0, NULL, &size, ViewUnmap,
                        0, protection);
}

static OBJECT_BASIC_INFORMATION api_query_basic(HANDLE handle) {
        OBJECT_BASIC_INFORMATION basic = { 0 };

        api_assert_ok(NtQueryObject(handle, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}

ULONG api_handle_count(HANDLE handle) {
        return api_query_basic(handle).HandleCount;
}

ACCESS_MASK api_granted_access(HANDLE handle) {
        return api_query_basic(handle).GrantedAccess;
}

/* The kernel says EFAULT where a load or store of ours would be a signal. */
bool api_readable(const void *address) {
        uint8_t byte;
        struct iovec local = { .iov_base = &byte, .iov_len = 1 };
        struct iovec remote = { .iov_base = (void *) address, .iov_len = 1 };

        return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
}

bool api_writable(void *address) {
        uint8_t byte;
        struct iovec local = { .iov_base = &byte, .iov_len = 1 };
        struct iovec remote = { .iov_base = address, .iov_len = 1 };

        return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1 &&
               process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
}
