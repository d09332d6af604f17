#include <glib.h>
#include <stdarg.h>
#include <unistd.h>

#include "options.h"
#include "suite.h"

/* Parses the words that follow, up to NULL. */
static bool parse(Options *options, ...) {
        g_autoptr(GPtrArray) words = g_ptr_array_new();
        g_autoptr(GError) error = NULL;
        const char *word = "ntobjd";
        va_list list;
        bool parsed;

        *options = (Options){ 0 };
        va_start(list, options);
        do
                g_ptr_array_add(words, (char *) word);
        while ((word = va_arg(list, const char *)));
        va_end(list);
        g_ptr_array_add(words, NULL);

        parsed = options_parse((char **) words->pdata, options, &error);
        ck_assert_int_eq(parsed, error == NULL);
        return parsed;
}

static void expect_refused(const char *option, const char *value) {
        Options options;

        ck_assert(!parse(&options, option, value, NULL));
        options_clear(&options);
}

START_TEST(without_options_the_address_is_the_users_own) {
        Options options;

        g_setenv("XDG_RUNTIME_DIR", "/run/user/77", TRUE);
        ck_assert(parse(&options, NULL));
        ck_assert_str_eq(options.address, "/run/user/77/ntobjd/socket");
        ck_assert(options.own);
        ck_assert(!options.system);
        ck_assert(!options.foreground);
        ck_assert_int_eq(options.print_address, -1);
        ck_assert_uint_eq(options.idle_exit, 0);
        options_clear(&options);

        g_unsetenv("XDG_RUNTIME_DIR");
        ck_assert(parse(&options, NULL));
        ck_assert(g_str_has_prefix(options.address, "/tmp/ntobjd-"));
        ck_assert(options.own);
        options_clear(&options);
}
END_TEST

START_TEST(the_users_own_address_is_known_when_it_is_spelled_out) {
        Options options;

        g_setenv("XDG_RUNTIME_DIR", "/run/user/77", TRUE);
        ck_assert(parse(&options, "--address", "/run/user/77/ntobjd/socket", NULL));
        ck_assert(options.own);
        options_clear(&options);
        ck_assert(parse(&options, "--address", "/run/user/77/socket", NULL));
        ck_assert(!options.own);
        options_clear(&options);
}
END_TEST

START_TEST(the_system_address_and_a_system_instance_mean_each_other) {
        Options options;

        ck_assert(parse(&options, "--address", "system", NULL));
        ck_assert(options.system);
        ck_assert_str_eq(options.address, "/run/ntobjd/socket");
        options_clear(&options);
        ck_assert(parse(&options, "--system", NULL));
        ck_assert_str_eq(options.address, "/run/ntobjd/socket");
        options_clear(&options);
        ck_assert(parse(&options, "--system", "--address", "/a/b", NULL));
        ck_assert(options.system);
        ck_assert_str_eq(options.address, "/a/b");
        options_clear(&options);
}
END_TEST

START_TEST(relative_paths_are_made_absolute) {
        Options options;

        ck_assert_int_eq(chdir("/usr"), 0);
        ck_assert(parse(&options, "--address", "socket", "--config", "../x.conf", NULL));
        ck_assert_str_eq(options.address, "/usr/socket");
        ck_assert_str_eq(options.config, "/x.conf");
        options_clear(&options);
}
END_TEST

START_TEST(what_cannot_be_meant_is_refused) {
        g_autofree char *long_path = g_strnfill(300, 'x');

        expect_refused("--address", "");
        expect_refused("--address", long_path);
        expect_refused("--idle-exit", "-1");
        expect_refused("--idle-exit", "soon");
        expect_refused("--print-address", "9999");
        expect_refused("--print-address", "-2");
        expect_refused("--log-level", "loud");
        expect_refused("--no-such-option", NULL);
        expect_refused("word", NULL);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, without_options_the_address_is_the_users_own);
        tcase_add_test(tests, the_users_own_address_is_known_when_it_is_spelled_out);
        tcase_add_test(tests, the_system_address_and_a_system_instance_mean_each_other);
        tcase_add_test(tests, relative_paths_are_made_absolute);
        tcase_add_test(tests, what_cannot_be_meant_is_refused);
}

int main(void) {
        return suite_main("options", 10, add_tests);
}
