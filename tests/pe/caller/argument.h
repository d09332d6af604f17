#pragma once

/*
 * Arguments: a word of a script becomes the value that a service is called with
 *
 *     12AB -1            a number, of base 16, with capital letters
 *     $3 $3+10 $3-10     what is in slot 3
 *     &h3 &v3 &m3 &n3    the address of slot 3, and what the call is to put there (slot.h);
 *                        a number is RUBBISH before
 *     &n3=12AB           the same, with that in it before
 *     ~odd ~ro ~na ~end  a pointer that is misaligned; to memory that can only be read; that cannot
 * be ~wild              touched; to the last 4 bytes before that; where nothing ever is o|FIELD|...
 * OBJECT_ATTRIBUTES: n=NAME, a=ATTRIBUTES, r=ROOT (any word), l=LENGTH, s=WORD security descriptor,
 * q=WORD quality of service, and for the name's string nl=LENGTH, nm=MAXIMUM LENGTH, nb=WORD
 * buffer, np=WORD instead of the string u|FIELD|...        UNICODE_STRING, with n= nl= nm= nb= as
 * above U12|...            one that gets at most 0x12 bytes, with nl= nm= nb= as above b12:FORMAT
 * a buffer of 0x12 bytes that the call writes to xAABBCC            a buffer with these bytes
 *     q|WORD|WORD...     a buffer with these 64-bit words; Q|... also shows what becomes of them
 *
 * A FORMAT says how to show what was written, from the beginning on: 1, 2, 4 and 8 a number of so
 * many bytes; p an address of eight; h a handle; . one byte that is not shown, , four and ; eight
 * of them; u a UNICODE_STRING with its text; t text up to what was not written; r all that was
 * written, as bytes. Last comes how many bytes of the buffer were written.
 */

#include "slot.h"

/* Makes the pages that bad pointers point to; false if that cannot be done. */
bool arguments_start(void);

/* Forgets all arguments made since the last call. */
void arguments_reset(void);

/**
 * argument_read() - make an argument
 * @word: as above; changed
 *
 * Return: its value, valid until arguments_reset(). What cannot be read ends the program.
 */
uint64_t argument_read(char *word);

/* Writes what a call that ended with @status did to all arguments. */
void arguments_put(NTSTATUS status);
