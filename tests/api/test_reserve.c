/*
 * SEC_RESERVE: pages of a section are committed by whoever has a view, for all views. by-tests 1.15
 * "SEC_RESERVE commit semantics", by-kernel 1.10 and 1.15.
 */

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "commit-bitmap.h"
#include "memory.h"
#include "raw-client.h"
#include "scene.h"
#include "view.h"

#define NAME   u"\\BaseNamedObjects\\reserved"
#define SIZE   0x40000u
#define N_SIZE (SIZE / API_PAGE)

static HANDLE reserved(const WCHAR *name, ACCESS_MASK access, uint64_t bytes, ULONG protection) {
        LARGE_INTEGER size = { .QuadPart = (LONGLONG) bytes };
        HANDLE section = NULL;

        api_assert_ok(NtCreateSection(&section, access, name ? NAMED(name) : NULL, &size,
                        protection, SEC_RESERVE, NULL));
        return section;
}

static uint8_t *map(HANDLE section, ULONG protection) {
        PVOID base = NULL;

        api_assert_ok(view_map(section, protection, &base, NULL));
        return base;
}

static NTSTATUS commit(void *at, SIZE_T size, ULONG protection) {
        PVOID base = at;

        return memory_allocate(&base, &size, MEM_COMMIT, protection);
}

/* Reserved, but not out of reach: Linux does not know of it. */
static void expect_reserved(const void *address, SIZE_T size, ULONG allocation) {
        MEMORY_BASIC_INFORMATION basic = memory_at(address);

        ck_assert_uint_eq(basic.State, MEM_RESERVE);
        ck_assert_uint_eq(basic.Protect, 0);
        ck_assert_uint_eq(basic.RegionSize, size);
        ck_assert_uint_eq(basic.AllocationProtect, allocation);
        ck_assert_uint_eq(basic.Type, MEM_MAPPED);
}

/* by-tests 1.15 [W]: nothing committed; then 64 KiB for both views, each with its protection. */
START_TEST(commit_in_one_view_is_a_commit_in_all) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *one = map(section, PAGE_READWRITE), *two = map(section, PAGE_READWRITE), *later;

        expect_reserved(one, SIZE, PAGE_READWRITE);
        expect_reserved(one + 0x5000, SIZE - 0x5000, PAGE_READWRITE);
        api_assert_ok(commit(one, GRANULE, PAGE_READONLY));
        memory_expect_committed(one, GRANULE, PAGE_READONLY);
        expect_reserved(one + GRANULE, SIZE - GRANULE, PAGE_READWRITE);
        memory_expect_committed(two, GRANULE, PAGE_READWRITE);
        ck_assert_uint_eq(memory_at(two).AllocationProtect, PAGE_READWRITE);
        ck_assert(!api_writable(one));
        two[0] = 7;
        ck_assert_uint_eq(one[0], 7);

        /* again: only the protection of the own view changes */
        api_assert_ok(commit(one, GRANULE, PAGE_READWRITE));
        memory_expect_committed(one, GRANULE, PAGE_READWRITE);
        later = map(section, PAGE_READONLY);
        memory_expect_committed(later, GRANULE, PAGE_READONLY);
        expect_reserved(later + GRANULE, SIZE - GRANULE, PAGE_READONLY);
        view_unmap(one);
        view_unmap(two);
        view_unmap(later);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] No message is sent, by who commits and by who looks. */
START_TEST(commit_and_query_send_no_message) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *one = map(section, PAGE_READWRITE);

        api_kill_daemon();
        api_assert_ok(commit(one + 0x3000, API_PAGE, PAGE_READWRITE));
        memory_expect_committed(one + 0x3000, API_PAGE, PAGE_READWRITE);
        expect_reserved(one, 0x3000, PAGE_READWRITE);
        view_unmap(one);
        NtClose(section);
        api_revive();
}
END_TEST

