#pragma once

/*
 * A namespace to be opened and filled with hostile names
 *
 * Two actors, the owner and one who may not even traverse, hold handles by number. Each deed checks
 * what must hold after it: the status is one of those documented, a failure grants nothing, what a
 * full name says opens the same object, the walk came to an end in time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

/* The longest name that a request may bring. */
#define NAME_UNITS_MOST 32766u

typedef struct PathScene PathScene;

typedef struct PathName {
        size_t n_units;
        WCHAR units[NAME_UNITS_MOST];
} PathName;

typedef enum PathKind { PATH_PLAIN, PATH_DIRECTORY, PATH_LINK } PathKind;

/* One call. */
typedef struct PathDeed {
        unsigned actor;
        bool kernel_mode;
        ULONG session;
        ULONG attributes;
        ACCESS_MASK desired;
        unsigned root;   /* a handle; 0 for none */
        unsigned shadow; /* the same */
        const PathName *name;
} PathDeed;

/* @scant: quotas are soon used up. */
PathScene *path_scene_new(bool scant);

/* Closes everything. Nothing may be left of it. */
void path_scene_free(PathScene *scene);

void path_scene_open(PathScene *scene, const PathDeed *deed, PathKind kind);
void path_scene_create(PathScene *scene, const PathDeed *deed, PathKind kind);
void path_scene_create_link(PathScene *scene, const PathDeed *deed, const PathName *target);

/* @boundary: of a private namespace, any bytes. */
void path_scene_private(PathScene *scene,
                const PathDeed *deed,
                const uint8_t *boundary,
                size_t size,
                bool create);
void path_scene_delete_private(PathScene *scene, unsigned handle);

void path_scene_close(PathScene *scene, unsigned handle);
void path_scene_turn(PathScene *scene, unsigned handle, bool permanent);

/* The handle's actor writes rubbish over its grant's word. */
void path_scene_scribble(PathScene *scene, unsigned handle, const uint8_t *bytes, size_t size);
