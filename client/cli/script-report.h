#pragma once

/*
 * What is said of a script that runs: TAP, or one JSON object
 */

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "script.h"

typedef enum TestResult {
        TEST_PASSED,
        TEST_FAILED,
        TEST_SKIPPED, /* not run, as something before it failed */
} TestResult;

typedef struct Report {
        const Script *script;
        bool as_json;
        FILE *out;
        JsonWriter json;
        guint n_results[3]; /* by TestResult */
} Report;

void report_begin(Report *report, const Script *script, bool as_json, FILE *out);

/**
 * report_test() - a test is over
 * @failed:  the step that failed last, or NULL
 * @problem: what was wrong with it, lines; or NULL
 */
void report_test(Report *report,
                guint index,
                TestResult result,
                const Step *failed,
                const char *problem);

void report_end(Report *report);
