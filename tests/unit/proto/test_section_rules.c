#include <stdlib.h>

#include "assert-status.h"
#include "ntfile.h"
#include "section-rules.h"
#include "suite.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const ULONG bases[] = {
        PAGE_NOACCESS,
        PAGE_READONLY,
        PAGE_READWRITE,
        PAGE_WRITECOPY,
        PAGE_EXECUTE,
        PAGE_EXECUTE_READ,
        PAGE_EXECUTE_READWRITE,
        PAGE_EXECUTE_WRITECOPY,
};

/*
 * The rule as it is written: one base protection; GUARD not with NOACCESS, NOCACHE, WRITECOMBINE;
 * NOCACHE not with NOACCESS, WRITECOMBINE; WRITECOMBINE not with NOACCESS; nothing from 800h on.
 */
static bool written_rule(ULONG protection) {
        bool noaccess = protection & PAGE_NOACCESS;
        bool nocache = protection & PAGE_NOCACHE;
        bool writecombine = protection & PAGE_WRITECOMBINE;
        unsigned n_bases = 0;

        for (size_t i = 0; i < N(bases); i++)
                n_bases += (protection & bases[i]) != 0;
        if (n_bases != 1 || protection >= 0x800)
                return false;
        if (protection & PAGE_GUARD && (noaccess || nocache || writecombine))
                return false;
        if (nocache && (noaccess || writecombine))
                return false;
        return !(writecombine && noaccess);
}

START_TEST(a_protection_is_valid_as_the_rule_says) {
        unsigned n_valid = 0;

        for (ULONG protection = 0; protection < 0x10000; protection++) {
                ck_assert_msg(protection_is_valid(protection) == written_rule(protection),
                                "protection %X", protection);
                n_valid += protection_is_valid(protection);
        }
        ck_assert_uint_eq(n_valid, 1 + 7 * 4);
        ck_assert(!protection_is_valid(0xFFFFFFFF));
        ck_assert(!protection_is_valid(PAGE_READWRITE | 0x80000000));
}
END_TEST

