#include <pthread.h>
#include <stdio.h>

#include "cleanup.h"
#include "ntrtlatom.h"
#include "ntrtlstr.h"
#include "ntstatus.h"
#include "rtl-heap.h"
#include "rtl-string.h"
#include "upcase.h"

#define FIRST_ATOM      0xC000u
#define N_ATOMS_MAX     0x4000u
#define BUCKETS_DEFAULT 37u
#define BUCKETS_MAX     0x10000u
#define NAME_MAX_UNITS  255u
#define TABLE_MAGIC     0x6D6F7441u /* "Atom" */

typedef struct Atom Atom;
struct Atom {
        Atom *next; /* in its bucket */
        USHORT number;
        USHORT n_units;
        ULONG n_references;
        bool pinned;
        WCHAR name[];
};

typedef struct AtomTable {
        ULONG magic;
        ULONG n_buckets;
        pthread_mutex_t lock;
        Atom **by_number; /* N_ATOMS_MAX of them */
        Atom *buckets[];
} AtomTable;

static void unlock(AtomTable **table) {
        if (*table)
                pthread_mutex_unlock(&(*table)->lock);
}

/* A table that the caller has locked until the end of the scope; NULL if it is none. */
static AtomTable *lock(PVOID pointer) {
        AtomTable *table = pointer;

        if (!table || table->magic != TABLE_MAGIC)
                return NULL;
        pthread_mutex_lock(&table->lock);
        return table;
}

NTSTATUS NTAPI RtlCreateAtomTable(ULONG NumberOfBuckets, PVOID *Table) {
        ULONG n = NumberOfBuckets ? NumberOfBuckets : BUCKETS_DEFAULT;
        AtomTable *table;

        if (*Table)
                return NumberOfBuckets ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
        if (n > BUCKETS_MAX)
                n = BUCKETS_MAX; /* more than there can be names help nobody */

        table = rtl_allocate(sizeof(*table) + n * sizeof(table->buckets[0]));
        if (!table)
                return STATUS_NO_MEMORY;
        table->by_number = rtl_allocate(N_ATOMS_MAX * sizeof(table->by_number[0]));
        if (!table->by_number) {
                rtl_free(table);
                return STATUS_NO_MEMORY;
        }
        memset(table->by_number, 0, N_ATOMS_MAX * sizeof(table->by_number[0]));
        memset(table->buckets, 0, n * sizeof(table->buckets[0]));
        table->magic = TABLE_MAGIC;
        table->n_buckets = n;
        pthread_mutex_init(&table->lock, NULL);
        *Table = table;
        return STATUS_SUCCESS;
}

static Atom **bucket_of(AtomTable *table, const WCHAR *name, size_t n_units) {
        ULONG hash = 0;

        for (size_t i = 0; i < n_units; i++)
                hash = hash * 65599 + nt_upcase(name[i]);
        return &table->buckets[hash % table->n_buckets];
}

static Atom *find(AtomTable *table, const WCHAR *name, size_t n_units) {
        Atom *atom = *bucket_of(table, name, n_units);

        while (atom && !nt_name_equal(atom->name, atom->n_units, name, n_units, true))
                atom = atom->next;
        return atom;
}

static void remove_atom(AtomTable *table, Atom *atom) {
        Atom **link = bucket_of(table, atom->name, atom->n_units);

        while (*link != atom)
                link = &(*link)->next;
        *link = atom->next;
        table->by_number[atom->number - FIRST_ATOM] = NULL;
        rtl_free(atom);
}

static void remove_all(AtomTable *table, bool pinned_too) {
        for (ULONG i = 0; i < N_ATOMS_MAX; i++) {
                if (table->by_number[i] && (pinned_too || !table->by_number[i]->pinned))
                        remove_atom(table, table->by_number[i]);
        }
}

