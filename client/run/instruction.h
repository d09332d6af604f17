#pragma once

/*
 * What an instruction that faulted was
 *
 * Only as much as tells Windows' exceptions apart where Linux has one signal for several.
 */

#include <stdbool.h>

#include "context.h"

typedef enum InstructionKind {
        INSTRUCTION_OTHER,
        INSTRUCTION_PRIVILEGED, /* hlt, in, out, cli, moves to control registers, ... */
        INSTRUCTION_INTERRUPT,  /* int n */
} InstructionKind;

typedef struct Instruction {
        InstructionKind kind;
        unsigned vector; /* of int n */
        unsigned length; /* of int n, in bytes */
} Instruction;

/* The instruction at the context's RIP. */
Instruction instruction_at(const Context *context);

/* Whether the div or idiv at the context's RIP divides by 0. @gs_base: what GS addresses. */
bool instruction_divides_by_zero(const Context *context, uint64_t gs_base);
