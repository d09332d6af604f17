#include "script-report.h"

#include <string.h>

void report_begin(Report *report, const Script *script, bool as_json, FILE *out) {
        *report = (Report){ .script = script, .as_json = as_json, .out = out };
        if (!as_json) {
                fprintf(out, "TAP version 13\n1..%u\n", script->tests->len);
                fflush(out);
                return;
        }
        json_init(&report->json, out);
        json_begin_object(&report->json, NULL);
        json_uint(&report->json, "version", 1);
        json_string(&report->json, "script", script->file);
        json_begin_array(&report->json, "tests");
}

/* A # would begin what TAP calls a directive. */
static char *tap_name(const char *name) {
        g_auto(GStrv) parts = g_strsplit(name, "#", -1);

        return g_strjoinv("\\#", parts);
}

static void put_comment(FILE *out, const char *text) {
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++)
                fprintf(out, "# %s\n", *line);
}

static void write_tap(const Report *report,
                guint index,
                const ScriptTest *test,
                TestResult result,
                const Step *failed,
                const char *problem) {
        g_autofree char *name = tap_name(test->name);

        fprintf(report->out, "%sok %u - %s%s\n", result == TEST_FAILED ? "not " : "", index + 1,
                        name, result == TEST_SKIPPED ? " # SKIP not run after a failure" : "");
        if (failed) {
                g_autofree char *where = g_strdup_printf(
                                "%s:%u: %s", report->script->file, failed->line, failed->text);

                put_comment(report->out, where);
                put_comment(report->out, problem);
        }
        fflush(report->out);
}

static void write_json(JsonWriter *json,
                const ScriptTest *test,
                TestResult result,
                const Step *failed,
                const char *problem) {
        static const char *const words[] = {
                [TEST_PASSED] = "passed",
                [TEST_FAILED] = "failed",
                [TEST_SKIPPED] = "skipped",
        };

        json_begin_object(json, NULL);
        json_string(json, "name", test->name);
        json_uint(json, "line", test->line);
        json_string(json, "result", words[result]);
        if (failed) {
                json_begin_object(json, "failure");
                json_uint(json, "line", failed->line);
                json_string(json, "step", failed->text);
                json_string(json, "problem", problem);
                json_end_object(json);
        }
        json_end_object(json);
}

void report_test(Report *report,
                guint index,
                TestResult result,
                const Step *failed,
                const char *problem) {
        const ScriptTest *test = report->script->tests->pdata[index];

        report->n_results[result]++;
        if (report->as_json)
                write_json(&report->json, test, result, failed, problem);
        else
                write_tap(report, index, test, result, failed, problem);
}

void report_end(Report *report) {
        if (!report->as_json)
                return;
        json_end_array(&report->json);
        json_uint(&report->json, "passed", report->n_results[TEST_PASSED]);
        json_uint(&report->json, "failed", report->n_results[TEST_FAILED]);
        json_uint(&report->json, "skipped", report->n_results[TEST_SKIPPED]);
        json_end_object(&report->json);
        json_clear(&report->json);
}
