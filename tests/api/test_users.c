/*
 * Two users and root in one system instance: what each may open, list, create and duplicate. What
 * must not be possible comes first. [K] by-kernel 2 (access checks, default DACLs of 2.5), 1.16
 * (duplication); [M] sessions; [P] SIDs of Linux users.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "ntpsapi.h"
#include "ntseapi.h"
#include "raw-client.h"
#include "users.h"

#define BNO u"\\BaseNamedObjects"

/* What the processes of a test tell each other. */
static struct Shared {
        uint32_t process_id;
        uint64_t handle;
} * shared;

static void share(void) {
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                        0);
        ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void unshare(void) {
        munmap(shared, sizeof(*shared));
}

/* A section of root's in the global namespace, with a descriptor. */
static HANDLE make_global(const WCHAR *name, const char *sddl) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        HANDLE handle = NULL;
        ApiName where;

        api_name(&where, NULL, name, 0);
        if (sddl)
                api_assert_ok(zw_sddl_to_descriptor(sddl, &descriptor, NULL));
        where.attributes.SecurityDescriptor = descriptor;
        api_assert_ok(api_create_with(&where.attributes, SECTION_ALL_ACCESS, &handle));
        zw_free(descriptor);
        return handle;
}

typedef enum Who { ROOT, BOB_ALONE, ALICE_ALONE, ALICE_OF_STAFF, EVERY_WHO } Who;

/* One section each: who may open it, for reading and for writing. */
static const struct {
        const WCHAR *name;
        const char *sddl;
        unsigned reads[EVERY_WHO];
        unsigned writes[EVERY_WHO];
} sections[] = {
        { BNO u"\\default", NULL, { 1, 0, 0, 0 }, { 1, 0, 0, 0 } },
        { BNO u"\\null", "D:NO_ACCESS_CONTROL", { 1, 1, 1, 1 }, { 1, 1, 1, 1 } },
        { BNO u"\\empty", "D:", { 0, 0, 0, 0 }, { 0, 0, 0, 0 } },
        { BNO u"\\world", "D:(A;;GR;;;WD)", { 1, 1, 1, 1 }, { 0, 0, 0, 0 } },
        { BNO u"\\authenticated", "D:(A;;GRGW;;;AU)", { 1, 1, 1, 1 }, { 1, 1, 1, 1 } },
        { BNO u"\\alice", "D:(A;;GR;;;" ALICES_SID ")", { 0, 0, 1, 1 }, { 0, 0, 0, 0 } },
        { BNO u"\\staff", "D:(A;;GRGW;;;" STAFFS_SID ")", { 0, 0, 0, 1 }, { 0, 0, 0, 1 } },
        { BNO u"\\not-bob", "D:(D;;GA;;;" BOBS_SID ")(A;;GR;;;WD)", { 1, 0, 1, 1 },
                        { 0, 0, 0, 0 } },
        { BNO u"\\too-late", "D:(A;;GR;;;WD)(D;;GA;;;" BOBS_SID ")", { 1, 1, 1, 1 },
                        { 0, 0, 0, 0 } },
        { BNO u"\\system", "D:(A;;GA;;;SY)", { 1, 0, 0, 0 }, { 1, 0, 0, 0 } },
        { BNO u"\\high", "D:(A;;GRGW;;;WD)S:(ML;;NW;;;HI)", { 1, 1, 1, 1 }, { 1, 0, 0, 0 } },
        { BNO u"\\secret", "D:(A;;GRGW;;;WD)S:(ML;;NWNR;;;HI)", { 1, 0, 0, 0 }, { 1, 0, 0, 0 } },
};

#define N_SECTIONS (sizeof(sections) / sizeof(sections[0]))

static void look_at_sections(Who who) {
        for (size_t i = 0; i < N_SECTIONS; i++) {
                NTSTATUS reads = users_try_open(sections[i].name, SECTION_MAP_READ);
                NTSTATUS writes = users_try_open(sections[i].name, SECTION_MAP_WRITE);
                NTSTATUS may = STATUS_SUCCESS, may_not = STATUS_ACCESS_DENIED;

                if (reads != (sections[i].reads[who] ? may : may_not) ||
                                writes != (sections[i].writes[who] ? may : may_not)) {
                        fprintf(stderr, "section %zu, user %u: reading %08X, writing %08X\n", i,
                                        who, (unsigned) reads, (unsigned) writes);
                        _exit(1);
                }
        }
}