/* by-tests 1.15: RESET succeeds, DECOMMIT and RELEASE do not; what else can go wrong. */
START_TEST(reset_works_and_freeing_does_not) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);
        PVOID base = view;
        SIZE_T size = SIZE;

        api_assert_ok(commit(view, API_PAGE, PAGE_READWRITE));
        view[0] = 1;
        api_assert_ok(memory_allocate(&base, &size, MEM_RESET, PAGE_NOACCESS));
        ck_assert_status(memory_free(view, API_PAGE, MEM_DECOMMIT), STATUS_INVALID_PARAMETER);
        ck_assert_status(memory_free(view, 0, MEM_RELEASE), STATUS_INVALID_PARAMETER);
        memory_expect_committed(view, API_PAGE, PAGE_READWRITE);
        ck_assert_status(commit(view + SIZE - API_PAGE, 2 * API_PAGE, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        expect_reserved(view + API_PAGE, SIZE - API_PAGE, PAGE_READWRITE);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15 [W]: not more than the view was mapped for, and then nothing is committed. */
START_TEST(commit_gives_no_more_than_the_view_may_have) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_EXECUTE_READWRITE);
        uint8_t *view = map(section, PAGE_READONLY);
        uint8_t *untouchable = map(section, PAGE_NOACCESS);

        ck_assert_status(commit(view, API_PAGE, PAGE_READWRITE), STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(commit(view, API_PAGE, PAGE_EXECUTE_READ), STATUS_INVALID_PAGE_PROTECTION);
        expect_reserved(view, SIZE, PAGE_READONLY);
        ck_assert_status(commit(untouchable, API_PAGE, PAGE_READONLY), STATUS_SECTION_PROTECTION);
        expect_reserved(untouchable, SIZE, PAGE_NOACCESS);
        api_assert_ok(commit(untouchable, API_PAGE, PAGE_NOACCESS));
        memory_expect_committed(untouchable, API_PAGE, PAGE_NOACCESS);
        memory_expect_committed(view, API_PAGE, PAGE_READONLY);
        view_unmap(view);
        view_unmap(untouchable);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.15: NtProtectVirtualMemory on pages that are not committed. */
START_TEST(protection_of_uncommitted_pages_does_not_change) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);
        ULONG old = 77;

        ck_assert_status(memory_protect(view, API_PAGE, PAGE_READONLY, &old),
                        STATUS_SECTION_PROTECTION);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        api_assert_ok(commit(view, API_PAGE, PAGE_READWRITE));
        ck_assert_status(memory_protect(view, 2 * API_PAGE, PAGE_READONLY, &old),
                        STATUS_SECTION_PROTECTION);
        ck_assert_status(memory_protect(view, 2 * API_PAGE, PAGE_WRITECOPY, &old),
                        STATUS_SECTION_PROTECTION);
        memory_expect_committed(view, API_PAGE, PAGE_READWRITE);
        api_assert_ok(memory_protect(view, API_PAGE, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE);
        memory_expect_committed(view, API_PAGE, PAGE_READONLY);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(only_committed_pages_are_locked) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        PVOID view = map(section, PAGE_READWRITE), base = view;
        SIZE_T size = 2 * API_PAGE;

        ck_assert_status(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(commit(view, API_PAGE, PAGE_READWRITE));
        ck_assert_status(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS),
                        STATUS_ACCESS_DENIED);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* Copy-on-write pages of a reserved section: what is committed counts, and a commit can make one.
 */
START_TEST(copies_of_a_reserved_section) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *copy = map(section, PAGE_WRITECOPY), *view = map(section, PAGE_READWRITE);
        MEMORY_REGION_INFORMATION region;

        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), copy, MemoryRegionInformation,
                        &region, sizeof(region), NULL));
        ck_assert_uint_eq(region.CommitSize, 0);
        api_assert_ok(commit(copy + 0x2000, 0x3000, PAGE_WRITECOPY));
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), copy, MemoryRegionInformation,
                        &region, sizeof(region), NULL));
        ck_assert_uint_eq(region.CommitSize, 0x3000);
        ck_assert_uint_eq(region.RegionSize, SIZE);
        copy[0x3000] = 1;
        memory_expect_committed(copy + 0x2000, 0x1000, PAGE_WRITECOPY);
        memory_expect_committed(copy + 0x3000, 0x1000, PAGE_READWRITE);
        memory_expect_committed(copy + 0x4000, 0x1000, PAGE_WRITECOPY);
        ck_assert_uint_eq(view[0x3000], 0);

        api_assert_ok(commit(view + 0x4000, 0x2000, PAGE_WRITECOPY));
        memory_expect_committed(view + 0x4000, 0x2000, PAGE_WRITECOPY);
        view[0x4000] = 9;
        ck_assert_uint_eq(copy[0x4000], 0);
        view_unmap(copy);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* A view that begins within the section has its pages, not the first ones. */
