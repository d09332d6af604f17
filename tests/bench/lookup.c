/*
 * What a lookup costs inside the daemon: the object layer without any message.
 *
 *     bench-lookup COUNT...
 *
 * For a directory of each size, a line: its names, then the nanoseconds of one lookup of an
 * existing name, of one that is not there, of one open and close of an existing name by its path,
 * and of the insertion and removal of a name.
 */

#include <stdlib.h>
#include <time.h>

#include "directory.h"
#include "fixture.h"
#include "ntstatus.h"

#define N_ASKED 200000u
#define N_UNITS 8u

static const WCHAR folder[] = u"\\BaseNamedObjects\\scale\\";
#define N_FOLDER (sizeof(folder) / sizeof(folder[0]) - 1)

static uint64_t now(void) {
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

/* Any number below @n, in an order that no cache foresees. */
static uint32_t choose(uint32_t n) {
        static uint64_t state = 1;

        state = state * 6364136223846793005u + 1442695040888963407u;
        return (uint32_t) ((state >> 33) % n);
}

static void write_name(WCHAR *units, WCHAR letter, uint32_t number) {
        units[0] = letter;
        for (unsigned i = N_UNITS - 1; i > 0; i--, number /= 10)
                units[i] = (WCHAR) (u'0' + number % 10);
}

static uint64_t look_up(Directory *directory, WCHAR letter, uint32_t n, bool there) {
        WCHAR name[N_UNITS];
        Dependencies dependencies = { 0 };
        uint64_t began = now();

        for (unsigned i = 0; i < N_ASKED; i++) {
                write_name(name, letter, choose(n));
                dependencies.n = 0;
                if ((directory_lookup(directory, name, N_UNITS, 0, &dependencies) != NULL) != there)
                        abort();
        }
        return (now() - began) / N_ASKED;
}

static uint64_t open_close(World *world, Actor *actor, uint32_t n) {
        WCHAR name[N_FOLDER + N_UNITS];
        ObjectPath path = {
                .ns = world->ns,
                .name = name,
                .n_units = N_FOLDER + N_UNITS,
                .type = &plain_type,
                .token = world->token,
                .session = 1,
        };
        uint64_t began = 0;

        for (size_t i = 0; i < N_FOLDER; i++)
                name[i] = folder[i];
        began = now();
        for (unsigned i = 0; i < N_ASKED; i++) {
                g_auto(Opened) opened = { 0 };
                Dependencies dependencies = { 0 };

                write_name(name + N_FOLDER, u's', choose(n));
                if (!NT_SUCCESS(object_open(
                                    &path, READ_CONTROL, actor->grants, &dependencies, &opened)))
                        abort();
                grant_table_close(actor->grants, opened.grant);
        }
        return (now() - began) / N_ASKED;
}

static void insert(Directory *directory, WCHAR letter, uint32_t number) {
        g_autoptr(Object) object = NULL;
        WCHAR name[N_UNITS];

        write_name(name, letter, number);
        if (!NT_SUCCESS(object_new(&plain_type, NULL, &object)))
                abort();
        object->permanent = object->startup = true;
        if (!NT_SUCCESS(directory_insert(directory, object, name, N_UNITS, NULL)))
                abort();
}

static uint64_t insert_remove(Directory *directory) {
        uint64_t began = now();

        for (unsigned i = 0; i < N_ASKED; i++) {
                insert(directory, u'n', i);
                directory_remove(directory->entries.last);
        }
        return (now() - began) / N_ASKED;
}

int main(int argc, char **argv) {
        World world;
        Actor actor;
        GrantName grant;
        Directory *directory = NULL;
        uint32_t n = 0;

        world_init(&world);
        actor_init(&actor, &world);
        if (!NT_SUCCESS(world_create(&world, &actor, "\\BaseNamedObjects\\scale", 0,
                            &directory_type, &grant)))
                return EXIT_FAILURE;
        directory = (Directory *) directory_lookup(
                        (Directory *) directory_lookup(
                                        namespace_root(world.ns), u"BaseNamedObjects", 16, 0, NULL)
                                        ->object,
                        u"scale", 5, 0, NULL)
                                    ->object;
        for (int i = 1; i < argc; i++) {
                uint32_t wanted = (uint32_t) strtoul(argv[i], NULL, 10);

                for (; n < wanted; n++)
                        insert(directory, u's', n);
                g_print("%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                        " %" G_GUINT64_FORMAT "\n",
                                n, look_up(directory, u's', n, true),
                                look_up(directory, u'x', n, false), open_close(&world, &actor, n),
                                insert_remove(directory));
        }
        while (directory->entries.last)
                directory_remove(directory->entries.last);
        actor_clear(&actor);
        world_clear(&world);
        return EXIT_SUCCESS;
}
