#include "writable.h"

#include <stdint.h>

#include "ntstatus.h"
#include "zw.h"

#define WRITES (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)

static NTSTATUS protect(const WritablePiece *piece, ULONG protection) {
        PVOID base = piece->base;
        SIZE_T size = piece->size;
        ULONG old;

        return zw_protect_virtual_memory(NtCurrentProcess(), &base, &size, protection, &old);
}

static NTSTATUS add_piece(Writable *writable, const WritablePiece *piece) {
        NTSTATUS status;

        if (writable->n_pieces == WRITABLE_PIECES_MOST)
                return STATUS_INVALID_IMAGE_FORMAT;
        status = protect(piece, PAGE_READWRITE);
        if (NT_SUCCESS(status))
                writable->pieces[writable->n_pieces++] = *piece;
        return status;
}

NTSTATUS writable_begin(void *at, size_t size, Writable *ret) {
        uintptr_t next = (uintptr_t) at, end = next + size;

        ret->n_pieces = 0;
        while (next < end) {
                MEMORY_BASIC_INFORMATION region;
                WritablePiece piece;
                NTSTATUS status = zw_query_virtual_memory(NtCurrentProcess(), (PVOID) next,
                                MemoryBasicInformation, &region, sizeof(region), NULL);

                if (!NT_SUCCESS(status))
                        return status;
                piece.base = region.BaseAddress;
                piece.protection = region.Protect;
                next = (uintptr_t) region.BaseAddress + region.RegionSize;
                piece.size = (next < end ? next : end) - (uintptr_t) region.BaseAddress;
                if (region.State != MEM_COMMIT || region.Protect == PAGE_NOACCESS ||
                                region.Protect & WRITES)
                        continue;
                status = add_piece(ret, &piece);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_SUCCESS;
}

void writable_end(Writable *writable) {
        while (writable->n_pieces > 0) {
                const WritablePiece *piece = &writable->pieces[--writable->n_pieces];

                protect(piece, piece->protection);
        }
}
