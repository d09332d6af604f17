#pragma once

/*
 * What the sources here need beside NT: a place to write what they found, and a folder to work in
 *
 * either-world.c has it for both worlds. No formats: a long is not the same on both.
 */

#ifdef __cplusplus
extern "C" {
#endif

void say(PCSTR text);
void say_status(PCSTR what, NTSTATUS status); /* "what: 0xC0000034" */
void say_number(PCSTR what, ULONGLONG number);
void say_string(PCSTR what, PCUNICODE_STRING string); /* one character for each unit */

/* An NT path of the current directory, which ends with a backslash. */
PCUNICODE_STRING work_folder(void);

#ifdef __cplusplus
}
#endif