START_TEST(a_view_needs_the_rights_of_its_protection) {
        static const struct {
                ULONG protection;
                ACCESS_MASK access;
        } rows[] = {
                { PAGE_NOACCESS, SECTION_MAP_READ },
                { PAGE_READONLY, SECTION_MAP_READ },
                { PAGE_WRITECOPY, SECTION_MAP_READ },
                { PAGE_READWRITE, SECTION_MAP_WRITE },
                { PAGE_EXECUTE, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
                { PAGE_EXECUTE_READ, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
                { PAGE_EXECUTE_WRITECOPY, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
                { PAGE_EXECUTE_READWRITE, SECTION_MAP_WRITE | SECTION_MAP_EXECUTE },
        };

        for (size_t i = 0; i < N(rows); i++) {
                ULONG protection = rows[i].protection;

                ck_assert_uint_eq(protection_required_access(protection), rows[i].access);
                if (protection != PAGE_NOACCESS) {
                        protection |= PAGE_GUARD;
                        ck_assert_uint_eq(protection_required_access(protection), rows[i].access);
                }
        }
        for (ULONG protection = 0; protection < 0x1000; protection++)
                ck_assert_int_eq(protection_required_access(protection) != 0,
                                protection_is_valid(protection));
}
END_TEST

/* The table of NtMapViewOfSection: section protection, view protections in the order of bases[]. Of
 * PAGE_EXECUTE_READ by-tests 1.11 [W]: what the rights of its creator allow, it allows. */
START_TEST(views_are_allowed_as_the_table_says) {
        static const struct {
                ULONG section;
                const char *views;
        } rows[] = {
                /*                         na r  rw wc x  xr xrw xwc */
                { PAGE_READONLY, /*      */ "yy.y...." },
                { PAGE_WRITECOPY, /*     */ "yy.y...." },
                { PAGE_READWRITE, /*     */ "yyyy...." },
                { PAGE_EXECUTE, /*       */ "y...y..." },
                { PAGE_EXECUTE_READ, /*  */ "yy.yyy.y" },
                { PAGE_EXECUTE_WRITECOPY, "yy.yyy.y" },
                { PAGE_EXECUTE_READWRITE, "yyyyyyyy" },
                { PAGE_NOACCESS, /*      */ "........" },
        };

        for (size_t i = 0; i < N(rows); i++) {
                for (size_t j = 0; j < N(bases); j++)
                        ck_assert_msg(protection_is_compatible(rows[i].section, bases[j]) ==
                                                        (rows[i].views[j] == 'y'),
                                        "section %X view %X", rows[i].section, bases[j]);
        }
}
END_TEST

START_TEST(modifiers_of_a_view_do_not_matter_to_the_section) {
        ck_assert(protection_is_compatible(PAGE_READWRITE, PAGE_READONLY | PAGE_GUARD));
        ck_assert(protection_is_compatible(PAGE_READWRITE, PAGE_READWRITE | PAGE_NOCACHE));
        ck_assert(!protection_is_compatible(PAGE_READONLY, PAGE_READWRITE | PAGE_WRITECOMBINE));
        for (ULONG view = 0; view < 0x1000; view++) {
                if (!protection_is_valid(view))
                        ck_assert(!protection_is_compatible(PAGE_EXECUTE_READWRITE, view));
        }
}
END_TEST

/* The written rows 1 to 4, each as a sentence, over every combination of the flags there are. */
static bool attributes_row(ULONG flags) {
        const ULONG known = SEC_COMMIT | SEC_RESERVE | SEC_BASED | SEC_LARGE_PAGES | SEC_IMAGE |
                            SEC_NOCACHE | SEC_NO_CHANGE | SEC_WRITECOMBINE;
        bool commit = flags & SEC_COMMIT;
        bool reserve = flags & SEC_RESERVE;
        bool image = flags & SEC_IMAGE;

        if ((flags & known) != flags)
                return false;
        if (!commit && !reserve && !image)
                return false;
        if (image && (commit || reserve))
                return false;
        if (image && flags & (SEC_LARGE_PAGES | SEC_NO_CHANGE | SEC_WRITECOMBINE))
                return false;
        if (commit && reserve)
                return false;
        return !(reserve && flags & SEC_LARGE_PAGES);
}

START_TEST(every_combination_of_section_flags_is_judged_by_rows_1_to_4) {
        unsigned n_valid = 0;

        for (ULONG high = 0; high < 0x10000; high++) {
                ULONG flags = high << 16;
                NTSTATUS want = attributes_row(flags) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER_6;

                ck_assert_status(section_check_attributes(flags, PAGE_READWRITE), want);
                ck_assert_status(section_check_attributes(flags | 1, PAGE_READWRITE),
                                STATUS_INVALID_PARAMETER_6);
                n_valid += want == STATUS_SUCCESS;
        }
        /* COMMIT with 5 free flags, RESERVE with 4, IMAGE with BASED and NOCACHE. */
        ck_assert_uint_eq(n_valid, 32 + 16 + 4);
}
END_TEST

START_TEST(section_flags_are_judged_as_tests_on_windows_have_it) {
        static const ULONG accepted[] = {
                SEC_COMMIT,
                SEC_COMMIT | SEC_NOCACHE,
                SEC_COMMIT | SEC_WRITECOMBINE,
                SEC_RESERVE,
                SEC_RESERVE | SEC_NOCACHE,
                SEC_RESERVE | SEC_WRITECOMBINE,
                SEC_IMAGE,
                SEC_IMAGE_NO_EXECUTE,
                SEC_COMMIT | SEC_LARGE_PAGES,
                SEC_COMMIT | SEC_BASED,
                SEC_COMMIT | SEC_NO_CHANGE,
        };
        static const ULONG refused[] = {
                0,
                0xFFFFFFFF,
                SEC_RESERVE | SEC_COMMIT,
                SEC_RESERVE | SEC_LARGE_PAGES,
                SEC_IMAGE | SEC_RESERVE,
                SEC_IMAGE | SEC_COMMIT,
                SEC_IMAGE | SEC_LARGE_PAGES,
                SEC_IMAGE | SEC_WRITECOMBINE,
                SEC_IMAGE | SEC_FILE,
                SEC_IMAGE | SEC_NO_CHANGE,
                SEC_NOCACHE,
                SEC_LARGE_PAGES,
                SEC_WRITECOMBINE,
                SEC_FILE,
                SEC_FILE | SEC_RESERVE,
                SEC_FILE | SEC_COMMIT,
                SEC_COMMIT | SEC_GLOBAL,
                SEC_COMMIT | 1,
        };

        for (size_t i = 0; i < N(accepted); i++)
                ck_assert_status(section_check_attributes(accepted[i], PAGE_READONLY),
                                STATUS_SUCCESS);
        for (size_t i = 0; i < N(refused); i++)
                ck_assert_status(section_check_attributes(refused[i], PAGE_READONLY),
                                STATUS_INVALID_PARAMETER_6);
}
END_TEST

START_TEST(flags_are_judged_before_the_protection_and_only_modifiers_at_first) {
        static const ULONG refused[] = {
                PAGE_NOACCESS,
                PAGE_READWRITE | PAGE_NOACCESS,
                PAGE_READWRITE | PAGE_GUARD,
                PAGE_READWRITE | PAGE_NOCACHE,
                PAGE_READWRITE | PAGE_WRITECOMBINE,
                0xFFFFFFFF,
        };
        static const ULONG later[] = { 0, PAGE_READONLY | PAGE_READWRITE, 0x1000 | PAGE_READONLY };

        for (size_t i = 0; i < N(refused); i++) {
                ck_assert_status(section_check_attributes(SEC_COMMIT, refused[i]),
                                STATUS_INVALID_PAGE_PROTECTION);
                ck_assert_status(section_check_attributes(0, refused[i]),
                                STATUS_INVALID_PARAMETER_6);
        }
        for (size_t i = 0; i < N(later); i++) {
                ck_assert_status(section_check_attributes(SEC_COMMIT, later[i]), STATUS_SUCCESS);
                ck_assert_status(section_check_size(SEC_COMMIT, later[i], 0),
                                STATUS_INVALID_PARAMETER_4);
                ck_assert_status(section_check_size(SEC_COMMIT, later[i], 4096),
                                STATUS_INVALID_PAGE_PROTECTION);
        }
}
END_TEST

START_TEST(every_base_protection_but_noaccess_makes_a_section) {
        for (size_t i = 1; i < N(bases); i++) {
                ck_assert_status(section_check_attributes(SEC_COMMIT, bases[i]), STATUS_SUCCESS);
                ck_assert_status(section_check_size(SEC_COMMIT, bases[i], 1), STATUS_SUCCESS);
        }
}
END_TEST

START_TEST(a_size_is_refused_in_the_order_of_the_table) {
        const uint64_t largest = SECTION_SIZE_MAX - 1;

        ck_assert_status(section_check_size(SEC_COMMIT, 4, largest), STATUS_SUCCESS);
        ck_assert_status(section_check_size(SEC_COMMIT, 4, largest + 1), STATUS_SECTION_TOO_BIG);
        ck_assert_status(section_check_size(SEC_RESERVE, 4, UINT64_MAX), STATUS_SECTION_TOO_BIG);
        ck_assert_status(section_check_size(SEC_IMAGE, 2, 0), STATUS_INVALID_PARAMETER_4);
        ck_assert_status(section_check_size(SEC_IMAGE, 0, 1), STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(section_check_size(SEC_IMAGE, 2, 1), STATUS_INVALID_FILE_FOR_SECTION);
        ck_assert_status(section_check_size(SEC_IMAGE, 2, UINT64_MAX),
                        STATUS_INVALID_FILE_FOR_SECTION);
        ck_assert_status(section_check_size(SEC_IMAGE_NO_EXECUTE, 2, 1),
                        STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

/* by-kernel 1.8, row 14, after row 13. */
START_TEST(large_pages_are_whole) {
        ck_assert_status(section_check_size(SEC_COMMIT | SEC_LARGE_PAGES, 4, 4096),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(section_check_size(SEC_COMMIT | SEC_LARGE_PAGES, 4, (2 << 20) - 1),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(section_check_size(SEC_COMMIT | SEC_LARGE_PAGES, 4, 4 << 20),
                        STATUS_SUCCESS);
        ck_assert_status(section_check_size(SEC_COMMIT | SEC_LARGE_PAGES, 4, UINT64_MAX),
                        STATUS_SECTION_TOO_BIG);
        ck_assert_status(section_check_size(SEC_COMMIT | SEC_BASED, 4, 4096), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_section_reports_the_flags_that_tests_on_windows_see) {
        static const ULONG same[] = {
                SEC_COMMIT,
                SEC_COMMIT | SEC_NOCACHE,
                SEC_COMMIT | SEC_WRITECOMBINE,
                SEC_RESERVE,
                SEC_RESERVE | SEC_NOCACHE,
                SEC_RESERVE | SEC_WRITECOMBINE,
                SEC_COMMIT | SEC_BASED,
                SEC_COMMIT | SEC_LARGE_PAGES,
        };

        for (size_t i = 0; i < N(same); i++)
                ck_assert_uint_eq(section_reported_attributes(same[i]), same[i]);
}
END_TEST

/* By-kernel 1.8: "File access required by section protection"; by-tests 1.9: "READ is enough" for
 * an image. */
START_TEST(protections_need_their_rights_on_the_file) {
        static const struct {
                ULONG attributes;
                ULONG protection;
                ACCESS_MASK access;
        } rows[] = {
                { SEC_COMMIT, PAGE_READONLY, FILE_READ_DATA },
                { SEC_COMMIT, PAGE_WRITECOPY, FILE_READ_DATA },
                { SEC_COMMIT, PAGE_EXECUTE, FILE_EXECUTE },
                { SEC_COMMIT, PAGE_EXECUTE_READ, FILE_READ_DATA | FILE_EXECUTE },
                { SEC_COMMIT, PAGE_EXECUTE_WRITECOPY, FILE_READ_DATA | FILE_EXECUTE },
                { SEC_COMMIT, PAGE_READWRITE, FILE_READ_DATA | FILE_WRITE_DATA },
                { SEC_COMMIT, PAGE_EXECUTE_READWRITE,
                                FILE_READ_DATA | FILE_WRITE_DATA | FILE_EXECUTE },
                { SEC_IMAGE, PAGE_EXECUTE_READWRITE, FILE_READ_DATA },
                { SEC_IMAGE, PAGE_READONLY, FILE_READ_DATA },
        };

        for (size_t i = 0; i < N(rows); i++)
                ck_assert_uint_eq(section_file_access(rows[i].attributes, rows[i].protection),
                                rows[i].access);
}
END_TEST

/* By-kernel 1.8: rows 8 and 9. */
START_TEST(a_file_s_section_is_refused_for_its_protection_before_its_kind) {
        ck_assert_status(section_check_file(SEC_COMMIT, 2), STATUS_SUCCESS);
        ck_assert_status(section_check_file(SEC_IMAGE, 0x20), STATUS_SUCCESS);
        ck_assert_status(section_check_file(SEC_COMMIT | SEC_LARGE_PAGES, 0x1234),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(section_check_file(SEC_COMMIT, 0), STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(section_check_file(SEC_COMMIT | SEC_LARGE_PAGES | SEC_BASED, 2),
                        STATUS_INVALID_PARAMETER_6);
        ck_assert_status(section_check_file(SEC_COMMIT | SEC_BASED, 2), STATUS_NOT_SUPPORTED);
}
END_TEST

/* By-tests 1.9: sizes; by-kernel 1.8: rows 15 and 16. */
START_TEST(a_file_s_section_is_as_large_as_asked_or_as_the_file) {
        uint64_t size = 77;

        ck_assert_status(section_check_file_size(2, 0, 0, &size), STATUS_MAPPED_FILE_SIZE_ZERO);
        ck_assert_status(section_check_file_size(2, 1, 0, &size), STATUS_SECTION_TOO_BIG);
        ck_assert_status(section_check_file_size(8, 101, 100, &size), STATUS_SECTION_TOO_BIG);
        ck_assert_status(
                        section_check_file_size(4, 1ull << 63, 100, &size), STATUS_SECTION_TOO_BIG);
        ck_assert_uint_eq(size, 77);
        ck_assert_status(section_check_file_size(2, 0, 0x3456, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, 0x3456);
        ck_assert_status(section_check_file_size(2, 36, 0x3456, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, 36);
        ck_assert_status(section_check_file_size(4, 101, 100, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, 101);
        ck_assert_status(section_check_file_size(0x40, 1, 0, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, 1);
}
END_TEST

START_TEST(a_file_s_section_reports_neither_commit_nor_reserve) {
        ck_assert_uint_eq(section_file_reported_attributes(SEC_COMMIT), SEC_FILE);
        ck_assert_uint_eq(section_file_reported_attributes(SEC_RESERVE), SEC_FILE);
        ck_assert_uint_eq(section_file_reported_attributes(SEC_COMMIT | SEC_NOCACHE),
                        SEC_FILE | SEC_NOCACHE);
        ck_assert_uint_eq(section_file_reported_attributes(SEC_RESERVE | SEC_WRITECOMBINE),
                        SEC_FILE | SEC_WRITECOMBINE);
}
END_TEST

START_TEST(views_write_to_the_file_only_where_no_copy_is_made) {
        for (ULONG protection = 1; protection < 0x100; protection <<= 1)
                ck_assert(protection_writes(protection) ==
                                (protection == PAGE_READWRITE ||
                                                protection == PAGE_EXECUTE_READWRITE));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, protections_need_their_rights_on_the_file);
        tcase_add_test(tests, a_file_s_section_is_refused_for_its_protection_before_its_kind);
        tcase_add_test(tests, a_file_s_section_is_as_large_as_asked_or_as_the_file);
        tcase_add_test(tests, a_file_s_section_reports_neither_commit_nor_reserve);
        tcase_add_test(tests, views_write_to_the_file_only_where_no_copy_is_made);
        tcase_add_test(tests, a_protection_is_valid_as_the_rule_says);
        tcase_add_test(tests, a_view_needs_the_rights_of_its_protection);
        tcase_add_test(tests, views_are_allowed_as_the_table_says);
        tcase_add_test(tests, modifiers_of_a_view_do_not_matter_to_the_section);
        tcase_add_test(tests, every_combination_of_section_flags_is_judged_by_rows_1_to_4);
        tcase_add_test(tests, section_flags_are_judged_as_tests_on_windows_have_it);
        tcase_add_test(tests, flags_are_judged_before_the_protection_and_only_modifiers_at_first);
        tcase_add_test(tests, every_base_protection_but_noaccess_makes_a_section);
        tcase_add_test(tests, a_size_is_refused_in_the_order_of_the_table);
        tcase_add_test(tests, large_pages_are_whole);
        tcase_add_test(tests, a_section_reports_the_flags_that_tests_on_windows_see);
}

int main(void) {
        return suite_main("section-rules", 60, add_tests);
}
