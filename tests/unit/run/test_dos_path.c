#include <stdlib.h>
#include <string.h>

#include "dos-path.h"
#include "suite.h"

/*
 * The current directory is c:\windows. What Windows makes of each path is by Microsoft's "File path
 * formats on Windows systems"; details that it leaves open are what Wine 8's ntdll returns. The two
 * differ in c:\a\...\b, which Microsoft says stays, and in the superscript digits of ports.
 */
typedef struct Case {
        const WCHAR *path;
        DosPathType type;
        ULONG device; /* as RtlIsDosDeviceName_U() answers */
        const WCHAR *full;
        size_t last; /* where the last component begins; 0 for none */
} Case;

/* clang-format off */
static const Case cases[] = {
        { u"", 5, 0x0, u"", 0 },
        { u"a", 5, 0x0, u"c:\\windows\\a", 11 },
        { u"a.txt", 5, 0x0, u"c:\\windows\\a.txt", 11 },
        { u"\\a", 4, 0x0, u"c:\\a", 3 },
        { u"c:", 3, 0x0, u"c:\\windows\\", 0 },
        { u"c:a", 3, 0x0, u"c:\\windows\\a", 11 },
        { u"c:\\a", 2, 0x0, u"c:\\a", 3 },
        { u"c:/a/./b/../c", 2, 0x0, u"c:\\a\\c", 5 },
        { u"c:\\a\\..\\..\\..\\b", 2, 0x0, u"c:\\b", 3 },
        { u"\\\\srv\\share\\a\\..\\..\\b", 1, 0x0, u"\\\\srv\\share\\b", 12 },
        { u"\\\\srv", 1, 0x0, u"\\\\srv", 0 },
        { u"\\\\srv\\", 1, 0x0, u"\\\\srv\\", 0 },
        { u"\\\\srv\\share", 1, 0x0, u"\\\\srv\\share", 6 },
        { u"\\\\srv\\share\\", 1, 0x0, u"\\\\srv\\share\\", 0 },
        { u"\\\\.\\con", 6, 0x80006, u"\\\\.\\con", 0 },
        { u"\\\\.\\pipe\\x", 6, 0x0, u"\\\\.\\pipe\\x", 9 },
        { u"\\\\.\\", 6, 0x0, u"\\\\.\\", 0 },
        { u"\\\\.", 7, 0x0, u"\\\\.\\", 0 },
        { u"\\\\?\\c:\\a", 6, 0x0, u"\\\\?\\c:\\a", 7 },
        { u"\\\\?\\c:\\a\\..\\b", 6, 0x0, u"\\\\?\\c:\\b", 7 },
        { u"\\\\?\\", 6, 0x0, u"\\\\?\\", 0 },
        { u"\\\\?", 7, 0x0, u"\\\\.\\", 0 },
        { u"\\\?\?\\c:\\a", 4, 0x0, u"c:\\?\?\\c:\\a", 9 },
        { u"\\\?\?\\", 4, 0x0, u"c:\\?\?\\", 0 },
        { u"\\\\", 1, 0x0, u"\\\\", 0 },
        { u"\\\\\\a", 1, 0x0, u"\\\\\\a", 3 },
        { u"//srv/share/x", 1, 0x0, u"\\\\srv\\share\\x", 12 },
        { u"//./c:/x", 6, 0x0, u"\\\\.\\c:\\x", 7 },
        { u"//?/c:/x", 6, 0x0, u"\\\\?\\c:\\x", 7 },
        { u"\\/?/c:\\x", 6, 0x0, u"\\\\?\\c:\\x", 7 },
        { u"con", 5, 0x6, u"\\\\.\\con", 0 },
        { u"CON", 5, 0x6, u"\\\\.\\CON", 0 },
        { u"con ", 5, 0x6, u"\\\\.\\con", 0 },
        { u"con:", 5, 0x6, u"\\\\.\\con", 0 },
        { u"con.txt", 5, 0x6, u"\\\\.\\con", 0 },
        { u"c:\\con", 2, 0x60006, u"\\\\.\\con", 0 },
        { u"c:\\foo\\aux.txt", 2, 0xe0006, u"\\\\.\\aux", 0 },
        { u"nul", 5, 0x6, u"\\\\.\\nul", 0 },
        { u"c:nul", 3, 0x40006, u"\\\\.\\nul", 0 },
        { u"lpt1", 5, 0x8, u"\\\\.\\lpt1", 0 },
        { u"lpt0", 5, 0x0, u"c:\\windows\\lpt0", 11 },
        { u"com9", 5, 0x8, u"\\\\.\\com9", 0 },
        { u"com10", 5, 0x0, u"c:\\windows\\com10", 11 },
        { u"com\u00b9", 5, 0x8, u"\\\\.\\com\u00b9", 0 },
        { u"conin$", 5, 0xc, u"\\\\.\\conin$", 0 },
        { u"CONOUT$", 5, 0xe, u"\\\\.\\CONOUT$", 0 },
        { u"c:conout$", 3, 0x4000e, u"\\\\.\\conout$", 0 },
        { u"nul:", 5, 0x6, u"\\\\.\\nul", 0 },
        { u"nul: x", 5, 0x6, u"\\\\.\\nul", 0 },
        { u"nul . .", 5, 0x6, u"\\\\.\\nul", 0 },
        { u"prn.  a", 5, 0x6, u"\\\\.\\prn", 0 },
        { u"a. ", 5, 0x0, u"c:\\windows\\a", 11 },
        { u"a..", 5, 0x0, u"c:\\windows\\a", 11 },
        { u"a . . .", 5, 0x0, u"c:\\windows\\a", 11 },
        { u"a.\\b", 5, 0x0, u"c:\\windows\\a\\b", 13 },
        { u"a \\b", 5, 0x0, u"c:\\windows\\a \\b", 14 },
        { u"c:\\a\\b.\\..", 2, 0x0, u"c:\\a", 3 },
        { u"...", 5, 0x0, u"c:\\windows\\", 0 },
        { u".", 5, 0x0, u"c:\\windows", 3 },
        { u"..", 5, 0x0, u"c:\\", 0 },
        { u"c:.", 3, 0x0, u"c:\\windows", 3 },
        { u"c:..", 3, 0x0, u"c:\\", 0 },
        { u"d:", 3, 0x0, u"d:\\", 0 },
        { u"d:x", 3, 0x0, u"d:\\x", 3 },
        { u"d:\\", 2, 0x0, u"d:\\", 0 },
        { u"z:\\x/y//z", 2, 0x0, u"z:\\x\\y\\z", 7 },
        { u"c:\\\\a\\\\b", 2, 0x0, u"c:\\a\\b", 5 },
        { u"c:\\a\\", 2, 0x0, u"c:\\a\\", 0 },
        { u"c:\\a\\.", 2, 0x0, u"c:\\a", 3 },
        { u"c:\\a\\..", 2, 0x0, u"c:\\", 0 },
        { u" a", 5, 0x0, u"c:\\windows\\ a", 11 },
        { u"  ", 5, 0x0, u"", 0 },
        { u" con", 5, 0x0, u"c:\\windows\\ con", 11 },
        { u"c:\\a\\b:c", 2, 0x0, u"c:\\a\\b:c", 5 },
        { u"\\", 4, 0x0, u"c:\\", 0 },
        { u"/", 4, 0x0, u"c:\\", 0 },
        { u"\\.", 4, 0x0, u"c:\\", 0 },
        { u"\\..", 4, 0x0, u"c:\\", 0 },
        { u"1:\\a", 2, 0x0, u"1:\\a", 3 },
        { u"@:\\a", 2, 0x0, u"@:\\a", 3 },
        { u"\u00e9:\\a", 2, 0x0, u"\u00e9:\\a", 3 },
        { u"c:\\a\\...\\b", 2, 0x0, u"c:\\a\\...\\b", 9 },
        { u"c:\\...", 2, 0x0, u"c:\\", 0 },
        { u"\\\\.\\c:\\a\\..\\b", 6, 0x0, u"\\\\.\\c:\\b", 7 },
        { u"\\\\.\\c:\\..\\..", 6, 0x0, u"\\\\.\\", 0 },
        { u"\\\\srv\\share\\..", 1, 0x0, u"\\\\srv\\share\\", 0 },
        { u"\\\\srv\\share\\a\\.\\", 1, 0x0, u"\\\\srv\\share\\a\\", 0 },
        { u"\\\\?\\unc\\srv\\share", 6, 0x0, u"\\\\?\\unc\\srv\\share", 12 },
        { u"\\\\.\\unc\\s\\h\\..\\x", 6, 0x0, u"\\\\.\\unc\\s\\x", 10 },
        { u"a\\con", 5, 0x40006, u"\\\\.\\con", 0 },
        { u"a/nul.x", 5, 0x40006, u"\\\\.\\nul", 0 },
        { u"c:\\nul\\b", 2, 0x0, u"c:\\nul\\b", 7 },
        { u"\\\?\?", 4, 0x0, u"c:\\?\?", 3 },
        { u"\\\\\?\?\\c:", 1, 0x0, u"\\\\?\?\\c:", 5 },
        { u"\\.\\x", 4, 0x0, u"c:\\x", 3 },
        { u"clock$", 5, 0x0, u"c:\\windows\\clock$", 11 },
        { u"aux ", 5, 0x6, u"\\\\.\\aux", 0 },
        { u"aux..", 5, 0x6, u"\\\\.\\aux", 0 },
        { u"com1:x", 5, 0x8, u"\\\\.\\com1", 0 },
        { u"com1.x:y", 5, 0x8, u"\\\\.\\com1", 0 },
        { u"x:con", 3, 0x40006, u"\\\\.\\con", 0 },
};
/* clang-format on */