START_TEST(views_at_an_offset_share_the_same_pages) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        ViewOptions options = { .offset = 0x20000, .size = GRANULE };
        PVOID base = NULL;
        uint8_t *all = map(section, PAGE_READWRITE), *part;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        part = base;
        expect_reserved(part, GRANULE, PAGE_READWRITE);
        api_assert_ok(commit(part + 0x1000, 0x1000, PAGE_READWRITE));
        memory_expect_committed(all + 0x21000, 0x1000, PAGE_READWRITE);
        expect_reserved(all, 0x21000, PAGE_READWRITE);
        api_assert_ok(commit(all + 0x1E000, 0x4000, PAGE_READWRITE));
        memory_expect_committed(part, 0x2000, PAGE_READWRITE);
        expect_reserved(part + 0x2000, GRANULE - 0x2000, PAGE_READWRITE);
        view_unmap(part);
        view_unmap(all);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.10: CommitSize commits the beginning of the view. */
START_TEST(commit_size_of_a_view_commits) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        ViewOptions options = { .offset = GRANULE, .commit = 0x1001 };
        PVOID base = NULL;
        uint8_t *all;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        memory_expect_committed(base, 0x2000, PAGE_READWRITE);
        all = map(section, PAGE_READWRITE);
        memory_expect_committed(all + GRANULE, 0x2000, PAGE_READWRITE);
        view_unmap(base);
        view_unmap(all);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Without SECTION_MAP_WRITE the daemon commits, as long as the section can be named to it. */
START_TEST(who_may_only_read_commits_through_the_daemon) {
        HANDLE section = reserved(NAME, SECTION_MAP_READ | SECTION_QUERY, SIZE, PAGE_READWRITE);
        HANDLE writer = NULL;
        uint8_t *view = map(section, PAGE_READONLY), *other;

        api_assert_ok(commit(view + 0x1000, 0x2000, PAGE_READONLY));
        expect_reserved(view, 0x1000, PAGE_READONLY);
        memory_expect_committed(view + 0x1000, 0x2000, PAGE_READONLY);
        api_assert_ok(api_open(NAME, SECTION_ALL_ACCESS, &writer));
        other = map(writer, PAGE_READWRITE);
        memory_expect_committed(other + 0x1000, 0x2000, PAGE_READWRITE);
        other[0x1000] = 5;
        ck_assert_uint_eq(view[0x1000], 5);
        view_unmap(other);
        api_assert_ok(NtClose(writer));
        api_assert_ok(NtClose(section));
        ck_assert_status(commit(view, 0x1000, PAGE_READONLY), STATUS_NOT_SUPPORTED);
        expect_reserved(view, 0x1000, PAGE_READONLY);
        api_assert_ok(commit(view + 0x1000, 0x2000, PAGE_NOACCESS)); /* needs nobody */
        memory_expect_committed(view + 0x1000, 0x2000, PAGE_NOACCESS);
        view_unmap(view);
}
END_TEST

