#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "section.h"
#include "suite.h"

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

static Section *make(uint64_t size) {
        Section *section = NULL;

        ck_assert_status(section_new(size, PAGE_READWRITE, SEC_COMMIT, quota, &section),
                        STATUS_SUCCESS);
        return section;
}

static void *map(int fd, int protection) {
        return mmap(NULL, 4096, protection, MAP_SHARED, fd, 0);
}

START_TEST(size_is_rounded_up_to_pages_and_memory_waits_for_its_first_map) {
        Section *section = make(4090);

        ck_assert_uint_eq(section->size, 4096);
        ck_assert_int_lt(section->fd, 0);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTORS), 0);
        ck_assert_uint_eq(quota_used(quota, QUOTA_SECTION_BYTES), 4096);
        object_unref(&section->object);
}
END_TEST

START_TEST(without_map_write_the_descriptor_cannot_write) {
        Section *section = make(4096);
        autofd int reader = -1, writer = -1;
        void *mapping = NULL;

        ck_assert_status(section_open_memory(section, SECTION_MAP_READ, &reader), STATUS_SUCCESS);
        ck_assert_status(section_open_memory(section, SECTION_MAP_WRITE, &writer), STATUS_SUCCESS);
        ck_assert_ptr_eq(map(reader, PROT_READ | PROT_WRITE), MAP_FAILED);
        mapping = map(reader, PROT_READ);
        ck_assert_ptr_ne(mapping, MAP_FAILED);
        ck_assert_int_lt(mprotect(mapping, 4096, PROT_READ | PROT_WRITE), 0);
        munmap(mapping, 4096);
        mapping = map(writer, PROT_READ | PROT_WRITE);
        ck_assert_ptr_ne(mapping, MAP_FAILED);
        munmap(mapping, 4096);
        object_unref(&section->object);
}
END_TEST

START_TEST(a_grant_that_may_not_map_gets_no_descriptor) {
        Section *section = make(4096);
        int fd = -7;

        ck_assert_status(section_open_memory(section, SECTION_QUERY | SECTION_EXTEND_SIZE, &fd),
                        STATUS_ACCESS_DENIED);
        ck_assert_int_eq(fd, -7);
        ck_assert_int_lt(section->fd, 0);
        object_unref(&section->object);
}
END_TEST

START_TEST(nobody_can_change_the_size_or_the_seals_or_share_our_offset) {
        Section *section = make(8192);
        autofd int one = -1, two = -1;
        struct stat info;

        ck_assert_status(section_open_memory(section, SECTION_MAP_WRITE, &one), STATUS_SUCCESS);
        ck_assert_status(section_open_memory(section, SECTION_MAP_WRITE, &two), STATUS_SUCCESS);
        ck_assert_int_lt(ftruncate(one, 4096), 0);
        ck_assert_int_lt(ftruncate(one, 16384), 0);
        ck_assert_int_lt(fcntl(one, F_ADD_SEALS, F_SEAL_WRITE), 0);
        ck_assert_int_eq(fstat(one, &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, 0600);
        ck_assert_int_eq(lseek(one, 100, SEEK_SET), 100);
        ck_assert_int_eq(lseek(two, 0, SEEK_CUR), 0);
        object_unref(&section->object);
}
END_TEST

START_TEST(quotas_of_bytes_and_objects_are_kept) {
        QuotaLimits limits = *quota_table_limits(quotas);
        Section *section = NULL;

        limits.limit[QUOTA_SECTION_BYTES] = 8192;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(section_new(8193, PAGE_READWRITE, SEC_COMMIT, quota, &section),
                        STATUS_QUOTA_EXCEEDED);
        limits.limit[QUOTA_OBJECTS] = 0;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(section_new(4096, PAGE_READWRITE, SEC_COMMIT, quota, &section),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(section);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused) {
        Section *section = NULL;

        ck_assert_status(section_new(0, PAGE_READWRITE, SEC_COMMIT, quota, &section),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(section_new(4096, 0x1234, SEC_COMMIT, quota, &section),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(section_new(4096, PAGE_READWRITE, 0, quota, &section),
                        STATUS_INVALID_PARAMETER_6);
        ck_assert_status(section_new(UINT64_MAX, PAGE_READWRITE, SEC_COMMIT, quota, &section),
                        STATUS_SECTION_TOO_BIG);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, size_is_rounded_up_to_pages_and_memory_waits_for_its_first_map);
        tcase_add_test(tests, without_map_write_the_descriptor_cannot_write);
        tcase_add_test(tests, a_grant_that_may_not_map_gets_no_descriptor);
        tcase_add_test(tests, nobody_can_change_the_size_or_the_seals_or_share_our_offset);
        tcase_add_test(tests, quotas_of_bytes_and_objects_are_kept);
        tcase_add_test(tests, what_makes_no_sense_is_refused);
}

int main(void) {
        return suite_main("section", 20, add);
}
