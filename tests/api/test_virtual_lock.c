/*
 * NtLockVirtualMemory, NtUnlockVirtualMemory and NtFlushVirtualMemory. by-tests 1.15,
 * by-kernel 1.15.
 */

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "view.h"

#define SIZE GRANULE
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

/* "VmLck" of this process, in KiB. */
static unsigned locked_size(void) {
        FILE *status = fopen("/proc/self/status", "re");
        unsigned size = 0;
        char line[256];

        ck_assert_ptr_nonnull(status);
        while (fgets(line, sizeof(line), status)) {
                if (sscanf(line, "VmLck: %u", &size) == 1)
                        break;
        }
        fclose(status);
        return size;
}

/* Sanitizers leave out what locks and unlocks memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LINUX_LOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LINUX_LOCKS 0
#endif
#endif
#ifndef LINUX_LOCKS
#define LINUX_LOCKS 1
#endif

static void expect_locked(unsigned size) {
        if (LINUX_LOCKS)
                ck_assert_uint_eq(locked_size(), size);
}

static NTSTATUS lock(void *base, SIZE_T size) {
        return NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS);
}

static NTSTATUS unlock(void *base, SIZE_T size) {
        return NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS);
}

/* by-tests 1.15: the range is rounded to pages and given back. */
START_TEST(pages_are_locked_until_unlocked) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory + 0xFFF;
        SIZE_T size = 2;

        api_assert_ok(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS));
        ck_assert_ptr_eq(base, memory);
        ck_assert_uint_eq(size, 0x2000);
        expect_locked(8);
        ck_assert_status(lock(memory + 0x1000, 0x2000), STATUS_WAS_LOCKED);
        expect_locked(12);
        memory_expect_committed(memory, SIZE, PAGE_READWRITE); /* nothing of it shows */
        ck_assert_status(unlock(memory, 0x4000), STATUS_NOT_LOCKED);
        api_assert_ok(unlock(memory, 0x3000));
        expect_locked(0);
        ck_assert_status(unlock(memory, 0x1000), STATUS_NOT_LOCKED);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

START_TEST(decommitted_and_released_pages_are_not_locked_any_more) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory;
        SIZE_T size = 0x1000;

        api_assert_ok(lock(memory, 0x3000));
        api_assert_ok(memory_protect(memory, 0x3000, PAGE_READONLY, NULL));
        api_assert_ok(memory_free(memory, 0x1000, MEM_DECOMMIT));
        expect_locked(8);
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_status(unlock(memory, 0x1000), STATUS_NOT_LOCKED);
        api_assert_ok(unlock(memory + 0x1000, 0x1000));
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        expect_locked(0);
}
END_TEST