/* by-kernel 1.10 [T]: 8 GB map whole. [P] Asking about all of it makes no memory. */
START_TEST(huge_section_is_sparse) {
        const uint64_t size = 8ull << 30;
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, size, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);

        expect_reserved(view, size, PAGE_READWRITE);
        api_assert_ok(commit(view + (5ull << 30), 0x1000, PAGE_READWRITE));
        expect_reserved(view, 5ull << 30, PAGE_READWRITE);
        memory_expect_committed(view + (5ull << 30), 0x1000, PAGE_READWRITE);
        expect_reserved(view + (5ull << 30) + 0x1000, (3ull << 30) - 0x1000, PAGE_READWRITE);
        api_assert_ok(commit(view, size, PAGE_READWRITE));
        memory_expect_committed(view, size, PAGE_READWRITE);
        view[size - 1] = 1;
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.8, row 18. */
START_TEST(sizes_that_cannot_be_are_told_apart) {
        static const struct {
                uint64_t size;
                ULONG attributes;
                NTSTATUS status;
        } rows[] = {
                { 8ull << 40, SEC_RESERVE, STATUS_INSUFFICIENT_RESOURCES },
                { 128ull << 40, SEC_RESERVE, STATUS_SECTION_TOO_BIG },
                { 64ull << 40, SEC_COMMIT, STATUS_COMMITMENT_LIMIT },
                { 1ull << 40, SEC_RESERVE, STATUS_SUCCESS },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                LARGE_INTEGER size = { .QuadPart = (LONGLONG) rows[i].size };
                HANDLE section = NULL;

                ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
                                                 PAGE_READWRITE, rows[i].attributes, NULL),
                                rows[i].status);
                if (section)
                        api_assert_ok(NtClose(section));
        }
}
END_TEST

/* Two processes take steps in turn. */
static void step_wait(int socket) {
        char byte;

        need(recv(socket, &byte, 1, 0) == 1);
}

static void step_done(int socket) {
        need(send(socket, "", 1, MSG_NOSIGNAL) == 1);
}

static bool is_state(const uint8_t *at, ULONG state, ULONG protect, SIZE_T size) {
        MEMORY_BASIC_INFORMATION basic;

        return NT_SUCCESS(NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) at,
                               MemoryBasicInformation, &basic, sizeof(basic), NULL)) &&
               basic.State == state && basic.Protect == protect && basic.RegionSize == size;
}

static void other_process(int socket) {
        HANDLE section = NULL;
        PVOID base = NULL;
        SIZE_T size = 0x2000;
        uint8_t *view;
        PVOID at;

        need(NT_SUCCESS(api_open(NAME, SECTION_MAP_READ | SECTION_MAP_WRITE, &section)));
        need(NT_SUCCESS(api_map(section, PAGE_READWRITE, &base)));
        view = base;
        need(is_state(view, MEM_RESERVE, 0, SIZE));
        step_done(socket);
        step_wait(socket); /* the first has committed 64 KiB */
        need(is_state(view, MEM_COMMIT, PAGE_READWRITE, GRANULE));
        at = view + 0x20000;
        need(NT_SUCCESS(NtAllocateVirtualMemory(
                        NtCurrentProcess(), &at, 0, &size, MEM_COMMIT, PAGE_READONLY)));
        need(is_state(view + 0x20000, MEM_COMMIT, PAGE_READONLY, 0x2000));
        step_done(socket);
        step_wait(socket);
        _exit(0);
}

/* by-tests 1.15 [W]: "also in other processes". */
START_TEST(commit_is_seen_by_other_processes_at_once) {
        HANDLE section = reserved(NAME, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);
        int sockets[2];
        pid_t child;

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
        child = fork();
        if (child == 0)
                other_process(sockets[1]);
        sockets[1] = fd_close(sockets[1]);
        step_wait(sockets[0]);
        api_assert_ok(commit(view, GRANULE, PAGE_READONLY));
        step_done(sockets[0]);
        step_wait(sockets[0]);
        memory_expect_committed(view + 0x20000, 0x2000, PAGE_READWRITE);
        step_done(sockets[0]);
        scene_expect_success(child);
        fd_close(sockets[0]);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

static void heir_of_views(const uint8_t *shared, const uint8_t *unshared, int socket) {
        PVOID at = (PVOID) (uintptr_t) shared;
        SIZE_T size = 0x1000;

        step_wait(socket);
        need(is_state(shared, MEM_COMMIT, PAGE_READWRITE, 0x2000));
        need(is_state(unshared, MEM_FREE, PAGE_NOACCESS, 0) || !api_readable(unshared));
        at = (PVOID) (uintptr_t) (shared + 0x8000);
        need(NT_SUCCESS(NtAllocateVirtualMemory(
                        NtCurrentProcess(), &at, 0, &size, MEM_COMMIT, PAGE_READWRITE)));
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), at)));
        step_done(socket);
        _exit(0);
}