static void look_as_bob(User *user) {
        (void) user;
        look_at_sections(BOB_ALONE);
}

static void look_as_alice(User *user) {
        (void) user;
        look_at_sections(ALICE_ALONE);
}

static void look_as_staff(User *user) {
        (void) user;
        look_at_sections(ALICE_OF_STAFF);
}

/* A SACL takes SeSecurity, which root holds and has to enable. */
static void enable_security(void) {
        struct {
                ULONG count;
                LUID_AND_ATTRIBUTES one;
        } wish = { 1, { { SE_SECURITY_PRIVILEGE, 0 }, SE_PRIVILEGE_ENABLED } };
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(
                        NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
        api_assert_ok(NtAdjustPrivilegesToken(
                        token, FALSE, (PTOKEN_PRIVILEGES) &wish, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
}

START_TEST(a_descriptor_says_who_may_open) {
        HANDLE handles[N_SECTIONS];
        User staff;

        enable_security();
        for (size_t i = 0; i < N_SECTIONS; i++)
                handles[i] = make_global(sections[i].name, sections[i].sddl);
        users_run(BOB, look_as_bob);
        users_run(ALICE, look_as_alice);
        user_start_in(&staff, ALICE, STAFF, look_as_staff);
        user_finish(&staff);
        look_at_sections(ROOT);
        for (size_t i = 0; i < N_SECTIONS; i++)
                api_assert_ok(NtClose(handles[i]));
        api_assert_ok(zw_detach());
}
END_TEST

static NTSTATUS try_list(const WCHAR *name) {
        ULONG context = 0, length = 0;
        uint8_t buffer[4096];
        HANDLE directory = NULL;
        NTSTATUS status = NtOpenDirectoryObject(&directory, DIRECTORY_QUERY, NAMED(name));

        if (!NT_SUCCESS(status))
                return status;
        status = NtQueryDirectoryObject(
                        directory, buffer, sizeof(buffer), FALSE, TRUE, &context, &length);
        need(NT_SUCCESS(NtClose(directory)));
        return status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : status;
}

/* by-kernel 2.5. */
static void list_as_bob(User *user) {
        static const WCHAR *const closed[] = { u"\\ObjectTypes", u"\\Driver", u"\\FileSystem",
                u"\\Security", ALICES };
        static const WCHAR *const open[] = { u"\\", u"\\Device", u"\\BaseNamedObjects",
                u"\\KernelObjects", u"\\GLOBAL??", u"\\Sessions", u"\\Callback", BOBS, u"\\??" };

        (void) user;
        for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
                need(try_list(closed[i]) == STATUS_ACCESS_DENIED);
        for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
                need(NT_SUCCESS(try_list(open[i])));
}

static void be_there(User *user) {
        RawClient *client = raw_client_new_attached(getenv("NTOBJ_ADDRESS"));

        need(client != NULL);
        user_pause(user);
        raw_client_free(client);
}

START_TEST(directories_are_listed_by_those_who_may) {
        User alice;

        user_start(&alice, ALICE, be_there);
        user_wait_ready(&alice);
        users_run(BOB, list_as_bob);
        api_assert_ok(try_list(ALICES));
        api_assert_ok(try_list(u"\\ObjectTypes"));
        api_assert_ok(try_list(u"\\Security"));
        api_assert_ok(zw_detach());
        user_finish(&alice);
}
END_TEST

static NTSTATUS try_create_directory(const WCHAR *name) {
        HANDLE handle = NULL;
        NTSTATUS status = NtCreateDirectoryObject(&handle, DIRECTORY_ALL_ACCESS, NAMED(name));

        if (NT_SUCCESS(status))
                need(NT_SUCCESS(NtClose(handle)));
        return status;
}

static NTSTATUS try_create_section(const WCHAR *name) {
        HANDLE handle = NULL;
        NTSTATUS status = api_create(name, SECTION_ALL_ACCESS, &handle);

        if (NT_SUCCESS(status))
                need(NT_SUCCESS(NtClose(handle)));
        return status;
}

static void create_as_bob(User *user) {
        (void) user;
        need(try_create_directory(u"\\x") == STATUS_ACCESS_DENIED);
        need(try_create_directory(u"\\Device\\x") == STATUS_ACCESS_DENIED);
        need(try_create_directory(u"\\GLOBAL??\\x") == STATUS_ACCESS_DENIED);
        need(try_create_directory(ALICES u"\\x") == STATUS_ACCESS_DENIED);
        need(try_create_section(ALICES u"\\x") == STATUS_ACCESS_DENIED);
        need(try_create_section(u"\\ObjectTypes\\x") == STATUS_ACCESS_DENIED);
        need(try_create_section(BNO u"\\x") == STATUS_ACCESS_DENIED); /* SeCreateGlobal */
        need(NT_SUCCESS(try_create_directory(BNO u"\\x"))); /* directories do not take it */
        need(NT_SUCCESS(try_create_section(BOBS u"\\x")));
        need(NT_SUCCESS(try_create_directory(BOBS u"\\x")));
}

START_TEST(new_objects_are_made_where_one_may) {
        User alice;

        user_start(&alice, ALICE, be_there);
        user_wait_ready(&alice);
        users_run(BOB, create_as_bob);
        api_assert_ok(try_create_section(ALICES u"\\x"));
        api_assert_ok(try_create_section(u"\\Security\\x"));
        api_assert_ok(zw_detach());
        user_finish(&alice);
}
END_TEST

static void create_global(User *user) {
        (void) user;
        need(NT_SUCCESS(try_create_section(BNO u"\\x")));
}

static void cannot_create_global(User *user) {
        (void) user;
        need(try_create_section(BNO u"\\x") == STATUS_ACCESS_DENIED);
}

START_TEST(a_privilege_comes_by_configuration) {
        users_restart("[privileges]\nuser:61001=SeCreateGlobalPrivilege\n");
        users_run(BOB, cannot_create_global);
        users_run(ALICE, create_global);
        users_restart("[privileges]\ngroup:61002=SeCreateGlobalPrivilege\n");
        users_run(ALICE, cannot_create_global);
        users_run(BOB, create_global);
}
END_TEST

static void make_driver(User *user) {
        (void) user;
        need(NT_SUCCESS(try_create_section(u"\\Driver\\x")));
}

static void cannot_make_driver(User *user) {
        (void) user;
        need(try_list(u"\\Driver") == STATUS_ACCESS_DENIED);
}

/* S-1-5-18 is SYSTEM. */
START_TEST(a_sid_comes_by_configuration) {
        users_restart("[sids]\nuser:61001=S-1-5-18\n");
        users_run(BOB, cannot_make_driver);
        users_run(ALICE, make_driver);
}
END_TEST

/* Alice's process, with a section that has no name, and its token. */
static void be_alice(User *user) {
        PROCESS_BASIC_INFORMATION basic;
        HANDLE section = NULL;

        need(NT_SUCCESS(api_create(NULL, SECTION_ALL_ACCESS, &section)));
        need(NT_SUCCESS(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessBasicInformation, &basic, sizeof(basic), NULL)));
        shared->process_id = (uint32_t) basic.UniqueProcessId;
        shared->handle = (uint64_t) (uintptr_t) section;
        user_pause(user);
        need(NtClose((HANDLE) (uintptr_t) shared->handle) == STATUS_INVALID_HANDLE);
}

static NTSTATUS open_alices_process(ACCESS_MASK access, PHANDLE ret) {
        OBJECT_ATTRIBUTES attributes;
        CLIENT_ID id = { (HANDLE) (uintptr_t) shared->process_id, NULL };

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        return NtOpenProcess(ret, access, &attributes, &id);
}

static void be_bob(User *user) {
        static const ACCESS_MASK wishes[] = { PROCESS_DUP_HANDLE, PROCESS_QUERY_LIMITED_INFORMATION,
                PROCESS_VM_READ, MAXIMUM_ALLOWED, SYNCHRONIZE, READ_CONTROL };
        HANDLE process = API_WILD;

        (void) user;
        for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
                need(open_alices_process(wishes[i], &process) == STATUS_ACCESS_DENIED);
                need(process == NULL);
        }
}

/* What root may: SYSTEM is in every process's descriptor. */
static void take_alices_section(void) {
        HANDLE process = NULL, token = NULL, section = NULL, weak = NULL;
        HANDLE theirs = (HANDLE) (uintptr_t) shared->handle;

        api_assert_ok(open_alices_process(
                        PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION, &process));
        api_assert_ok(NtOpenProcessToken(process, TOKEN_QUERY, &token));
        api_assert_ok(open_alices_process(PROCESS_QUERY_LIMITED_INFORMATION, &weak));
        ck_assert_status(NtDuplicateObject(weak, theirs, NtCurrentProcess(), &section, 0, 0,
                                         DUPLICATE_SAME_ACCESS),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(section);
        api_assert_ok(NtDuplicateObject(process, theirs, NtCurrentProcess(), &section, 0, 0,
                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
        ck_assert_uint_eq(api_granted_access(section), SECTION_ALL_ACCESS);
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(process));
}

START_TEST(processes_of_others_are_closed_but_to_root) {
        User alice;

        user_start(&alice, ALICE, be_alice);
        user_wait_ready(&alice);
        users_run(BOB, be_bob);
        take_alices_section();
        user_finish(&alice);
        api_assert_ok(zw_detach());
}
END_TEST

/* [K] The owner may always change who may: READ_CONTROL and WRITE_DAC are its own. */
static void let_bob_in(User *user) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        HANDLE section = NULL, dac = NULL;

        need(NT_SUCCESS(NtCreateDirectoryObject(
                        &section, DIRECTORY_ALL_ACCESS, NAMED(BNO u"\\alice's"))));
        user_pause(user);
        need(NT_SUCCESS(NtOpenDirectoryObject(&dac, WRITE_DAC, NAMED(BNO u"\\alice's"))));
        need(NT_SUCCESS(zw_sddl_to_descriptor("D:(A;;0x3;;;" BOBS_SID ")", &descriptor, NULL)));
        need(NT_SUCCESS(NtSetSecurityObject(dac, DACL_SECURITY_INFORMATION, descriptor)));
        zw_free(descriptor);
        need(write(user->ready[1], "x", 1) == 1);
        need(read(user->go[0], &(char){ 0 }, 1) >= 0);
        need(NT_SUCCESS(NtClose(dac)));
        need(NT_SUCCESS(NtClose(section)));
}

static void bob_is_outside(User *user) {
        HANDLE handle = NULL;

        (void) user;
        need(try_list(BNO u"\\alice's") == STATUS_ACCESS_DENIED);
        need(NtOpenDirectoryObject(&handle, WRITE_DAC, NAMED(BNO u"\\alice's")) ==
                        STATUS_ACCESS_DENIED);
        need(NtOpenDirectoryObject(&handle, READ_CONTROL, NAMED(BNO u"\\alice's")) ==
                        STATUS_ACCESS_DENIED);
        need(NtOpenDirectoryObject(&handle, WRITE_OWNER, NAMED(BNO u"\\alice's")) ==
                        STATUS_ACCESS_DENIED);
}

static void bob_is_inside(User *user) {
        (void) user;
        need(NT_SUCCESS(try_list(BNO u"\\alice's")));
        need(try_create_directory(BNO u"\\alice's\\x") == STATUS_ACCESS_DENIED);
}

START_TEST(an_owner_lets_others_in) {
        User alice;

        user_start(&alice, ALICE, let_bob_in);
        user_wait_ready(&alice);
        users_run(BOB, bob_is_outside);
        ck_assert_int_eq(write(alice.go[1], "x", 1), 1);
        user_wait_ready(&alice);
        users_run(BOB, bob_is_inside);
        user_finish(&alice);
}
END_TEST

/* A user that the kernel cannot name must not be taken for whoever 65534 is. */
static void attach_as_nobody(User *user) {
        (void) user;
        need(zw_attach(NULL, 0) == STATUS_ACCESS_DENIED);
}

START_TEST(the_overflow_user_is_refused) {
        users_run(65534, attach_as_nobody);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, share, unshare);
        tcase_add_test(tests, a_descriptor_says_who_may_open);
        tcase_add_test(tests, directories_are_listed_by_those_who_may);
        tcase_add_test(tests, new_objects_are_made_where_one_may);
        tcase_add_test(tests, a_privilege_comes_by_configuration);
        tcase_add_test(tests, a_sid_comes_by_configuration);
        tcase_add_test(tests, processes_of_others_are_closed_but_to_root);
        tcase_add_test(tests, an_owner_lets_others_in);
        tcase_add_test(tests, the_overflow_user_is_refused);
}

int main(void) {
        return users_main("users", 60, add);
}