NTSTATUS NTAPI RtlDestroyAtomTable(PVOID Table) {
        AtomTable *table = lock(Table);

        if (!table)
                return STATUS_INVALID_PARAMETER;
        remove_all(table, true);
        table->magic = 0;
        pthread_mutex_unlock(&table->lock);
        pthread_mutex_destroy(&table->lock);
        rtl_free(table->by_number);
        rtl_free(table);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlEmptyAtomTable(PVOID Table, BOOLEAN IncludePinnedAtoms) {
        autocleanup(unlock) AtomTable *table = lock(Table);

        if (!table)
                return STATUS_INVALID_PARAMETER;
        remove_all(table, IncludePinnedAtoms);
        return STATUS_SUCCESS;
}

/* Whether @name is a number in place of a pointer, or "#" and digits only. */
static bool integer_name(const WCHAR *name, ULONG *ret) {
        ULONG number = 0;
        size_t i;

        if ((uintptr_t) name <= UINT16_MAX) {
                *ret = (ULONG) (uintptr_t) name;
                return true;
        }
        if (name[0] != '#' || name[1] == 0)
                return false;
        for (i = 1; name[i] >= '0' && name[i] <= '9'; i++) {
                if (number < FIRST_ATOM)
                        number = number * 10 + (ULONG) (name[i] - '0');
        }
        *ret = number;
        return name[i] == 0;
}

BOOLEAN NTAPI RtlGetIntegerAtom(PWSTR AtomName, PUSHORT IntegerAtom) {
        ULONG number = 0;

        if (!integer_name(AtomName, &number))
                return FALSE;
        if (number == 0 || number > FIRST_ATOM)
                number = FIRST_ATOM;
        if (IntegerAtom)
                *IntegerAtom = (USHORT) number;
        return TRUE;
}

/* STATUS_SUCCESS with an integer atom in @ret, or with 0 and the length of a name. */
static NTSTATUS check_name(const WCHAR *name, ULONG *ret, size_t *ret_n_units) {
        *ret = 0;
        if (integer_name(name, ret))
                return *ret == 0 || *ret >= FIRST_ATOM ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
        *ret = 0;
        *ret_n_units = rtl_units(name, NAME_MAX_UNITS + 1);
        if (*ret_n_units == 0)
                return STATUS_OBJECT_NAME_INVALID;
        return *ret_n_units > NAME_MAX_UNITS ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static void give(RTL_ATOM *ret, ULONG number) {
        if (ret)
                *ret = (RTL_ATOM) number;
}

/* A new atom with one reference; NULL without memory or a free number. */
static Atom *insert(AtomTable *table, const WCHAR *name, size_t n_units) {
        Atom **bucket = bucket_of(table, name, n_units);
        ULONG i = 0;
        Atom *atom;

        while (i < N_ATOMS_MAX && table->by_number[i])
                i++;
        if (i == N_ATOMS_MAX)
                return NULL;
        atom = rtl_allocate(sizeof(*atom) + n_units * sizeof(WCHAR));
        if (!atom)
                return NULL;
        atom->number = (USHORT) (FIRST_ATOM + i);
        atom->n_units = (USHORT) n_units;
        atom->n_references = 1;
        atom->pinned = false;
        memcpy(atom->name, name, n_units * sizeof(WCHAR));
        atom->next = *bucket;
        *bucket = atom;
        table->by_number[i] = atom;
        return atom;
}

NTSTATUS NTAPI RtlAddAtomToAtomTable(PVOID Table, PWSTR AtomName, PRTL_ATOM Number) {
        autocleanup(unlock) AtomTable *table = lock(Table);
        size_t n_units = 0;
        ULONG number;
        NTSTATUS status;
        Atom *atom;

        if (!table)
                return STATUS_INVALID_PARAMETER;
        status = check_name(AtomName, &number, &n_units);
        if (!NT_SUCCESS(status))
                return status;
        if (number == 0) {
                atom = find(table, AtomName, n_units);
                if (atom && atom->n_references < UINT32_MAX)
                        atom->n_references++;
                if (!atom)
                        atom = insert(table, AtomName, n_units);
                if (!atom)
                        return STATUS_NO_MEMORY;
                number = atom->number;
        }
        give(Number, number);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlLookupAtomInAtomTable(PVOID Table, PWSTR AtomName, PRTL_ATOM Number) {
        autocleanup(unlock) AtomTable *table = lock(Table);
        size_t n_units = 0;
        ULONG number;
        NTSTATUS status;

        if (!table)
                return STATUS_INVALID_PARAMETER;
        status = check_name(AtomName, &number, &n_units);
        if (!NT_SUCCESS(status))
                return status;
        if (number == 0) {
                Atom *atom = find(table, AtomName, n_units);

                if (!atom)
                        return STATUS_OBJECT_NAME_NOT_FOUND;
                number = atom->number;
        }
        give(Number, number);
        return STATUS_SUCCESS;
}

/* NULL for a number that is not in the table. */
static Atom *atom_of(AtomTable *table, RTL_ATOM number) {
        return number < FIRST_ATOM ? NULL : table->by_number[number - FIRST_ATOM];
}

NTSTATUS NTAPI RtlDeleteAtomFromAtomTable(PVOID Table, RTL_ATOM Number) {
        autocleanup(unlock) AtomTable *table = lock(Table);
        Atom *atom;

        if (!table)
                return STATUS_INVALID_PARAMETER;
        atom = atom_of(table, Number);
        if (!atom)
                return STATUS_INVALID_HANDLE;
        if (atom->pinned)
                return STATUS_WAS_LOCKED;
        if (--atom->n_references == 0)
                remove_atom(table, atom);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlPinAtomInAtomTable(PVOID Table, RTL_ATOM Number) {
        autocleanup(unlock) AtomTable *table = lock(Table);
        Atom *atom;

        if (!table)
                return STATUS_INVALID_PARAMETER;
        if (Number > 0 && Number < FIRST_ATOM)
                return STATUS_SUCCESS; /* integers are always there */
        atom = atom_of(table, Number);
        if (!atom)
                return STATUS_INVALID_HANDLE;
        atom->pinned = true;
        return STATUS_SUCCESS;
}

/* As much of @name as has room, with a NUL. */
static NTSTATUS write_name(const WCHAR *name, size_t n_units, WCHAR *to, ULONG *length) {
        size_t room;

        if (!length)
                return STATUS_SUCCESS;
        room = *length / sizeof(WCHAR);
        if (room == 0 || !to)
                *length = (ULONG) (n_units * sizeof(WCHAR));
        if (room == 0)
                return STATUS_BUFFER_TOO_SMALL;
        if (!to)
                return STATUS_SUCCESS;
        if (n_units > room - 1)
                n_units = room - 1;
        memcpy(to, name, n_units * sizeof(WCHAR));
        to[n_units] = 0;
        *length = (ULONG) (n_units * sizeof(WCHAR));
        return STATUS_SUCCESS;
}

static NTSTATUS query_integer(RTL_ATOM number, WCHAR *to, ULONG *length) {
        char text[sizeof("#65535")];
        WCHAR name[sizeof(text)];
        int n = snprintf(text, sizeof(text), "#%u", number);

        for (int i = 0; i < n; i++)
                name[i] = (WCHAR) text[i];
        return write_name(name, (size_t) n, to, length);
}

NTSTATUS NTAPI RtlQueryAtomInAtomTable(PVOID Table,
                RTL_ATOM Number,
                PULONG AtomUsage,
                PULONG AtomFlags,
                PWSTR AtomName,
                PULONG AtomNameLength) {
        autocleanup(unlock) AtomTable *table = lock(Table);
        bool integer = Number < FIRST_ATOM;
        Atom *atom;

        if (!table || Number == 0)
                return STATUS_INVALID_PARAMETER;
        atom = atom_of(table, Number);
        if (!integer && !atom)
                return STATUS_INVALID_HANDLE;
        if (AtomUsage)
                *AtomUsage = integer ? 1 : atom->n_references;
        if (AtomFlags)
                *AtomFlags = integer || atom->pinned;
        if (integer)
                return query_integer(Number, AtomName, AtomNameLength);
        return write_name(atom->name, atom->n_units, AtomName, AtomNameLength);
}
