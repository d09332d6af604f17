#pragma once

/*
 * A descriptor whose last close() blocks
 *
 * A connection over loopback, full of data that the other side does not read, and with SO_LINGER of
 * a minute: whoever closes it waits until that is over, or the other side lets go.
 */

#include <stdbool.h>

#define LINGERING_SECONDS 60

typedef struct Lingering {
        int fd;
        int other_side;
} Lingering;

void lingering_init(Lingering *lingering);

/* Gives up the descriptor, of which somebody else must have a copy: that is the last one then. */
void lingering_leave(Lingering *lingering);

/* Nobody who closes it waits any more. Closes what is still here. */
void lingering_clear(Lingering *lingering);

/* Under valgrind no thread runs while another one closes: there is nothing to be tested there. */
bool lingering_blocks_one_thread_only(void);
