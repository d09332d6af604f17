#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum {
        OPTION_ALLOW_MISSING_DLLS = 256,
        OPTION_DLL_PATH,
        OPTION_HELP,
        OPTION_IMPORTS,
        OPTION_JSON,
        OPTION_VERSION,
};

static const struct option long_options[] = {
        { "allow-missing-dlls", no_argument, NULL, OPTION_ALLOW_MISSING_DLLS },
        { "dll-path", required_argument, NULL, OPTION_DLL_PATH },
        { "help", no_argument, NULL, OPTION_HELP },
        { "imports", required_argument, NULL, OPTION_IMPORTS },
        { "json", no_argument, NULL, OPTION_JSON },
        { "version", no_argument, NULL, OPTION_VERSION },
        { 0 },
};

static const char help[] =
                "Usage:\n"
                "  ntrun [OPTION...] PROGRAM.exe [ARGUMENT...]\n"
                "  ntrun --imports FILE [--json]\n"
                "\n"
                "Run a 64-bit Windows program that uses ntdll.dll against ntobjd.\n"
                "\n"
                "Options, before the program's name:\n"
                "  --dll-path DIR         Look for DLLs in DIR too; may be repeated\n"
                "  --allow-missing-dlls   Start without DLLs that are not found; to call one of\n"
                "                         their functions ends the run\n"
                "  --json                 Write reports as JSON\n"
                "  --imports FILE         List what FILE imports, and what provides it\n"
                "  --help                 Show this help and exit\n"
                "  --version              Show the version and exit\n"
                "\n"
                "Exit code: the program's own (its low 8 bits); 124 if it called a function that\n"
                "is not there, 125 if ntrun failed, 126 if the program cannot be run, 127 if it\n"
                "is not found. See ntrun(1).\n";

bool options_help(void) {
        return fputs(help, stdout) >= 0 && fflush(stdout) == 0;
}

static bool add_dll_path(RunOptions *options, int argc, const char *path) {
        if (!options->dll_paths)
                options->dll_paths = calloc((size_t) argc, sizeof(*options->dll_paths));
        if (!options->dll_paths) {
                fprintf(stderr, "ntrun: out of memory\n");
                return false;
        }
        options->dll_paths[options->n_dll_paths++] = path;
        return true;
}

/* One option. What getopt does not know it has complained about itself. */
static bool take(RunOptions *options, int argc, int option) {
        switch (option) {
        case OPTION_ALLOW_MISSING_DLLS:
                options->allow_missing_dlls = true;
                return true;
        case OPTION_DLL_PATH:
                return add_dll_path(options, argc, optarg);
        case OPTION_HELP:
                options->task = TASK_HELP;
                return true;
        case OPTION_IMPORTS:
                options->task = TASK_IMPORTS;
                options->program = optarg;
                return true;
        case OPTION_JSON:
                options->json = true;
                return true;
        case OPTION_VERSION:
                options->task = TASK_VERSION;
                return true;
        default:
                fprintf(stderr, "ntrun: see 'ntrun --help'\n");
                return false;
        }
}

bool options_parse(RunOptions *options, int argc, char **argv) {
        int option;

        *options = (RunOptions){ .task = TASK_RUN };
        optind = 0; /* from the beginning, with all that getopt remembers forgotten */
        while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
                if (!take(options, argc, option))
                        return false;
                if (options->task == TASK_HELP || options->task == TASK_VERSION)
                        return true;
        }
        if (options->task == TASK_IMPORTS) {
                if (optind == argc)
                        return true;
                fprintf(stderr, "ntrun: --imports takes one file; what is '%s'?\n", argv[optind]);
                return false;
        }
        if (optind == argc) {
                fprintf(stderr, "ntrun: which program? See 'ntrun --help'\n");
                return false;
        }
        options->program = argv[optind];
        options->arguments = argv + optind + 1;
        return true;
}

void options_clear(RunOptions *options) {
        free(options->dll_paths);
        *options = (RunOptions){ 0 };
}
