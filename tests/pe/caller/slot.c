#include "slot.h"

#define NEAR 0x4000000 /* larger than any region that scenes make */
#define FAR                                                                                        \
        0x400000 /* larger than sizes and offsets, smaller than addresses that were not asked for  \
                  */

Slot slots[N_SLOTS];

static void give_back(Slot *slot) {
        PVOID base = (PVOID) slot->value;
        SIZE_T size = 0;

        if (!slot->made || slot->value == RUBBISH || slot->value == 0)
                return;
        if (slot->kind == SLOT_HANDLE) {
                /* A scene may have called it protected. */
                UCHAR flags[2] = { 0, 0 };
                NtSetInformationObject(
                                (HANDLE) slot->value, (OBJECT_INFORMATION_CLASS) 4, flags, 2);
                NtClose((HANDLE) slot->value);
        } else if (slot->kind == SLOT_VIEW) {
                NtUnmapViewOfSection(NtCurrentProcess(), base);
        } else if (slot->kind == SLOT_MEMORY) {
                NtFreeVirtualMemory(NtCurrentProcess(), &base, &size, MEM_RELEASE);
        }
}

void slots_reset(void) {
        for (unsigned i = 0; i < N_SLOTS; i++) {
                give_back(&slots[i]);
                slots[i] = (Slot){ RUBBISH, RUBBISH, SLOT_PLAIN, false };
        }
}

/* Whether the address is in what a slot is the beginning of, or behind it; writes it if so. */
static bool put_relative(uint64_t address) {
        for (unsigned i = 0; i < N_SLOTS; i++) {
                uint64_t base = slots[i].value;

                if (slots[i].kind != SLOT_VIEW && slots[i].kind != SLOT_MEMORY)
                        continue;
                if (base == RUBBISH || base < FAR || address < base || address - base >= NEAR)
                        continue;
                put_char('$');
                put_hex(i);
                put_char('+');
                put_hex(address - base);
                return true;
        }
        return false;
}

void put_address(uint64_t address) {
        if (address < 0x10000 || address == RUBBISH)
                put_hex(address);
        else if (!put_relative(address))
                put_text(address % 0x10000 == 0 ? "A" : address % 0x1000 == 0 ? "P" : "?");
}

static void put_new_handle(uint64_t handle) {
        if (handle == 0)
                put_char('0');
        else
                put_text(handle % 4 == 0 && handle < 0x80000000 ? "H" : "odd-handle");
}

static void put_new_address(const Slot *slot) {
        if (slot->before != RUBBISH && slot->before != 0) {
                put_char('-');
                put_hex(slot->before - slot->value);
        } else {
                put_text(slot->value % 0x10000 == 0 ? "A" : slot->value % 0x1000 == 0 ? "P" : "?");
        }
}

void slot_put(const Slot *slot) {
        if (slot->value == slot->before)
                put_char('=');
        else if (slot->kind == SLOT_HANDLE)
                put_new_handle(slot->value);
        else if (slot->kind != SLOT_PLAIN)
                put_new_address(slot);
        else if (!put_relative(slot->value))
                put_hex(slot->value);
}
