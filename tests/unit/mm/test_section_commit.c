#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "commit-bitmap.h"
#include "ntstatus.h"
#include "section-commit.h"
#include "suite.h"

#define N_PAGES 100u

static QuotaTable *quotas;
static Quota *quota;

static void begin(void) {
        QuotaLimits limits;

        quota_limits_init(&limits);
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, 1000);
}

static void end(void) {
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
        quota_unref(quota);
        quota_table_free(quotas);
}

static Section *make(ULONG attributes, uint64_t size) {
        Section *section = NULL;

        ck_assert_status(section_new(size, PAGE_READWRITE, attributes, quota, &section),
                        STATUS_SUCCESS);
        return section;
}

static CommitBitmap map(Section *section, ACCESS_MASK access) {
        CommitBitmap bitmap = { .n_pages = section->size / 4096 };
        autofd int fd = -1;
        void *memory = NULL;

        ck_assert_status(section_open_commit(section, access, &fd), STATUS_SUCCESS);
        memory = mmap(NULL, commit_bitmap_size(bitmap.n_pages),
                        access & SECTION_MAP_WRITE ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
                        fd, 0);
        ck_assert_ptr_ne(memory, MAP_FAILED);
        bitmap.words = memory;
        return bitmap;
}

static void unmap(CommitBitmap *bitmap) {
        munmap((void *) bitmap->words, commit_bitmap_size(bitmap->n_pages));
}

START_TEST(bits_cost_nothing_until_somebody_asks) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        CommitBitmap bitmap;
        uint64_t stop = 0;

        ck_assert_ptr_null(section->commit);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTORS), 0);
        bitmap = map(section, SECTION_MAP_READ);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTORS), 1);
        ck_assert(!commit_bitmap_find(&bitmap, 0, N_PAGES, &stop));
        ck_assert_uint_eq(stop, N_PAGES);
        unmap(&bitmap);
        object_unref(&section->object);
}
END_TEST

START_TEST(what_the_server_commits_is_seen_and_section_memory_is_not_made) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        CommitBitmap bitmap = map(section, SECTION_MAP_READ);
        uint64_t stop = 0;

        ck_assert_status(section_commit(section, 3, 4), STATUS_SUCCESS);
        ck_assert_int_lt(section->fd, 0);
        ck_assert(commit_bitmap_find(&bitmap, 3, N_PAGES, &stop));
        ck_assert_uint_eq(stop, 7);
        ck_assert(!commit_bitmap_find(&bitmap, 7, N_PAGES, &stop));
        ck_assert_status(section_commit(section, 0, N_PAGES), STATUS_SUCCESS);
        ck_assert(commit_bitmap_find(&bitmap, 0, N_PAGES, &stop));
        ck_assert_uint_eq(stop, N_PAGES);
        unmap(&bitmap);
        object_unref(&section->object);
}
END_TEST

START_TEST(bits_that_a_process_sets_are_kept_by_the_server) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        CommitBitmap bitmap = map(section, SECTION_MAP_WRITE);
        uint64_t stop = 0;

        commit_bitmap_set(&bitmap, 1, 2);
        ck_assert_status(section_commit(section, 3, 1), STATUS_SUCCESS);
        commit_bitmap_set(&bitmap, 2, 3);
        ck_assert(commit_bitmap_find(&bitmap, 1, N_PAGES, &stop));
        ck_assert_uint_eq(stop, 4);
        unmap(&bitmap);
        object_unref(&section->object);
}
END_TEST

START_TEST(descriptor_without_map_write_cannot_write_and_none_changes_the_size) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        autofd int reader = -1, writer = -1;
        struct stat info;

        ck_assert_status(section_open_commit(section, SECTION_MAP_READ, &reader), STATUS_SUCCESS);
        ck_assert_status(section_open_commit(section, SECTION_MAP_WRITE, &writer), STATUS_SUCCESS);
        ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0),
                        MAP_FAILED);
        ck_assert_int_lt(pwrite(reader, "", 1, 0), 0);
        ck_assert_int_lt(ftruncate(writer, 0), 0);
        ck_assert_int_lt(ftruncate(writer, 1 << 20), 0);
        ck_assert_int_lt(fcntl(writer, F_ADD_SEALS, F_SEAL_WRITE), 0);
        ck_assert_int_eq(fstat(writer, &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, 0600);
        ck_assert_int_eq(info.st_size, (off_t) commit_bitmap_size(N_PAGES));
        object_unref(&section->object);
}
END_TEST

