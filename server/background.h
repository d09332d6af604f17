#pragma once

/*
 * Going to the background: the program that was started returns when the server is ready, or with
 * the status of a server that failed.
 */

/**
 * background_enter() - go on in a child, in a session of its own
 * @ret_ready: in the child, for background_ready()
 * Return: 0 in the child; -errno. The parent does not return: it waits, and exits.
 */
int background_enter(int *ret_ready);

/* Lets the parent go, and lets go of the standard streams. @ready is consumed. */
int background_ready_take(int ready);