/* by-kernel 1.15 for type and order; by-tests 1.15: reserved or unmapped is C0000022. */
START_TEST(what_cannot_be_locked) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READWRITE);
        PVOID base = memory, top = (PVOID) TOP;
        SIZE_T size = 0x1000, none = 0;

        ck_assert_status(NtLockVirtualMemory(NONE, NULL, NULL, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtLockVirtualMemory(NONE, NULL, NULL, 4), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtLockVirtualMemory(NONE, NULL, &size, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtLockVirtualMemory(NONE, &top, &size, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtLockVirtualMemory(NONE, &base, &none, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtLockVirtualMemory(NONE, &base, &size, 1), STATUS_INVALID_HANDLE);
        ck_assert_status(lock(memory, 0x1000), STATUS_ACCESS_DENIED);
        ck_assert_status(unlock(memory, 0x1000), STATUS_ACCESS_DENIED);
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_NOACCESS));
        ck_assert_status(lock(memory, 0x1000), STATUS_ACCESS_VIOLATION);
        ck_assert_status(lock(memory, SIZE + 1), STATUS_ACCESS_DENIED);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(lock(memory, 0x1000), STATUS_ACCESS_DENIED);
        expect_locked(0);
}
END_TEST

/* [P] Linux's limit is the quota. Who may do everything is not limited. */
START_TEST(more_than_linux_allows_is_over_the_quota) {
        struct rlimit limit = { 0x4000, 0x4000 };
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        NTSTATUS status;

        ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
        api_assert_ok(lock(memory, 0x2000));
        status = lock(memory, SIZE);
        if (NT_SUCCESS(status)) {
                ck_assert_uint_eq(geteuid(), 0);
                api_assert_ok(unlock(memory, SIZE));
        } else {
                ck_assert_status(status, STATUS_WORKING_SET_QUOTA);
                expect_locked(8);
                ck_assert_status(unlock(memory, SIZE), STATUS_NOT_LOCKED);
                api_assert_ok(unlock(memory, 0x2000));
        }
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

START_TEST(views_and_memory_of_the_program_are_locked_too) {
        static uint8_t own[2 * API_PAGE];
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID view = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        api_assert_ok(lock(view, SIZE));
        expect_locked(SIZE / 1024);
        api_assert_ok(unlock(view, SIZE));
        view_unmap(view);
        view = NULL;
        api_assert_ok(view_map(section, PAGE_WRITECOPY, &view, NULL));
        api_assert_ok(lock(view, SIZE));
        memory_expect_committed(view, SIZE, PAGE_WRITECOPY); /* no page has been copied */
        api_assert_ok(unlock(view, SIZE));
        api_assert_ok(lock(own, API_PAGE));
        api_assert_ok(unlock(own, API_PAGE));
        expect_locked(0);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Linux does not inherit locks, and a child knows it. */
START_TEST(child_has_no_locks) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        int state = -1;
        pid_t child;

        api_assert_ok(lock(memory, 0x2000));
        child = fork();
        if (child == 0)
                _exit(unlock(memory, 0x2000) == STATUS_NOT_LOCKED && lock(memory, 0x1000) ==
                                                                                     STATUS_SUCCESS
                                                ? 0
                                                : 1);
        ck_assert_int_eq(waitpid(child, &state, 0), child);
        ck_assert_int_eq(state, 0);
        api_assert_ok(unlock(memory, 0x2000));
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: what flushing gives back, and that it does not write the IO_STATUS_BLOCK. */
START_TEST(flush_says_what_it_would_have_written) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        IO_STATUS_BLOCK io = { .Information = 77 };
        PVOID base = memory + 0x1234, top = (PVOID) TOP;
        SIZE_T size = 0, more = SIZE;

        api_assert_ok(NtFlushVirtualMemory(NtCurrentProcess(), &base, &size, &io));
        ck_assert_ptr_eq(base, memory + 0x1000);
        ck_assert_uint_eq(size, SIZE - 0x1000);
        size = 1;
        api_assert_ok(NtFlushVirtualMemory(NtCurrentProcess(), &base, &size, &io));
        ck_assert_uint_eq(size, 0x1000);
        ck_assert_uint_eq(io.Information, 77);

        ck_assert_status(NtFlushVirtualMemory(NONE, NULL, &size, &io), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtFlushVirtualMemory(NONE, &base, NULL, &io), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtFlushVirtualMemory(NONE, &base, &size, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtFlushVirtualMemory(NONE, &top, &size, &io), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtFlushVirtualMemory(NONE, &base, &size, &io), STATUS_INVALID_HANDLE);
        ck_assert_status(NtFlushVirtualMemory(NtCurrentProcess(), &base, &more, &io),
                        STATUS_INVALID_PARAMETER);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(NtFlushVirtualMemory(NtCurrentProcess(), &base, &size, &io),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, pages_are_locked_until_unlocked);
        tcase_add_test(tests, decommitted_and_released_pages_are_not_locked_any_more);
        tcase_add_test(tests, what_cannot_be_locked);
        tcase_add_test(tests, more_than_linux_allows_is_over_the_quota);
        tcase_add_test(tests, views_and_memory_of_the_program_are_locked_too);
        tcase_add_test(tests, child_has_no_locks);
        tcase_add_test(tests, flush_says_what_it_would_have_written);
}

int main(void) {
        return api_main("virtual-lock", 60, add);
}
