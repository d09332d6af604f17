#pragma once

/*
 * Written in assembly: see jump.S
 *
 * The registers of a call, kept and restored, and probes of the stack. Declared as what they are to
 * a table; C cannot call them.
 */

void crt__setjmp(void);
void crt_longjmp(void);
void crt___chkstk(void);