static const DosPlace in_windows = { .current = u"c:\\windows\\", .n_current = 11 };

static size_t length_of(const WCHAR *string) {
        size_t n = 0;

        while (string[n])
                n++;
        return n;
}

static DosPath path_new(void) {
        DosPath path = { .units = malloc(DOS_PATH_MAX * sizeof(WCHAR)) };

        ck_assert_ptr_nonnull(path.units);
        return path;
}

/* The place of c:\windows, which is the current directory of drive c too. */
static DosPlace place_for(const WCHAR *path) {
        DosPlace place = in_windows;

        if (path[0] == 'c') {
                place.drive = place.current;
                place.n_drive = place.n_current;
        }
        return place;
}

START_TEST(kinds_of_path_are_told_apart) {
        ck_assert_uint_eq(dos_path_type(cases[_i].path, length_of(cases[_i].path)), cases[_i].type);
}
END_TEST

START_TEST(devices_are_known_by_their_names) {
        size_t at = 0;
        size_t n = dos_path_device(cases[_i].path, length_of(cases[_i].path), &at);

        ck_assert_uint_eq(n == 0 ? 0 : at << 17 | n << 1, cases[_i].device);
}
END_TEST

START_TEST(full_paths_are_made) {
        const Case *one = &cases[_i];
        DosPlace place = place_for(one->path);
        DosPath path = path_new();
        bool made = dos_path_full(&place, one->path, length_of(one->path), &path);
        size_t last = made ? dos_path_last(&path) : 0;

        ck_assert_int_eq(made, *one->full != 0);
        if (made) {
                ck_assert_uint_eq(path.n, length_of(one->full));
                ck_assert_mem_eq(path.units, one->full, path.n * sizeof(WCHAR));
                ck_assert_uint_eq(last == path.n ? 0 : last, one->last);
        }
        free(path.units);
}
END_TEST

