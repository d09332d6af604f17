#pragma once

/*
 * Slots: what a scene remembers
 *
 * A slot is a 64-bit word that calls get the address of. What a call is expected to put there
 * decides how it is shown: handles and addresses are others in each run, so that only what is the
 * same everywhere is written. A slot that was not written to is shown as '='; one that was for four
 * of its bytes has RUBBISH in the others.
 */

#include "text.h"

#define RUBBISH 0xCCCCCCCCCCCCCCCC
#define N_SLOTS 32

typedef enum SlotKind {
        SLOT_PLAIN = 'n',  /* a number */
        SLOT_HANDLE = 'h', /* closed at the scene's end */
        SLOT_VIEW = 'v',   /* address of a view, unmapped at the end */
        SLOT_MEMORY = 'm', /* address of memory, released at the end */
} SlotKind;

typedef struct Slot {
        uint64_t value;
        uint64_t before; /* the call that is being made */
        SlotKind kind;
        bool made; /* a call that succeeded has put there what is to be given back */
} Slot;

extern Slot slots[N_SLOTS];

/* Gives back what the scene made; all slots have RUBBISH in them afterwards. */
void slots_reset(void);

/* Writes what a call did to the slot. */
void slot_put(const Slot *slot);

/* Writes an address: relative to a slot's that it is at or a little behind of, or a small number.
 */
void put_address(uint64_t address);
