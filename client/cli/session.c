#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "cli.h"
#include "descendants.h"
#include "keeper.h"

/* As shells have it. */
#define EXIT_CANNOT_EXECUTE 126
#define EXIT_NOT_FOUND      127
#define EXIT_SIGNAL         128

/* What a command is given between SIGTERM and SIGKILL. */
#define GRACE_MS 2000

#define TIMEOUT_MAX 1e9

/* One command that runs in a session. */
typedef struct Run {
        Keeper *keeper;
        pid_t command;   /* leads a process group of its own */
        int terminal;    /* which the command has while it runs, or -1 */
        int signals;     /* a signalfd */
        sigset_t before; /* the mask that the command gets back */
        gint64 deadline; /* microseconds; G_MAXINT64 for none */
        bool timed_out;
        int status; /* of the command, as wait() has it */
} Run;

static void exec_command(const Run *run, pid_t parent, char **argv, int failure) {
        int error;

        setpgid(0, 0);
        if (run->terminal >= 0)
                tcsetpgrp(run->terminal, getpid()); /* SIGTTOU is blocked yet */
        sigprocmask(SIG_SETMASK, &run->before, NULL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
                _exit(EXIT_SIGNAL + SIGTERM);

        g_setenv("NTOBJ_ADDRESS", run->keeper->address, TRUE);
        g_unsetenv("NTOBJ_INHERIT"); /* of another daemon, if of any */
        execvp(argv[0], argv);
        error = errno;
        if (write(failure, &error, sizeof(error)) < 0)
                _exit(EXIT_CANNOT_EXECUTE);
}

/* Returns the code to end with if the command cannot be run, 0 if it runs. */
static int start_command(Run *run, char **argv) {
        autofd int receive = -1;
        autofd int send = -1;
        pid_t parent = getpid();
        int pair[2];
        int error = 0;

        if (pipe2(pair, O_CLOEXEC) < 0) {
                fprintf(stderr, "ntobj: no pipe: %s\n", strerror(errno));
                return CLI_FAILED;
        }
        receive = pair[0];
        send = pair[1];

        run->command = fork();
        if (run->command == 0) {
                exec_command(run, parent, argv, send);
                _exit(EXIT_NOT_FOUND);
        }
        if (run->command < 0) {
                fprintf(stderr, "ntobj: cannot fork: %s\n", strerror(errno));
                return CLI_FAILED;
        }
        send = fd_close(send);
        setpgid(run->command, run->command); /* whoever comes first: it must hold for both */

        if (read(receive, &error, sizeof(error)) != sizeof(error))
                return 0;
        waitpid(run->command, NULL, 0);
        fprintf(stderr, "ntobj: cannot run '%s': %s\n", argv[0], strerror(error));
        return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}

/* Ctrl-Z stopped the command: the terminal is the shell's again until it continues us. */
static void stop_too(const Run *run) {
        if (run->terminal < 0)
                return;
        tcsetpgrp(run->terminal, getpgrp());
        raise(SIGSTOP);
        if (tcgetpgrp(run->terminal) == getpgrp())
                tcsetpgrp(run->terminal, run->command);
        kill(-run->command, SIGCONT);
}

/* Whether the command has ended. */
static bool reap(Run *run) {
        int status;
        pid_t pid;

        while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
                if (pid == run->keeper->pid) {
                        run->keeper->pid = 0;
                        fprintf(stderr, "ntobj: the session's daemon has ended\n");
                } else if (pid == run->command && WIFSTOPPED(status)) {
                        stop_too(run);
                } else if (pid == run->command) {
                        run->status = status;
                        return true;
                }
        }
        return false;
}

/* Everything that is for the command is passed on to all of its group. */
static bool take_signals(Run *run) {
        struct signalfd_siginfo signal;

        while (read(run->signals, &signal, sizeof(signal)) == sizeof(signal)) {
                if (signal.ssi_signo != SIGCHLD && signal.ssi_signo != SIGTTOU)
                        kill(-run->command, (int) signal.ssi_signo);
        }
        return reap(run);
}

static void run_out_of_time(Run *run) {
        kill(-run->command, run->timed_out ? SIGKILL : SIGTERM);
        kill(-run->command, SIGCONT);
        run->deadline = run->timed_out ? G_MAXINT64 : g_get_monotonic_time() + GRACE_MS * 1000ll;
        run->timed_out = true;
}

static int milliseconds_until(gint64 deadline) {
        gint64 left;

        if (deadline == G_MAXINT64)
                return -1;
        left = (deadline - g_get_monotonic_time() + 999) / 1000;
        return (int) CLAMP(left, 0, G_MAXINT);
}

