#pragma once

/*
 * Scripts of calls
 *
 * A script is read whole before anything of it runs: it is a list of steps, one a line, each of
 * which belongs to a test. What is wrong with it is said with file, line and column.
 */

#include <glib.h>
#include <stdbool.h>

#include "script-call.h"
#include "script-expression.h"

/* The process that calls run in which name none. */
#define SCRIPT_MAIN "main"

/* The variable that has what the last call gave. */
#define SCRIPT_LAST "last"

typedef enum StepKind {
        STEP_PROCESS, /* a process begins */
        STEP_END,     /* it ends in order */
        STEP_KILL,    /* it ends by SIGKILL */
        STEP_CALL,
        STEP_LET,
        STEP_EXPECT,
} StepKind;

typedef enum Relation {
        RELATION_EQUAL,
        RELATION_DIFFERENT,
        RELATION_LESS,
        RELATION_AT_MOST,
        RELATION_GREATER,
        RELATION_AT_LEAST,
        RELATION_ARE,          /* a list has these names and no others */
        RELATION_ARE_IN_ORDER, /* the same, in this order */
        RELATION_HAS,
        RELATION_LACKS,
} Relation;

typedef struct Step {
        StepKind kind;
        unsigned line;
        unsigned test; /* index of the test that it belongs to */
        char *text;    /* the line, for people */

        char *process;    /* of all but LET and EXPECT */
        bool kernel;      /* PROCESS: as a kernel persona */
        Expression *user; /* PROCESS: under this uid, or NULL */
        GArray *statuses; /* PROCESS, CALL: of NTSTATUS, any of which will do */

        const Service *service; /* CALL */
        bool zw;
        Expression *arguments[PARAMETERS_MAX];
        char *variable; /* CALL, LET: what is set, or NULL */

        Expression *left; /* EXPECT; LET: the value */
        Relation relation;
        GPtrArray *right; /* EXPECT: of Expression; one but for lists */
} Step;

typedef struct ScriptTest {
        char *name;
        unsigned line;
        bool grouped; /* by a line of its own; otherwise the test is one step */
} ScriptTest;

typedef struct Script {
        char *file;       /* for messages */
        GPtrArray *steps; /* of Step */
        GPtrArray *tests; /* of ScriptTest, in the order of their steps */
} Script;

/**
 * script_parse() - read a script
 * @file:  what messages call it
 * @text:  its bytes, which may be anything
 * @error: "FILE:LINE:COLUMN: what was expected"
 * Return: a script that the caller owns, or NULL.
 */
Script *script_parse(const char *file, const char *text, gsize size, GError **error);

void script_free(Script *script);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Script, script_free)
