#include "script-run.h"

#include "script-check.h"
#include "script-process.h"
#include "script-report.h"

typedef struct Run {
        const Cli *cli;
        const Script *script;
        const RunOptions *options;
        ScriptSetting setting;
        GHashTable *processes; /* name to ScriptProcess */
        GHashTable *variables; /* name to a{sv} */
        Report report;
        CliExit code;

        /* Of the test that runs. */
        GString *problems;
        const Step *failed;
        bool blocked; /* what follows is not run, up to the next named test */
} Run;

G_GNUC_PRINTF(3, 4)
static void fail(Run *run, const Step *step, const char *format, ...) {
        va_list arguments;

        if (run->failed)
                g_string_append_printf(run->problems, "\n%s:%u: %s\n", run->script->file,
                                step->line, step->text);
        va_start(arguments, format);
        g_string_append_vprintf(run->problems, format, arguments);
        va_end(arguments);
        if (!run->failed)
                run->failed = step;
        run->code = cli_worse(run->code, CLI_FAILED);
}

static void set_variable(Run *run, const char *name, GVariant *outputs) {
        g_hash_table_insert(run->variables, g_strdup(name), g_variant_ref(outputs));
}

static bool status_wanted(const Step *step, NTSTATUS status) {
        if (!step || !step->statuses)
                return status == STATUS_SUCCESS;
        for (guint i = 0; i < step->statuses->len; i++) {
                if (g_array_index(step->statuses, NTSTATUS, i) == status)
                        return true;
        }
        return false;
}

static char *describe_wanted(const Step *step) {
        GString *text = g_string_new(NULL);

        if (!step->statuses)
                g_string_append(text, "STATUS_SUCCESS");
        for (guint i = 0; step->statuses && i < step->statuses->len; i++) {
                g_autofree char *name = cli_status_text(g_array_index(step->statuses, NTSTATUS, i));

                g_string_append_printf(text, "%s%s", i ? " or " : "", name);
        }
        return g_string_free(text, FALSE);
}

/* Whether a step went as it should; if not, that is said. */
static bool judge(Run *run, const Step *step, const Outcome *outcome) {
        g_autofree char *is = cli_status_text(outcome->status);
        g_autofree char *want = describe_wanted(step);

        if (!outcome->problem && status_wanted(step, outcome->status))
                return true;
        if (outcome->problem)
                fail(run, step, "%s", outcome->problem);
        else
                fail(run, step, "the status is %s, not %s", is, want);
        if (!outcome->problem && outcome->status == STATUS_PORT_DISCONNECTED)
                run->code = cli_worse(run->code, CLI_UNREACHABLE);
        return false;
}

/* Nobody is there to be asked: not a matter of this step alone. */
static bool is_unreachable(NTSTATUS status) {
        return status == STATUS_PORT_CONNECTION_REFUSED || status == STATUS_PORT_DISCONNECTED ||
               status == STATUS_REVISION_MISMATCH;
}

static ScriptProcess *begin(Run *run, const char *name, const Step *step, Outcome *outcome) {
        g_autoptr(GVariant) user = NULL;
        ScriptProcess *process;

        if (step && step->user) {
                user = expression_evaluate(step->user, run->variables, &outcome->problem);
                if (!user)
                        return NULL;
        }
        process = script_process_new(&run->setting, name, step, user, outcome);
        if (process)
                g_hash_table_insert(run->processes, process->name, process);
        else if (!outcome->problem && !status_wanted(step, outcome->status) &&
                        is_unreachable(outcome->status))
                run->code = cli_unreachable(run->cli, outcome->status);
        return process;
}

static void run_process(Run *run, const Step *step) {
        g_auto(Outcome) outcome = { 0 };

        begin(run, step->process, step, &outcome);
        judge(run, step, &outcome);
}

/* The main process, which no line makes. */
static void fail_process(Run *run, const Step *step, const Outcome *outcome) {
        g_autofree char *status = cli_status_text(outcome->status);

        if (outcome->problem)
                fail(run, step, "%s", outcome->problem);
        else
                fail(run, step, "process %s cannot attach: %s", step->process, status);
}

static ScriptProcess *find_process(Run *run, const Step *step) {
        ScriptProcess *process = g_hash_table_lookup(run->processes, step->process);
        g_auto(Outcome) outcome = { 0 };

        if (!process && g_str_equal(step->process, SCRIPT_MAIN))
                process = begin(run, SCRIPT_MAIN, NULL, &outcome);
        if (process)
                return process;
        if (outcome.problem || outcome.status != STATUS_SUCCESS)
                fail_process(run, step, &outcome);
        else
                fail(run, step,
                                "there is no process %s: it could not be made, or the line that "
                                "makes it was not run",
                                step->process);
        return NULL;
}

static void run_end(Run *run, const Step *step) {
        ScriptProcess *process = find_process(run, step);
        g_autofree char *problem = process ? script_process_end(process, &run->setting) : NULL;

        if (problem)
                fail(run, step, "%s", problem);
        g_hash_table_remove(run->processes, step->process);
}