static void wait_for_command(Run *run) {
        while (!reap(run)) {
                struct pollfd readable = { .fd = run->signals, .events = POLLIN };
                int n = poll(&readable, 1, milliseconds_until(run->deadline));

                if (n > 0 && take_signals(run))
                        return;
                if (n == 0 && g_get_monotonic_time() >= run->deadline)
                        run_out_of_time(run);
        }
}

static int take_terminal(void) {
        autofd int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

        if (terminal < 0 || tcgetpgrp(terminal) != getpgrp())
                return -1; /* there is none, or it is not ours to give */
        return fd_steal(&terminal);
}

static int take_signal_descriptor(sigset_t *ret_before) {
        const int signals[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
                SIGTTOU };
        sigset_t set;

        sigemptyset(&set);
        for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
                sigaddset(&set, signals[i]);
        sigprocmask(SIG_BLOCK, &set, ret_before);
        return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int exit_code(const Run *run) {
        if (run->timed_out)
                return CLI_TIMEOUT;
        if (WIFSIGNALED(run->status))
                return EXIT_SIGNAL + WTERMSIG(run->status);
        return WEXITSTATUS(run->status);
}

static int run_command(Keeper *keeper, char **argv, double timeout) {
        Run run = { .keeper = keeper, .deadline = G_MAXINT64 };
        autofd int terminal = take_terminal();
        autofd int signals = take_signal_descriptor(&run.before);
        int code;

        if (signals < 0) {
                fprintf(stderr, "ntobj: no signalfd: %s\n", strerror(errno));
                return CLI_FAILED;
        }
        run.terminal = terminal;
        run.signals = signals;
        code = start_command(&run, argv);
        if (code == 0) {
                if (timeout > 0)
                        run.deadline = g_get_monotonic_time() + (gint64) (timeout * 1e6);
                wait_for_command(&run);
                code = exit_code(&run);
                if (run.timed_out)
                        fprintf(stderr, "ntobj: '%s' took longer than %g s\n", argv[0], timeout);
        }

        if (!descendants_end(keeper->pid, GRACE_MS))
                fprintf(stderr, "ntobj: something that '%s' started could not be ended\n", argv[0]);
        if (terminal >= 0)
                tcsetpgrp(terminal, getpgrp());
        return code;
}

static int run_session(const char *config, char **argv, double timeout) {
        g_autoptr(GError) error = NULL;
        Keeper keeper;
        int code;

        descendants_adopt();
        if (!keeper_start(&keeper, config, &error)) {
                fprintf(stderr, "ntobj: cannot start a daemon for the session: %s\n",
                                error->message);
                return CLI_UNREACHABLE;
        }
        code = run_command(&keeper, argv, timeout);
        keeper_stop(&keeper);
        return code;
}

static CliExit session_run(Cli *cli, const Command *command, int argc, char **argv) {
        g_autofree char *config = NULL;
        double timeout = INFINITY;
        const GOptionEntry entries[] = {
                { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &timeout,
                                "End CMD after S seconds, with exit code 124", "S" },
                { "config", 0, 0, G_OPTION_ARG_FILENAME, &config,
                                "Configuration file for the session's daemon", "FILE" },
                G_OPTION_ENTRY_NULL,
        };

        if (argc > 1 && g_str_equal(argv[1], "run")) {
                argc--;
                argv++;
        } else if (argc > 1 && argv[1][0] != '-') {
                return cli_misused(command, "'%s' is nothing that can be done with a session",
                                argv[1]);
        } else if (argc < 2) {
                return cli_misused(command, "run which command?");
        }
        if (!cli_parse_strictly(cli, command, entries, &argc, &argv))
                return CLI_USAGE;
        if (cli->json || cli->address)
                return cli_misused(
                                command, "a session has an address of its own and prints nothing");
        if (argc < 2)
                return cli_misused(command, "run which command?");
        if (!(timeout > 0) || (isfinite(timeout) && timeout > TIMEOUT_MAX))
                return cli_misused(command, "a timeout is a number of seconds above 0");

        return (CliExit) run_session(config, argv + 1, isfinite(timeout) ? timeout : 0);
}

const Command session_command = {
        .name = "session",
        .arguments = "run [--timeout S] [--] CMD...",
        .summary = "Run a command with a daemon of its own",
        .description = "Starts a daemon that nobody else knows, runs CMD with it (NTOBJ_ADDRESS), "
                       "and ends with\n"
                       "CMD's exit code when CMD, all that it started, and the daemon are gone.",
        .run = session_run,
};
