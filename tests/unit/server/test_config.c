#include <glib.h>
#include <string.h>

#include "config.h"
#include "scratch.h"
#include "suite.h"
#include "token.h"

/* Loads @text as a file; the error's text, or NULL, is the caller's. */
static char *load(const char *text, Config *config) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *path = g_build_filename(scratch_path(scratch), "ntobjd.conf", NULL);
        g_autoptr(GError) error = NULL;

        ck_assert(g_file_set_contents(path, text, -1, NULL));
        if (config_load(config, path, &error))
                return NULL;
        ck_assert_ptr_nonnull(strstr(error->message, "ntobjd.conf"));
        return g_strdup(error->message);
}

static void expect(const char *text, QuotaKind kind, uint64_t limit) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 };

        error = load(text, &config);
        ck_assert_msg(!error, "%s", error);
        ck_assert_uint_eq(config.limits.limit[kind], limit);
}

/* The error must name @word, and the configuration must stay as it was. */
static void expect_error(const char *text, const char *word) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 };

        config.max_parked = 0x55555555;
        error = load(text, &config);
        ck_assert_ptr_nonnull(error);
        ck_assert_msg(strstr(error, word) != NULL, "\"%s\" does not name \"%s\"", error, word);
        ck_assert_uint_eq(config.max_parked, 0x55555555);
}

START_TEST(an_empty_file_has_the_defaults) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 }, defaults = { 0 };

        config_init(&defaults);
        error = load("# nothing\n", &config);
        ck_assert_ptr_null(error);
        ck_assert_mem_eq(&config.limits, &defaults.limits, sizeof(config.limits));
        ck_assert_uint_eq(config.max_parked, 4096);
        ck_assert_int_eq(config.log_level, LOG_LEVEL_INFO);
}
END_TEST

START_TEST(every_limit_can_be_set_by_its_name) {
        for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
                g_autofree char *text =
                                g_strdup_printf("[limits]\n%s=123\n", quota_kind_name(kind));

                expect(text, kind, 123);
        }
}
END_TEST

START_TEST(amounts_have_units_of_1024) {
        expect("[limits]\nobjects=0\n", QUOTA_OBJECTS, 0);
        expect("[limits]\nobjects=3K\n", QUOTA_OBJECTS, 3072);
        expect("[limits]\nobjects=3M\n", QUOTA_OBJECTS, 3145728);
        expect("[limits]\nsection-bytes=2G\n", QUOTA_SECTION_BYTES, 2147483648);
        expect("[limits]\nsection-bytes=1T\n", QUOTA_SECTION_BYTES, 1099511627776);
        expect("[limits]\nobjects=18446744073709551615\n", QUOTA_OBJECTS, UINT64_MAX);
}
END_TEST

START_TEST(amounts_that_make_no_sense_are_refused_by_name) {
        expect_error("[limits]\nobjects=\n", "objects");
        expect_error("[limits]\nobjects=many\n", "objects");
        expect_error("[limits]\nobjects=-1\n", "objects");
        expect_error("[limits]\nobjects=1.5M\n", "objects");
        expect_error("[limits]\nobjects=M\n", "objects");
        expect_error("[limits]\nobjects=1KK\n", "objects");
        expect_error("[limits]\nobjects=18446744073709551616\n", "objects");
        expect_error("[limits]\nobjects=16777216T\n", "objects");
        expect_error("[limits]\nmax-parked=1048577\n", "max-parked");
}
END_TEST

START_TEST(what_is_not_known_is_an_error_that_names_it) {
        expect_error("[limits]\nobjetcs=5\n", "objetcs");
        expect_error("[limmits]\nobjects=5\n", "limmits");
        expect_error("[daemon]\nlog-file=x\n", "log-file");
        expect_error("[daemon]\nlog-level=loud\n", "log-level");
        expect_error("[daemon]\nknown-dlls=folder\n", "known-dlls");
        expect_error("objects=5\n", "ntobjd.conf");
        expect_error("[limits]\nobjects=5\n[limits]\nrubbish\n", "ntobjd.conf");
}
END_TEST

START_TEST(the_rest_is_read_too) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 };

        error = load("[daemon]\nlog-level=debug\nknown-dlls=/a folder\n[limits]\nmax-parked=7\n",
                        &config);
        ck_assert_msg(!error, "%s", error);
        ck_assert_int_eq(config.log_level, LOG_LEVEL_DEBUG);
        ck_assert_str_eq(config.known_dlls, "/a folder");
        ck_assert_uint_eq(config.max_parked, 7);
}
END_TEST

