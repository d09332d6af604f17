#pragma once

/*
 * Run-time library: atom tables
 *
 * An atom is a 16-bit number for a name, whatever its case. Below 0xC000 it is an integer atom,
 * which stands for itself and for names like "#123", and is in no table. A name may also be given
 * as such a number in place of its pointer. Tables lock themselves.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef USHORT RTL_ATOM, *PRTL_ATOM;

/**
 * RtlCreateAtomTable() - make an empty table
 * @NumberOfBuckets: of its hash; 0 for 37
 * @AtomTable:       gets it, if it was NULL
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a number of buckets and a table that is
 * there already; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlCreateAtomTable(ULONG NumberOfBuckets, PVOID *AtomTable);
NTSTATUS NTAPI RtlDestroyAtomTable(PVOID AtomTable);

/* Takes all names out; pinned ones too only with @IncludePinnedAtoms. */
NTSTATUS NTAPI RtlEmptyAtomTable(PVOID AtomTable, BOOLEAN IncludePinnedAtoms);

/**
 * RtlAddAtomToAtomTable() - put a name in, or add a reference to it
 * @AtomName: at most 255 units
 * @Atom:     gets the lowest number that is free from 0xC000 on; may be NULL
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for no table, no name, a name too long, an
 * integer that is none; STATUS_OBJECT_NAME_INVALID for an empty name; STATUS_NO_MEMORY, also for a
 * table with 16,384 names.
 */
NTSTATUS NTAPI RtlAddAtomToAtomTable(PVOID AtomTable, PWSTR AtomName, PRTL_ATOM Atom);

/* The same without a reference: STATUS_OBJECT_NAME_NOT_FOUND. */
NTSTATUS NTAPI RtlLookupAtomInAtomTable(PVOID AtomTable, PWSTR AtomName, PRTL_ATOM Atom);

/* Takes a reference away, and the name with the last. STATUS_WAS_LOCKED if it is pinned,
 * STATUS_INVALID_HANDLE if there is none. */
NTSTATUS NTAPI RtlDeleteAtomFromAtomTable(PVOID AtomTable, RTL_ATOM Atom);

/* Makes a name stay until the table goes. STATUS_INVALID_HANDLE if there is none. */
NTSTATUS NTAPI RtlPinAtomInAtomTable(PVOID AtomTable, RTL_ATOM Atom);

/**
 * RtlQueryAtomInAtomTable() - what is known of an atom
 * @AtomUsage:      gets its references; may be NULL
 * @AtomFlags:      gets 1 if it is pinned; may be NULL
 * @AtomName:       gets its name, as much as has room, with a NUL; may be NULL
 * @AtomNameLength: of @AtomName in bytes; gets the bytes written without the NUL, or with
 *                  STATUS_BUFFER_TOO_SMALL those of the name. May be NULL if @AtomName is
 *
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL if not even the NUL has room;
 * STATUS_INVALID_PARAMETER for no table or atom 0; STATUS_INVALID_HANDLE if there is none.
 */
NTSTATUS NTAPI RtlQueryAtomInAtomTable(PVOID AtomTable,
                RTL_ATOM Atom,
                PULONG AtomUsage,
                PULONG AtomFlags,
                PWSTR AtomName,
                PULONG AtomNameLength);

/* Whether a name is that of an integer atom, which @IntegerAtom gets: 0xC000 for one out of range.
 */
BOOLEAN NTAPI RtlGetIntegerAtom(PWSTR AtomName, PUSHORT IntegerAtom);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
