#include "pe-memory.h"

#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#include "pe-layout.h"

static NTSTATUS read_bytes(void *context, uint64_t offset, void *buffer, size_t size) {
        PeBytes *bytes = context;

        if (size == 0 || size > 4096 || offset > bytes->size || size > bytes->size - offset)
                abort();
        if (++bytes->n_reads > 4)
                abort();
        memcpy(buffer, bytes->bytes + offset, size);
        return STATUS_SUCCESS;
}

PeFile pe_bytes_file(PeBytes *bytes) {
        return (PeFile){ .read = read_bytes, .context = bytes, .size = bytes->size };
}

uint8_t *pe_memory_new(const PeImage *image, const uint8_t *bytes) {
        uint8_t *memory = calloc(1, image->size);
        PeLayout layout;

        if (!memory)
                return NULL;
        pe_layout(image, false, &layout);
        for (size_t i = 0; i < layout.n_pieces; i++) {
                const PePiece *piece = &layout.pieces[i];

                if (piece->file_size > 0)
                        memcpy(memory + piece->rva, bytes + piece->file_offset, piece->file_size);
        }
        return memory;
}

static uint64_t get(const uint8_t *memory, unsigned n_bytes) {
        uint64_t value = 0;

        for (unsigned i = 0; i < n_bytes; i++)
                value |= (uint64_t) memory[i] << (8 * i);
        return value;
}

static void put(uint8_t *memory, unsigned n_bytes, uint64_t value) {
        for (unsigned i = 0; i < n_bytes; i++)
                memory[i] = (uint8_t) (value >> (8 * i));
}

static void relocate_one(uint8_t *target, unsigned type, int operand, uint64_t delta) {
        switch (type) {
        case 1:
                put(target, 2, ((get(target, 2) << 16) + delta) >> 16);
                break;
        case 2:
                put(target, 2, get(target, 2) + delta);
                break;
        case 3:
                put(target, 4, get(target, 4) + delta);
                break;
        case 4:
                put(target, 2,
                                ((get(target, 2) << 16) + (uint64_t) (int64_t) operand + delta +
                                                0x8000) >>
                                                16);
                break;
        case 10:
                put(target, 8, get(target, 8) + delta);
                break;
        default:
                break;
        }
}

void pe_memory_relocate(uint8_t *memory, PeDirectory table, uint64_t delta) {
        const uint8_t *at = memory + table.rva, *end = at + table.size;

        while (end - at >= 8 && get(at + 4, 4) != 0) {
                uint8_t *page = memory + get(at, 4);
                const uint8_t *block_end = at + get(at + 4, 4);

                for (at += 8; at < block_end; at += 2) {
                        unsigned word = (unsigned) get(at, 2), type = word >> 12;
                        int operand = 0;

                        if (type == 4) {
                                at += 2;
                                operand = (int16_t) get(at, 2);
                        }
                        relocate_one(page + (word & 0xFFF), type, operand, delta);
                }
        }
}
