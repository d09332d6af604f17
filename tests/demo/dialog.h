#pragma once

/*
 * Dialog
 *
 * The two programs of the main job take turns by talking to whoever started them: each says in one
 * word how far it is, and waits for a line before it goes on. Nobody sleeps, nobody polls, and the
 * end of the input ends the program.
 */

#include <stdio.h>
#include <stdlib.h>

static inline void say(const char *word) {
        puts(word);
        fflush(stdout);
}

/* Says @word, and returns when told to go on. */
static inline void say_and_wait(const char *word) {
        int character;

        say(word);
        do {
                character = getchar();
                if (character == EOF)
                        exit(EXIT_FAILURE);
        } while (character != '\n');
}

/* Ends the program unless the service @name answered what Windows answers. */
static inline void require(const char *name, NTSTATUS status, NTSTATUS wanted) {
        if (status == wanted)
                return;
        fprintf(stderr, "%s: status 0x%08X instead of 0x%08X\n", name, (unsigned) status,
                        (unsigned) wanted);
        exit(EXIT_FAILURE);
}