/* design part 3: ViewShare views go on in a child, and with them what is committed. */
START_TEST(child_shares_what_is_committed) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        ViewOptions share = { .inherit = ViewShare };
        PVOID base = NULL;
        uint8_t *shared, *unshared = map(section, PAGE_READWRITE);
        int sockets[2];
        pid_t child;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &share));
        shared = base;
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
        child = fork();
        if (child == 0)
                heir_of_views(shared, unshared, sockets[1]);
        sockets[1] = fd_close(sockets[1]);
        api_assert_ok(commit(unshared, 0x2000, PAGE_READWRITE));
        step_done(sockets[0]);
        step_wait(sockets[0]);
        memory_expect_committed(shared + 0x8000, 0x1000, PAGE_READWRITE);
        scene_expect_success(child);
        fd_close(sockets[0]);
        view_unmap(shared);
        view_unmap(unshared);
        api_assert_ok(NtClose(section));
}
END_TEST

/* A process that may write to the section, and does so to its bits. */
static void vandalise(RawClient *vandal, const WCHAR *path, uint8_t byte) {
        Nt__SectionMemoryRequest body = NT__SECTION_MEMORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        size_t size = commit_bitmap_size(N_SIZE);
        Nt__Grant grant;
        autofd int fd = -1;
        uint8_t *bits;

        (void) path;
        api_assert_ok(raw_client_open_section(vandal, "\\BaseNamedObjects\\reserved",
                        SECTION_MAP_READ | SECTION_MAP_WRITE, &grant));
        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_SECTION_MEMORY;
        request.section_memory = &body;
        api_assert_ok(raw_client_call(vandal, &request));
        ck_assert(vandal->reply->section_memory->has_commit_fd);
        fd = frame_take_fd(&vandal->frame, vandal->reply->section_memory->commit_fd);
        bits = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ck_assert_ptr_ne(bits, MAP_FAILED);
        ck_assert_int_lt(ftruncate(fd, 0), 0);
        memset(bits, byte, size);
        ck_assert_int_eq(munmap(bits, size), 0);
        api_assert_ok(raw_client_close(vandal, &grant));
}