static void run_kill(Run *run, const Step *step) {
        ScriptProcess *process = find_process(run, step);

        if (process && process->pid <= 0)
                fail(run, step, "process %s is gone", process->name);
        if (process)
                script_process_kill(process);
        g_hash_table_remove(run->processes, step->process);
}

static bool evaluate_arguments(Run *run, const Step *step, GVariant **arguments) {
        g_autofree char *problem = NULL;

        for (size_t i = 0; step->service->parameters[i].name; i++) {
                if (!step->arguments[i])
                        continue;
                arguments[i] = expression_evaluate(step->arguments[i], run->variables, &problem);
                if (!arguments[i]) {
                        fail(run, step, "%s", problem);
                        return false;
                }
        }
        return true;
}

static void run_call(Run *run, const Step *step, guint index) {
        GVariant *arguments[PARAMETERS_MAX] = { NULL };
        ScriptProcess *process = find_process(run, step);
        g_auto(Outcome) outcome = { 0 };

        if (process && evaluate_arguments(run, step, arguments)) {
                script_process_call(process, &run->setting, index, arguments, &outcome);
                judge(run, step, &outcome);
                if (outcome.outputs)
                        set_variable(run, SCRIPT_LAST, outcome.outputs);
                if (outcome.outputs && step->variable)
                        set_variable(run, step->variable, outcome.outputs);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
                g_clear_pointer(&arguments[i], g_variant_unref);
}

static void run_let(Run *run, const Step *step) {
        g_autofree char *problem = NULL;
        g_autoptr(GVariant) value = expression_evaluate(step->left, run->variables, &problem);
        g_auto(GVariantDict) outputs = G_VARIANT_DICT_INIT(NULL);
        g_autoptr(GVariant) dictionary = NULL;

        if (!value) {
                fail(run, step, "%s", problem);
                return;
        }
        g_variant_dict_insert_value(&outputs, "value", value);
        dictionary = g_variant_ref_sink(g_variant_dict_end(&outputs));
        set_variable(run, step->variable, dictionary);
}

static void run_expect(Run *run, const Step *step) {
        g_autofree char *problem = script_check(step, run->variables);

        if (problem)
                fail(run, step, "%s", problem);
}

static void run_step(Run *run, guint index) {
        const Step *step = run->script->steps->pdata[index];

        switch (step->kind) {
        case STEP_PROCESS:
                run_process(run, step);
                return;
        case STEP_END:
                run_end(run, step);
                return;
        case STEP_KILL:
                run_kill(run, step);
                return;
        case STEP_CALL:
                run_call(run, step, index);
                return;
        case STEP_LET:
                run_let(run, step);
                return;
        case STEP_EXPECT:
                run_expect(run, step);
                return;
        }
}

static bool must_stop(const Run *run) {
        return run->code == CLI_UNREACHABLE || (run->failed && !run->options->keep_going);
}

/* Runs the steps of test @index, the first of which is step *@at. */
static void run_test(Run *run, guint index, guint *at) {
        const ScriptTest *test = run->script->tests->pdata[index];
        const GPtrArray *steps = run->script->steps;
        bool skipped;

        if (test->grouped && run->code != CLI_UNREACHABLE && !run->options->fail_fast)
                run->blocked = false;
        skipped = run->blocked;
        run->failed = NULL;
        g_string_truncate(run->problems, 0);
        for (; *at < steps->len && ((const Step *) steps->pdata[*at])->test == index; (*at)++) {
                if (!skipped && !must_stop(run))
                        run_step(run, *at);
        }

        report_test(&run->report, index,
                        skipped       ? TEST_SKIPPED
                        : run->failed ? TEST_FAILED
                                      : TEST_PASSED,
                        run->failed, run->problems->str);
        if (must_stop(run))
                run->blocked = true;
}

/* All that still run end in order, and must manage to. */
static void end_processes(Run *run) {
        GHashTableIter iter;
        gpointer value;

        g_hash_table_iter_init(&iter, run->processes);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
                ScriptProcess *process = value;
                g_autofree char *problem =
                                process->pid > 0 ? script_process_end(process, &run->setting)
                                                 : NULL;

                if (!problem)
                        continue;
                fprintf(stderr, "ntobj: at the end of the script: %s\n", problem);
                run->code = cli_worse(run->code, CLI_FAILED);
        }
}

CliExit script_run(const Cli *cli, const Script *script, const RunOptions *options) {
        g_autoptr(GHashTable) variables = g_hash_table_new_full(
                        g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
        g_autoptr(GHashTable) processes = g_hash_table_new_full(
                        g_str_hash, g_str_equal, NULL, (GDestroyNotify) script_process_free);
        Run run = {
                .cli = cli,
                .script = script,
                .options = options,
                .setting = { script, cli->path, processes, options->seconds },
                .processes = processes,
                .variables = variables,
                .problems = g_string_new(NULL),
        };
        guint at = 0;

        report_begin(&run.report, script, cli->json, stdout);
        for (guint i = 0; i < script->tests->len; i++)
                run_test(&run, i, &at);
        report_end(&run.report);
        end_processes(&run);
        g_string_free(run.problems, TRUE);
        return run.code;
}
