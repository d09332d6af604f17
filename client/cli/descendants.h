#pragma once

/*
 * Descendants: what a command leaves behind
 *
 * A process that has made itself the reaper of its descendants (PR_SET_CHILD_SUBREAPER) becomes the
 * parent of those whose parent ended, in whatever session they hide. So all of them can be ended:
 * children first, then those who became children by that, until there are none.
 */

#include <stdbool.h>
#include <sys/types.h>

/* From now on orphaned descendants are ours. */
void descendants_adopt(void);

/**
 * descendants_end() - end all of them
 * @spare: a child that is not meant
 * @grace: milliseconds between SIGTERM and SIGKILL
 * Return: whether they are gone. Not those that we may not end, as after sudo, and not one that the
 * kernel cannot end.
 */
bool descendants_end(pid_t spare, int grace);