/* [P] Rubbish in the bits is what is reported, and hurts nobody. */
START_TEST(rubbish_in_the_bits_is_reported_and_no_more) {
        HANDLE section = reserved(NAME, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);
        autoraw *vandal = raw_client_new_attached(daemon_address(api_daemon()));

        vandalise(vandal, NAME, 0xFF);
        memory_expect_committed(view, SIZE, PAGE_READWRITE);
        vandalise(vandal, NAME, 0x55);
        for (uint8_t *at = view; at < view + SIZE; at += memory_at(at).RegionSize)
                ck_assert_uint_gt(memory_at(at).RegionSize, 0);
        vandalise(vandal, NAME, 0);
        expect_reserved(view, SIZE, PAGE_READWRITE);
        api_assert_ok(commit(view, API_PAGE, PAGE_READWRITE));
        memory_expect_committed(view, API_PAGE, PAGE_READWRITE);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

static NTSTATUS raw_commit(RawClient *client, Nt__Grant *grant, uint64_t first, uint32_t n) {
        Nt__CommitSectionRequest body = NT__COMMIT_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = grant;
        body.first_page = first;
        body.n_pages = n;
        request.body_case = NT__REQUEST__BODY_COMMIT_SECTION;
        request.commit_section = &body;
        return raw_client_call(client, &request);
}

/* [P] CommitSection is checked like every request. */
START_TEST(request_to_commit_needs_rights_and_pages) {
        HANDLE section = reserved(NAME, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READWRITE);
        autoraw *client = raw_client_new_attached(daemon_address(api_daemon()));
        Nt__Grant reader, blind, wrong = NT__GRANT__INIT, committed;

        api_assert_ok(raw_client_open_section(
                        client, "\\BaseNamedObjects\\reserved", SECTION_MAP_READ, &reader));
        ck_assert_status(raw_commit(client, &reader, N_SIZE - 1, 2), STATUS_INVALID_PARAMETER);
        ck_assert_status(raw_commit(client, &reader, UINT64_MAX, 2), STATUS_INVALID_PARAMETER);
        ck_assert_status(raw_commit(client, &reader, 0, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(raw_commit(client, &reader, 0, UINT32_MAX), STATUS_INVALID_PARAMETER);
        expect_reserved(view, SIZE, PAGE_READWRITE);
        api_assert_ok(raw_commit(client, &reader, 2, 3));
        memory_expect_committed(view + 0x2000, 0x3000, PAGE_READWRITE);
        api_assert_ok(raw_client_close(client, &reader));

        api_assert_ok(raw_client_open_section(
                        client, "\\BaseNamedObjects\\reserved", SECTION_QUERY, &blind));
        ck_assert_status(raw_commit(client, &blind, 0, 1), STATUS_ACCESS_DENIED);
        wrong.slot = 77;
        wrong.tag = 1;
        ck_assert_status(raw_commit(client, &wrong, 0, 1), STATUS_INVALID_HANDLE);
        api_assert_ok(raw_client_create_section(
                        client, NULL, SECTION_ALL_ACCESS, API_PAGE, &committed));
        ck_assert_status(raw_commit(client, &committed, 0, 1), STATUS_INVALID_PARAMETER);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Two descriptors of the daemon for a section that is mapped, none before; given back both. */
START_TEST(reserved_section_costs_two_descriptors_once_mapped) {
        HANDLE section = reserved(NULL, SECTION_ALL_ACCESS, SIZE, PAGE_READWRITE);
        uint64_t before = daemon_statistic(api_daemon(), "descriptors");
        uint8_t *view = map(section, PAGE_READWRITE);

        ck_assert_uint_eq(daemon_statistic(api_daemon(), "descriptors"), before + 2);
        view_unmap(view);
        api_assert_ok(NtClose(section));
        ck_assert_uint_eq(daemon_statistic(api_daemon(), "descriptors"), before);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, commit_in_one_view_is_a_commit_in_all);
        tcase_add_test(tests, commit_and_query_send_no_message);
        tcase_add_test(tests, reset_works_and_freeing_does_not);
        tcase_add_test(tests, commit_gives_no_more_than_the_view_may_have);
        tcase_add_test(tests, protection_of_uncommitted_pages_does_not_change);
        tcase_add_test(tests, only_committed_pages_are_locked);
        tcase_add_test(tests, copies_of_a_reserved_section);
        tcase_add_test(tests, views_at_an_offset_share_the_same_pages);
        tcase_add_test(tests, commit_size_of_a_view_commits);
        tcase_add_test(tests, who_may_only_read_commits_through_the_daemon);
        tcase_add_test(tests, huge_section_is_sparse);
        tcase_add_test(tests, sizes_that_cannot_be_are_told_apart);
        tcase_add_test(tests, commit_is_seen_by_other_processes_at_once);
        tcase_add_test(tests, child_shares_what_is_committed);
        tcase_add_test(tests, rubbish_in_the_bits_is_reported_and_no_more);
        tcase_add_test(tests, request_to_commit_needs_rights_and_pages);
        tcase_add_test(tests, reserved_section_costs_two_descriptors_once_mapped);
}

int main(void) {
        return api_main("reserve", 60, add);
}