START_TEST(no_folder_is_no_known_dlls) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 };

        error = load("[daemon]\nknown-dlls=/one\nknown-dlls=\n", &config);
        ck_assert_msg(!error, "%s", error);
        ck_assert_ptr_null(config.known_dlls);
}
END_TEST

static const TokenRule *rule(const Config *config, guint i) {
        ck_assert_uint_lt(i, config->token_rules->len);
        return &g_array_index(config->token_rules, TokenRule, i);
}

START_TEST(privileges_and_sids_are_given_to_users_and_groups) {
        g_autofree char *error = NULL;
        g_auto(Config) config = { 0 };

        error = load("[privileges]\nuser:root=SeLockMemoryPrivilege; sedebugprivilege\n"
                     "[sids]\ngroup:77=S-1-5-32-544;S-1-5-21-1-2-3-1000\n",
                        &config);
        ck_assert_msg(!error, "%s", error);
        ck_assert(!rule(&config, 0)->group);
        ck_assert_uint_eq(rule(&config, 0)->id, 0);
        ck_assert_uint_eq(rule(&config, 0)->privileges,
                        SE_BIT(SE_LOCK_MEMORY_PRIVILEGE) | SE_BIT(SE_DEBUG_PRIVILEGE));
        ck_assert(rule(&config, 1)->group);
        ck_assert_uint_eq(rule(&config, 1)->id, 77);
        ck_assert_uint_eq(rule(&config, 1)->n_sids, 2);
        ck_assert(sid_equal(&rule(&config, 1)->sids[0].sid, &sid_administrators.sid));
}
END_TEST

START_TEST(a_rule_for_nobody_or_of_nothing_known_is_an_error) {
        expect_error("[privileges]\nroot=SeDebugPrivilege\n", "user:NAME");
        expect_error("[privileges]\nuser:no such one=SeDebugPrivilege\n", "no such user");
        expect_error("[privileges]\nuser:0=SeEverythingPrivilege\n", "user:0");
        expect_error("[sids]\ngroup:0=S-1-5-x\n", "SIDs");
}
END_TEST

START_TEST(a_missing_file_is_an_error) {
        g_autoptr(GError) error = NULL;
        g_auto(Config) config = { 0 };

        ck_assert(!config_load(&config, "/nonexistent/ntobjd.conf", &error));
        ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
        ck_assert_ptr_nonnull(strstr(error->message, "/nonexistent/ntobjd.conf"));
}
END_TEST

/* With its comment signs taken off, so that it cannot name a key that does not exist any more. */
START_TEST(the_example_shows_every_key_and_defaults_that_are_true) {
        g_autofree char *text = NULL, *error = NULL;
        g_autoptr(GRegex) sign = g_regex_new("^#([a-z-]+=)", G_REGEX_MULTILINE, 0, NULL);
        g_autofree char *active = NULL;
        g_auto(Config) config = { 0 }, defaults = { 0 };

        ck_assert(g_file_get_contents(EXAMPLE, &text, NULL, NULL));
        active = g_regex_replace(sign, text, -1, 0, "\\1", 0, NULL);
        error = load(active, &config);
        ck_assert_msg(!error, "%s", error);

        config_init(&defaults);
        ck_assert_uint_eq(config.max_parked, defaults.max_parked);
        ck_assert_int_eq(config.log_level, defaults.log_level);
        for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
                g_autofree char *key = g_strdup_printf("\n#%s=", quota_kind_name(kind));

                ck_assert_msg(strstr(text, key) != NULL, "%s is missing", key);
                /* These two follow from RLIMIT_NOFILE; the example has those of the service. */
                if (kind != QUOTA_REPLY_FDS && kind != QUOTA_DESCRIPTORS)
                        ck_assert_uint_eq(config.limits.limit[kind], defaults.limits.limit[kind]);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_empty_file_has_the_defaults);
        tcase_add_test(tests, every_limit_can_be_set_by_its_name);
        tcase_add_test(tests, amounts_have_units_of_1024);
        tcase_add_test(tests, amounts_that_make_no_sense_are_refused_by_name);
        tcase_add_test(tests, what_is_not_known_is_an_error_that_names_it);
        tcase_add_test(tests, the_rest_is_read_too);
        tcase_add_test(tests, no_folder_is_no_known_dlls);
        tcase_add_test(tests, privileges_and_sids_are_given_to_users_and_groups);
        tcase_add_test(tests, a_rule_for_nobody_or_of_nothing_known_is_an_error);
        tcase_add_test(tests, a_missing_file_is_an_error);
        tcase_add_test(tests, the_example_shows_every_key_and_defaults_that_are_true);
}

int main(void) {
        return suite_main("config", 10, add_tests);
}
