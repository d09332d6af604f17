#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "fault.h"
#include "loader.h"
#include "options.h"
#include "process.h"
#include "report.h"
#include "text.h"
#include "thread.h"
#include "zw.h"

static void free_text(char **text) {
        free(*text);
}

/* Output that is lost is a failure. */
static int finish_output(bool written) {
        if (written && fflush(stdout) == 0)
                return 0;
        fprintf(stderr, "ntrun: cannot write the output: %s\n", strerror(errno));
        return RUN_FAILED;
}

static int fail(const char *what, NTSTATUS status, const char *advice) {
        const char *name = zw_status_name(status);

        fprintf(stderr, "ntrun: %s: %s (0x%08x)%s%s\n", what, name ? name : "status",
                        (unsigned) status, advice ? "; " : "", advice ? advice : "");
        return RUN_FAILED;
}

static int fail_to_load(const LoadError *error) {
        fprintf(stderr, "ntrun: %s\n", error->message ? error->message : "out of memory");
        if (error->advice)
                fprintf(stderr, "ntrun: %s\n", error->advice);
        return error->exit_code;
}

static LoaderOptions loader_options(const RunOptions *options) {
        return (LoaderOptions){
                .dll_paths = options->dll_paths,
                .n_dll_paths = options->n_dll_paths,
                .allow_missing_dlls = options->allow_missing_dlls,
        };
}

static int attach(void) {
        const char *address = getenv("NTOBJ_ADDRESS");
        char what[512];
        NTSTATUS status = zw_attach(NULL, 0);

        if (NT_SUCCESS(status))
                return 0;
        snprintf(what, sizeof(what), "cannot reach a daemon%s%s",
                        address ? " at NTOBJ_ADDRESS=" : ", nor start one", address ? address : "");
        return fail(what, status,
                        address ? "is ntobjd listening there?"
                                : "see ntobjd(8), or set NTOBJ_ADDRESS");
}

/*
 * A write to a pipe that nobody reads fails with a status. Faults are ours before they are libzw's:
 * that passes on what is not its own.
 */
static NTSTATUS take_signals(void) {
        NTSTATUS status;

        signal(SIGPIPE, SIG_IGN);
        status = fault_install();
        return NT_SUCCESS(status) ? zw_enable_fault_recovery() : status;
}

/* Returns only if the program does not begin. */
static int run_program(const RunOptions *options, const char *path) {
        autocleanup(load_error_clear) LoadError error = { 0 };
        const LoaderOptions loader = loader_options(options);
        const ProcessStart start = { path, options->arguments, environ };
        LoadedProgram program = { 0 };
        NTSTATUS status;

        status = take_signals();
        if (!NT_SUCCESS(status))
                return fail("cannot handle signals", status, NULL);
        status = process_begin(&start);
        if (!NT_SUCCESS(status))
                return fail("cannot make the process parameters", status, NULL);
        status = loader_load_program(&loader, process_peb(), path, &program, &error);
        if (!NT_SUCCESS(status))
                return fail_to_load(&error);
        status = thread_install_hooks();
        if (NT_SUCCESS(status))
                status = thread_run_first(&program, &error);
        if (error.message)
                return fail_to_load(&error);
        return fail("cannot begin the first thread", status, NULL);
}

static int run(const RunOptions *options) {
        autocleanup(free_text) char *path = text_absolute_path(options->program);
        int code;

        report_use_json(options->json);
        if (!path || access(path, F_OK) < 0) {
                fprintf(stderr, "ntrun: cannot find '%s': %s\n", options->program, strerror(errno));
                return errno == ENOENT || errno == ENOTDIR ? RUN_NOT_FOUND : RUN_CANNOT_RUN;
        }
        code = attach();
        if (code != 0)
                return code;
        code = run_program(options, path);
        zw_detach();
        return code;
}

static int show_imports(const RunOptions *options) {
        autocleanup(load_error_clear) LoadError error = { 0 };
        const LoaderOptions loader = loader_options(options);
        int code = loader_show_imports(&loader, options->program, options->json, &error);

        return error.message ? fail_to_load(&error) : code;
}

int main(int argc, char **argv) {
        autocleanup(options_clear) RunOptions options = { 0 };

        if (!options_parse(&options, argc, argv))
                return RUN_FAILED;
        switch (options.task) {
        case TASK_HELP:
                return finish_output(options_help());
        case TASK_VERSION:
                return finish_output(printf("ntrun %s\n", zw_version()) > 0);
        case TASK_IMPORTS:
                return show_imports(&options);
        case TASK_RUN:
                break;
        }
        return run(&options);
}
