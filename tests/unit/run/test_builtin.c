/*
 * The built-in modules, and where DLLs are looked for: what needs no daemon.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assert-status.h"
#include "builtin-module.h"
#include "dll-search.h"
#include "dos-file.h"
#include "ntstatus.h"
#include "suite.h"

#define UNITS(literal) (literal), (sizeof(literal) / sizeof(WCHAR) - 1)

static BuiltinModule *ntdll(void) {
        return builtin_module_new(builtin_source_find(UNITS(u"NtDll.DLL")));
}

START_TEST(every_name_of_ntdll_is_there_once) {
        BuiltinModule *module = ntdll();

        ck_assert_ptr_nonnull(module);
        ck_assert_uint_gt(module->n_functions, 300);
        ck_assert_uint_lt(module->n_functions, 65536);
        for (size_t i = 0; i < module->n_functions; i++) {
                ck_assert_ptr_nonnull(module->functions[i].address);
                if (i > 0)
                        ck_assert_msg(strcmp(module->functions[i - 1].name,
                                                      module->functions[i].name) < 0,
                                        "%s is there twice", module->functions[i].name);
        }
        free(module);
}
END_TEST

START_TEST(functions_of_all_parts_are_found_in_ntdll) {
        static const char *const names[] = { "NtClose", "ZwClose", "RtlInitUnicodeString",
                "LdrLoadDll", "RtlImageNtHeader", "memcpy", "_vsnprintf", "RtlExitUserProcess" };
        BuiltinModule *module = ntdll();

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                ck_assert_msg(builtin_module_find(module, names[i]) != NULL, "%s", names[i]);
        ck_assert_ptr_null(builtin_module_find(module, "NtNobodyHasThis"));
        ck_assert_ptr_null(builtin_module_find_ordinal(module, 0));
        ck_assert_ptr_null(builtin_module_find_ordinal(module, (uint32_t) module->n_functions + 1));
        ck_assert_ptr_eq(builtin_module_find_ordinal(module, 1), module->functions[0].address);
        free(module);
}
END_TEST

START_TEST(other_modules_are_not_built_in) {
        ck_assert_ptr_null(builtin_source_find(UNITS(u"kernel32.dll")));
        ck_assert_ptr_null(builtin_source_find(UNITS(u"ntdll.dl")));
        ck_assert_ptr_null(builtin_source_find(UNITS(u"")));
}
END_TEST

START_TEST(a_name_without_extension_is_a_dll) {
        static const struct {
                const WCHAR *name;
                const WCHAR *want;
                size_t n_name;
                size_t n_want;
        } rows[] = {
                { u"a", u"a.dll", 1, 5 },
                { u"a.", u"a", 2, 1 },
                { u"a.b", u"a.b", 3, 3 },
                { u"x.y\\a", u"x.y\\a.dll", 5, 9 },
                { u"", u".dll", 0, 4 },
        };
        WCHAR name[16];

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                size_t n = dll_search_add_extension(rows[i].name, rows[i].n_name, name);

                ck_assert_uint_eq(n, rows[i].n_want);
                ck_assert_mem_eq(name, rows[i].want, n * sizeof(*name));
        }
}
END_TEST

/* A folder with a file in it. Return: its path, for free(). */
static char *make_folder(const char *file) {
        char *folder = NULL, *path = NULL;
        FILE *stream;

        ck_assert_int_gt(asprintf(&folder, "%s/dlls.XXXXXX",
                                         getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp"),
                        0);
        ck_assert_ptr_nonnull(mkdtemp(folder));
        ck_assert_int_gt(asprintf(&path, "%s/%s", folder, file), 0);
        stream = fopen(path, "w");
        ck_assert_ptr_nonnull(stream);
        fclose(stream);
        free(path);
        return folder;
}

static void remove_folder(char *folder, const char *file) {
        char *path = NULL;

        ck_assert_int_gt(asprintf(&path, "%s/%s", folder, file), 0);
        unlink(path);
        rmdir(folder);
        free(path);
        free(folder);
}

START_TEST(a_dll_is_found_without_case_in_the_program_s_folder_first) {
        char *own = make_folder("Some.Dll"), *other = make_folder("some.dll"), *found = NULL;
        const char *paths[] = { other };
        const LoaderOptions options = { .dll_paths = paths, .n_dll_paths = 1 };

        ck_assert_status(dll_search_init(&options, own), STATUS_SUCCESS);
        ck_assert_status(dll_search(NULL, UNITS(u"sOmE.dll"), &found), STATUS_SUCCESS);
        ck_assert_int_eq(strncmp(found, own, strlen(own)), 0);
        ck_assert_str_eq(strrchr(found, '/'), "/Some.Dll");
        free(found);
        ck_assert_status(dll_search_set_default(DLL_SEARCH_SYSTEM32), STATUS_SUCCESS);
        ck_assert_status(dll_search(NULL, UNITS(u"sOmE.dll"), &found), STATUS_SUCCESS);
        ck_assert_str_eq(strrchr(found, '/'), "/some.dll");
        free(found);
        ck_assert_status(dll_search(NULL, UNITS(u"nothere.dll"), &found), STATUS_DLL_NOT_FOUND);
        ck_assert_status(dll_search(NULL, UNITS(u"C:\\some.dll"), &found), STATUS_DLL_NOT_FOUND);
        ck_assert_status(dll_search(NULL, UNITS(u""), &found), STATUS_DLL_NOT_FOUND);
        dll_search_reset();
        remove_folder(own, "Some.Dll");
        remove_folder(other, "some.dll");
}
END_TEST

START_TEST(paths_of_programs_lead_to_files_of_linux) {
        static const struct {
                const WCHAR *path;
                const char *want;
        } rows[] = {
                { u"Z:\\", "/" },
                { u"z:/", "/" },
                { u"\\??\\Z:\\", "/" },
                { u"\\\\?\\z:\\tmp", "/tmp" },
                { u"Z:\\tmp\\..\\TMP\\.", "/tmp" },
                { u"..", "/" },
                { u"", "/tmp" },
                { u"D:\\tmp", NULL },
                { u"Z:tmp", NULL },
                { u"\\\\server\\share", NULL },
                { u"Z:\\no-such-thing-here", NULL },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                size_t n = 0;
                char *found;

                while (rows[i].path[n])
                        n++;
                found = dos_path_find("/tmp", rows[i].path, n);
                if (rows[i].want)
                        ck_assert_pstr_eq(found, rows[i].want);
                else
                        ck_assert_ptr_null(found);
                free(found);
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, every_name_of_ntdll_is_there_once);
        tcase_add_test(tests, functions_of_all_parts_are_found_in_ntdll);
        tcase_add_test(tests, other_modules_are_not_built_in);
        tcase_add_test(tests, a_name_without_extension_is_a_dll);
        tcase_add_test(tests, a_dll_is_found_without_case_in_the_program_s_folder_first);
        tcase_add_test(tests, paths_of_programs_lead_to_files_of_linux);
}

int main(void) {
        return suite_main("builtin", 20, add);
}
