#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "options.h"
#include "zw.h"

/* Output that is lost is a failure. */
static RunExit finish_output(bool written) {
        if (written && fflush(stdout) == 0)
                return 0;
        fprintf(stderr, "ntrun: cannot write the output: %s\n", strerror(errno));
        return RUN_FAILED;
}

int main(int argc, char **argv) {
        autocleanup(options_clear) RunOptions options = { 0 };

        if (!options_parse(&options, argc, argv))
                return RUN_FAILED;
        switch (options.task) {
        case TASK_HELP:
                return (int) finish_output(options_help());
        case TASK_VERSION:
                return (int) finish_output(printf("ntrun %s\n", zw_version()) > 0);
        case TASK_IMPORTS:
        case TASK_RUN:
                break;
        }
        fprintf(stderr, "ntrun: cannot run '%s': programs are not loaded yet\n", options.program);
        return RUN_CANNOT_RUN;
}