/* A process that may write makes holes in the bits, so that the server has to make them anew. */
START_TEST(holes_in_the_bits_do_not_hurt_the_server) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        autofd int writer = -1;

        ck_assert_status(section_open_commit(section, SECTION_MAP_WRITE, &writer), STATUS_SUCCESS);
        ck_assert_status(section_commit(section, 0, 5), STATUS_SUCCESS);
        ck_assert_int_eq(fallocate(writer, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                                         (off_t) commit_bitmap_size(N_PAGES)),
                        0);
        ck_assert_status(section_commit(section, 7, 2), STATUS_SUCCESS);
        object_unref(&section->object);
}
END_TEST

START_TEST(pages_that_are_not_in_the_section_are_refused) {
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        Section *committed = make(SEC_COMMIT, N_PAGES * 4096);
        Section *large = make(SEC_RESERVE, 1ull << 40);

        ck_assert_status(section_commit(section, 0, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(section, N_PAGES, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(section, N_PAGES - 1, 2), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(section, UINT64_MAX, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(section, UINT64_MAX, UINT64_MAX), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(section, 1, UINT64_MAX), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(committed, 0, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(large, 0, COMMIT_PAGES_MOST + 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(section_commit(large, (1ull << 28) - COMMIT_PAGES_MOST, COMMIT_PAGES_MOST),
                        STATUS_SUCCESS);
        ck_assert_ptr_null(section->commit);
        ck_assert_ptr_null(committed->commit);
        object_unref(&section->object);
        object_unref(&committed->object);
        object_unref(&large->object);
}
END_TEST

START_TEST(quota_of_descriptors_is_kept_and_nothing_is_half_made) {
        QuotaLimits limits = *quota_table_limits(quotas);
        Section *section = make(SEC_RESERVE, N_PAGES * 4096);
        int fd = -7;

        limits.limit[QUOTA_DESCRIPTORS] = 0;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(
                        section_open_commit(section, SECTION_MAP_READ, &fd), STATUS_QUOTA_EXCEEDED);
        ck_assert_status(section_commit(section, 0, 1), STATUS_QUOTA_EXCEEDED);
        ck_assert_int_eq(fd, -7);
        ck_assert_ptr_null(section->commit);
        object_unref(&section->object);
}
END_TEST

/* by-kernel 1.8, row 18. */
START_TEST(more_than_there_can_be_is_refused) {
        ck_assert_status(section_check_commit(SEC_COMMIT, 1ull << 46), STATUS_COMMITMENT_LIMIT);
        ck_assert_status(section_check_commit(SEC_COMMIT, 4096), STATUS_SUCCESS);
        ck_assert_status(section_check_commit(SEC_RESERVE, (1ull << 43) - 1), STATUS_SUCCESS);
        ck_assert_status(section_check_commit(SEC_RESERVE, 1ull << 43),
                        STATUS_INSUFFICIENT_RESOURCES);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, bits_cost_nothing_until_somebody_asks);
        tcase_add_test(tests, what_the_server_commits_is_seen_and_section_memory_is_not_made);
        tcase_add_test(tests, bits_that_a_process_sets_are_kept_by_the_server);
        tcase_add_test(tests, descriptor_without_map_write_cannot_write_and_none_changes_the_size);
        tcase_add_test(tests, holes_in_the_bits_do_not_hurt_the_server);
        tcase_add_test(tests, pages_that_are_not_in_the_section_are_refused);
        tcase_add_test(tests, quota_of_descriptors_is_kept_and_nothing_is_half_made);
        tcase_add_test(tests, more_than_there_can_be_is_refused);
}

int main(void) {
        return suite_main("section-commit", 20, add);
}
