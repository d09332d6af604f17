#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "log.h"
#include "suite.h"

typedef struct Fixture {
        int ends[2];
        Log log;
        char text[4096];
} Fixture;

static void fixture_init(Fixture *fixture, LogLevel level) {
        ck_assert_int_eq(pipe2(fixture->ends, O_CLOEXEC | O_NONBLOCK), 0);
        fixture->log = (Log){ .level = level, .fd = fixture->ends[1] };
}

static void fixture_clear(Fixture *fixture) {
        fd_close(fixture->ends[0]);
        fd_close(fixture->ends[1]);
}

/* All that was written since the last time. */
static const char *written(Fixture *fixture) {
        ssize_t n = read(fixture->ends[0], fixture->text, sizeof(fixture->text) - 1);

        fixture->text[n > 0 ? n : 0] = '\0';
        return fixture->text;
}

START_TEST(a_message_is_one_line_with_its_level_in_front) {
        Fixture fixture;

        fixture_init(&fixture, LOG_LEVEL_INFO);
        log_error(&fixture.log, "pid %d", 7);
        ck_assert_str_eq(written(&fixture), "<3>pid 7\n");
        log_warning(&fixture.log, "w");
        log_info(&fixture.log, "i");
        log_debug(&fixture.log, "not so important");
        ck_assert_str_eq(written(&fixture), "<4>w\n<6>i\n");
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_message_stays_one_line_whatever_it_quotes) {
        Fixture fixture;

        fixture_init(&fixture, LOG_LEVEL_INFO);
        log_info(&fixture.log, "%s", "a\n<0>forged\x1b[2J\x7f");
        ck_assert_str_eq(written(&fixture), "<6>a?<0>forged?[2J?\n");
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_message_that_is_too_long_is_cut_and_keeps_its_newline) {
        Fixture fixture;
        char word[3000];
        const char *text;

        memset(word, 'x', sizeof(word));
        word[sizeof(word) - 1] = '\0';
        fixture_init(&fixture, LOG_LEVEL_INFO);
        log_info(&fixture.log, "%s", word);
        text = written(&fixture);
        ck_assert_uint_ge(strlen(text), 1000);
        ck_assert_uint_le(strlen(text), 1024);
        ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(logging_keeps_errno_even_when_nobody_can_be_told) {
        Log log = { .level = LOG_LEVEL_INFO, .fd = -1 };

        errno = EXDEV;
        log_info(&log, "lost");
        ck_assert_int_eq(errno, EXDEV);
        log_info(NULL, "nowhere");
        ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(levels_are_known_by_their_words_only) {
        LogLevel level = LOG_LEVEL_ERROR;

        ck_assert(log_level_parse("debug", &level));
        ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
        ck_assert(!log_level_parse("DEBUG", &level));
        ck_assert(!log_level_parse("", &level));
        ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
}
END_TEST

START_TEST(a_flood_is_cut_and_counted) {
        LogLimit limit = { 0 };
        unsigned n_suppressed = 99, n_passed = 0;

        for (unsigned i = 0; i < 1000; i++)
                n_passed += log_limit_pass(&limit, 5000 + i, &n_suppressed);
        ck_assert_uint_eq(n_passed, LOG_LIMIT_BURST);
        ck_assert_uint_eq(n_suppressed, 0);

        ck_assert(log_limit_pass(&limit, 5000 + LOG_LIMIT_INTERVAL, &n_suppressed));
        ck_assert_uint_eq(n_suppressed, 1000 - LOG_LIMIT_BURST);
        ck_assert(log_limit_pass(&limit, 5001 + LOG_LIMIT_INTERVAL, &n_suppressed));
        ck_assert_uint_eq(n_suppressed, 0);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_message_is_one_line_with_its_level_in_front);
        tcase_add_test(tests, a_message_stays_one_line_whatever_it_quotes);
        tcase_add_test(tests, a_message_that_is_too_long_is_cut_and_keeps_its_newline);
        tcase_add_test(tests, logging_keeps_errno_even_when_nobody_can_be_told);
        tcase_add_test(tests, levels_are_known_by_their_words_only);
        tcase_add_test(tests, a_flood_is_cut_and_counted);
}

int main(void) {
        return suite_main("log", 10, add_tests);
}
