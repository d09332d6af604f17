#pragma once

/*
 * Processes of a script
 *
 * Each is a worker: a child that was forked before anybody attached, and attached then by itself,
 * so that it is a process of the server like any other. It does what it is told over a pair of
 * sockets and says what came of it. One that dies, or takes too long, is a failed step and nothing
 * else.
 */

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "script.h"

typedef struct ScriptProcess {
        char *name;
        pid_t pid;
        int socket; /* ours; -1 once it has ended */
} ScriptProcess;

/* What a step came to. */
typedef struct Outcome {
        NTSTATUS status;   /* of the service */
        char *problem;     /* why the step failed whatever the status is, or NULL */
        GVariant *outputs; /* a{sv}, or NULL */
} Outcome;

void outcome_clear(Outcome *outcome);

/* What a process needs to know when it is made. */
typedef struct ScriptSetting {
        const Script *script;
        const char *address; /* the daemon's socket */
        GHashTable *others;  /* name to ScriptProcess: whose sockets are none of its business */
        unsigned seconds;    /* that a step may take */
} ScriptSetting;

/**
 * script_process_new() - make a process, and wait until it has attached
 * @step:        the STEP_PROCESS that asks for it, or NULL for the main process
 * @user:        what the step's uid is, or NULL
 * @ret_outcome: how attaching went
 * Return: the process, or NULL if there is none: @ret_outcome says why.
 */
ScriptProcess *script_process_new(const ScriptSetting *setting,
                const char *name,
                const Step *step,
                GVariant *user,
                Outcome *ret_outcome);

/**
 * script_process_call() - have it run a step
 * @index:     of the STEP_CALL in the script
 * @arguments: one for each parameter; NULL for those that are left out
 */
void script_process_call(ScriptProcess *process,
                const ScriptSetting *setting,
                guint index,
                GVariant *const *arguments,
                Outcome *ret_outcome);

/* Lets it end in order; NULL if it did, or else what it did instead, which the caller frees. */
char *script_process_end(ScriptProcess *process, const ScriptSetting *setting);

/* Ends it as a crash would, and waits until it is gone. */
void script_process_kill(ScriptProcess *process);

/* Kills it if it still runs. */
void script_process_free(ScriptProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptProcess, script_process_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)