START_TEST(a_share_is_a_root_too) {
        DosPlace place = { .current = u"\\\\srv\\share\\a\\", .n_current = 14 };
        DosPath path = path_new();

        ck_assert(dos_path_full(&place, u"..\\..\\..\\b", 10, &path));
        ck_assert_uint_eq(path.n, 13);
        ck_assert_mem_eq(path.units, u"\\\\srv\\share\\b", 26);
        ck_assert(dos_path_full(&place, u"\\b", 2, &path));
        ck_assert_mem_eq(path.units, u"\\\\srv\\share\\b", 26);
        free(path.units);
}
END_TEST

START_TEST(what_is_too_long_is_no_path) {
        size_t n = 40000;
        WCHAR *name = malloc(n * sizeof(WCHAR));
        DosPath path = path_new();

        for (size_t i = 0; i < n; i++)
                name[i] = 'a';
        ck_assert(!dos_path_full(&in_windows, name, n, &path));
        ck_assert(path.overflow);
        ck_assert(!dos_path_full(&in_windows, name, DOS_PATH_MAX - 10, &path));
        ck_assert(dos_path_full(&in_windows, name, DOS_PATH_MAX - 11, &path));
        ck_assert_uint_eq(path.n, DOS_PATH_MAX);
        free(name);
        free(path.units);
}
END_TEST

static void add_tests(TCase *tests) {
        int n = sizeof(cases) / sizeof(cases[0]);

        tcase_add_loop_test(tests, kinds_of_path_are_told_apart, 0, n);
        tcase_add_loop_test(tests, devices_are_known_by_their_names, 0, n);
        tcase_add_loop_test(tests, full_paths_are_made, 0, n);
        tcase_add_test(tests, a_share_is_a_root_too);
        tcase_add_test(tests, what_is_too_long_is_no_path);
}

int main(void) {
        return suite_main("dos-path", 30, add_tests);
}
