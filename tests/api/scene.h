#pragma once

/*
 * A process with something to leave, and its children
 *
 * One inheritable handle with a name, one of the other kind, and a pipe on which a child waits
 * until the test lets it go.
 */

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "ntdef.h"
#include "raw-client.h"

#define SCENE_NAME u"\\BaseNamedObjects\\scene"

/* For children, which must not speak to the test runner: says what was wrong and ends the child. */
#define need(expression)                                                                           \
        do {                                                                                       \
                if (!(expression)) {                                                               \
                        fprintf(stderr, "%s:%d: in the child: %s\n", __FILE__, __LINE__,           \
                                        #expression);                                              \
                        _exit(1);                                                                  \
                }                                                                                  \
        } while (0)

typedef struct Scene {
        HANDLE inheritable; /* SCENE_NAME */
        HANDLE other;
        PVOID shared;
        PVOID unshared;
        int go[2];
        RawClient *watcher; /* another process, that looks whether the name is there */
} Scene;

void scene_init(Scene *scene);

/* Closes everything, handles that the test has closed already too. */
void scene_clear(Scene *scene);

/* In a child: waits until the test lets it go. */
void scene_wait(Scene *scene);
void scene_go(Scene *scene);

/* Runs @body in a child of fork(). */
pid_t scene_fork(Scene *scene, void (*body)(Scene *scene));

/* The child's exit status must be 0. */
void scene_expect_success(pid_t child);

/* The parent's handles are what they were. */
void scene_expect_unharmed(const Scene *scene);

/* Whether the name is there, for another process. */
bool scene_name_exists(const Scene *scene);

bool scene_is_section(HANDLE handle);
