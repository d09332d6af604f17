#include <string.h>

#include "builtin.h"
#include "crt-ctype.h"
#include "crt-math.h"
#include "crt-path.h"
#include "crt.h"
#include "errors.h"
#include "suite.h"

/* The values and their ranges were the same in Wine 8's ntdll. */
START_TEST(kinds_of_characters_are_microsofts_bits) {
        ck_assert_int_eq(crt_isalpha('A'), 1);
        ck_assert_int_eq(crt_isalpha('z'), 2);
        ck_assert_int_eq(crt_isalnum('5'), 4);
        ck_assert_int_eq(crt_isspace('\t'), 8);
        ck_assert_int_eq(crt_isspace(' '), 8);
        ck_assert_int_eq(crt_ispunct('!'), 16);
        ck_assert_int_eq(crt_iscntrl(127), 32);
        ck_assert_int_eq(crt_isprint(' '), 64);
        ck_assert_int_eq(crt_isprint('\t'), 0);
        ck_assert_int_eq(crt_isxdigit('f'), 128);
        ck_assert_int_eq(crt_isxdigit('g'), 0);
        ck_assert_int_eq(crt_isalpha(-1), 0);
        ck_assert_int_eq(crt_isalpha(0xE9), 0);
        ck_assert_int_eq(crt_isgraph(' '), 0);
        ck_assert_int_eq(crt_iswalpha(u'A'), 0x101);
        ck_assert_int_eq(crt_iswalpha(0xE9), 0x102);
        ck_assert_int_eq(crt_iswalpha(0xD7), 0);
        ck_assert_int_eq(crt_iswalpha(0x100), 0);
        ck_assert_int_eq(crt_iswspace(0xA0), 8);
        ck_assert_int_eq(crt_iswdigit(0xB2), 4);
        ck_assert_int_eq(crt_iswctype('A', 0xFFFF), 0x181);
        ck_assert_int_eq(crt_iswctype('5', 0xFFFF), 0x84);
        ck_assert_int_eq(crt_iswctype('\t', 0xFFFF), 0x68);
        ck_assert_int_eq(crt_iswctype(' ', 0xFFFF), 0x48);
        ck_assert_int_eq(crt___iscsym('_'), 1);
        ck_assert_int_eq(crt___iscsymf('5'), 0);
}
END_TEST

START_TEST(letters_change_their_case) {
        ck_assert_int_eq(crt_toupper('a'), 'A');
        ck_assert_int_eq(crt_toupper(0xE9), 0xE9);
        ck_assert_int_eq(crt_tolower('Z'), 'z');
        ck_assert_int_eq(crt__tolower('A'), 'a');
        ck_assert_uint_eq(crt_towupper(0xE9), 0xC9);
        ck_assert_uint_eq(crt_towupper(0xFF), 0x178);
        ck_assert_uint_eq(crt_towupper(0x3B1), 0x391);
        ck_assert_uint_eq(crt_towlower(0xC9), 0xE9);
        ck_assert_uint_eq(crt_towlower(0xD7), 0xD7);
        ck_assert_uint_eq(crt_towlower(0x391), 0x391);
        ck_assert_uint_eq(crt_towlower(0xDF), 0xDF);
}
END_TEST

static void expect_parts(const char *path, const char *want) {
        char drive[3], folder[64], file[64], extension[64], all[256];

        ck_assert_int_eq(crt__splitpath_s(path, drive, sizeof(drive), folder, sizeof(folder), file,
                                         sizeof(file), extension, sizeof(extension)),
                        0);
        strcpy(all, drive);
        strcat(strcat(strcat(all, "|"), folder), "|");
        strcat(strcat(strcat(all, file), "|"), extension);
        ck_assert_str_eq(all, want);
}

START_TEST(paths_are_taken_apart) {
        char small[3], name[8] = "x";

        expect_parts("c:\\dir/sub\\name.tar.gz", "c:|\\dir/sub\\|name.tar|.gz");
        expect_parts("name", "||name|");
        expect_parts("a.b\\c", "|a.b\\|c|");
        expect_parts(".rc", "|||.rc");
        expect_parts("d:", "d:|||");
        expect_parts("", "|||");
        ck_assert_int_eq(crt__splitpath_s("x\\longname.c", NULL, 0, NULL, 0, small, 3, name, 8),
                        CRT_ERANGE);
        ck_assert_str_eq(small, "");
        ck_assert_str_eq(name, "");
        ck_assert_int_eq(crt__splitpath_s("a", NULL, 5, NULL, 0, NULL, 0, NULL, 0), CRT_EINVAL);
        ck_assert_int_eq(crt__splitpath_s(NULL, NULL, 0, NULL, 0, name, 8, NULL, 0), CRT_EINVAL);
}
END_TEST

