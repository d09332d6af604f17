#pragma once

/*
 * The command line
 *
 * A Windows program gets one string, and takes it apart itself. This one is put together so that
 * CommandLineToArgvW() and the C runtimes' own rules give back exactly the arguments of Linux.
 */

/**
 * command_line_new() - put arguments together
 * @program:   the first word
 * @arguments: the others; ends with NULL
 *
 * A word that is empty, or has spaces, tabs, line breaks or quotes in it, is put in quotes; quotes
 * in it, and backslashes before a quote, get a backslash. The program's name has quotes around it
 * if it has spaces, and nothing is escaped in it: its rules are others.
 *
 * Return: for free(); NULL if there is no memory.
 */
char *command_line_new(const char *program, char *const *arguments);