START_TEST(paths_are_put_together) {
        char path[32];
        WCHAR wide[8];

        ck_assert_int_eq(crt__makepath_s(path, sizeof(path), "c", "dir", "name", "c"), 0);
        ck_assert_str_eq(path, "c:dir\\name.c");
        ck_assert_int_eq(crt__makepath_s(path, sizeof(path), NULL, "dir/", "name", ".c"), 0);
        ck_assert_str_eq(path, "dir/name.c");
        ck_assert_int_eq(crt__makepath_s(path, 5, NULL, NULL, "name", "c"), CRT_ERANGE);
        ck_assert_str_eq(path, "");
        ck_assert_int_eq(crt__makepath_s(NULL, 5, NULL, NULL, "name", "c"), CRT_EINVAL);
        ck_assert_int_eq(crt__wmakepath_s(wide, 8, u"c:", NULL, u"n", u"c"), 0);
        ck_assert_mem_eq(wide, u"c:n.c", 12);
}
END_TEST

START_TEST(arithmetic_is_done_in_microsofts_convention) {
        ck_assert_double_eq(crt_sqrt(2.25), 1.5);
        ck_assert_double_eq(crt_pow(2, 10), 1024);
        ck_assert_double_eq(crt_floor(-1.5), -2);
        ck_assert_double_eq(crt_ceil(-1.5), -1);
        ck_assert_double_eq_tol(crt_atan2(1, 1) * 4, 3.14159265358979, 1e-12);
        ck_assert_double_eq(crt_fabs(-3), 3);
        ck_assert_int_eq(crt_abs(-5), 5);
        ck_assert_int_eq(crt_abs(INT32_MIN), INT32_MIN);
        ck_assert_int_eq(crt_labs(-5), 5);
}
END_TEST

static const void *function(const char *name) {
        for (size_t i = 0; i < crt_n_functions; i++) {
                if (strcmp(crt_functions[i].name, name) == 0)
                        return crt_functions[i].address;
        }
        ck_abort_msg("%s is not in the table", name);
        return NULL;
}

/* _setjmp, in a way that tells the compiler what it does. */
int NTAPI set_jump(void *buffer, void *frame) __asm__("crt__setjmp") __attribute__((returns_twice));
typedef void(NTAPI *LongJump)(void *buffer, int value);

static __attribute__((noinline)) void jump(void *buffer, int value) {
        LongJump longjmp_function = (LongJump) function("longjmp");

        longjmp_function(buffer, value);
}

START_TEST(a_jump_comes_back_with_its_value) {
        static __attribute__((aligned(16))) uint64_t buffer[32];
        static volatile int n_returns;
        int value;

        ck_assert_ptr_eq(function("_setjmp"), (const void *) set_jump);
        value = set_jump(buffer, NULL);
        n_returns = n_returns + 1;
        if (n_returns == 1) {
                ck_assert_int_eq(value, 0);
                jump(buffer, 7);
        }
        if (n_returns == 2) {
                ck_assert_int_eq(value, 7);
                jump(buffer, 0);
        }
        ck_assert_int_eq(value, 1);
        ck_assert_int_eq(n_returns, 3);
}
END_TEST

/* As compilers call it: the size is in rax, and all registers are kept. */
START_TEST(stack_probes_keep_registers) {
        const void *probe = function("__chkstk");
        uint64_t kept = 0x10000, r10 = 1, r11 = 2, rcx = 3;

        __asm__ volatile("lea -0x20000(%%rsp), %%rsp\n\t"
                         "mov %[r10], %%r10\n\tmov %[r11], %%r11\n\tmov %[rcx], %%rcx\n\t"
                         "call *%[probe]\n\t"
                         "mov %%r10, %[r10]\n\tmov %%r11, %[r11]\n\tmov %%rcx, %[rcx]\n\t"
                         "lea 0x20000(%%rsp), %%rsp"
                         : "+a"(kept), [r10] "+b"(r10), [r11] "+S"(r11), [rcx] "+D"(rcx)
                         : [probe] "r"(probe)
                         : "rcx", "r10", "r11", "memory", "cc");
        ck_assert_uint_eq(kept, 0x10000);
        ck_assert_uint_eq(r10, 1);
        ck_assert_uint_eq(r11, 2);
        ck_assert_uint_eq(rcx, 3);
}
END_TEST

START_TEST(the_table_names_each_function_once) {
        ck_assert_uint_gt(crt_n_functions, 180);
        for (size_t i = 0; i < crt_n_functions; i++) {
                ck_assert_ptr_nonnull(crt_functions[i].address);
                for (size_t j = 0; j < i; j++)
                        ck_assert_str_ne(crt_functions[i].name, crt_functions[j].name);
        }
        ck_assert_int_eq(*(const int *) function("_fltused"), 0x9875);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, kinds_of_characters_are_microsofts_bits);
        tcase_add_test(tests, letters_change_their_case);
        tcase_add_test(tests, paths_are_taken_apart);
        tcase_add_test(tests, paths_are_put_together);
        tcase_add_test(tests, arithmetic_is_done_in_microsofts_convention);
        tcase_add_test(tests, a_jump_comes_back_with_its_value);
        tcase_add_test(tests, stack_probes_keep_registers);
        tcase_add_test(tests, the_table_names_each_function_once);
}

int main(void) {
        return suite_main("crt-other", 60, add_tests);
}
