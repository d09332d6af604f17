#include <stdlib.h>

#include "ntdef.h"
#include "ntrtl.h"

/*
 * RtlNtStatusToDosError
 *
 * The table is data: what the function answers for every status that has an answer. Microsoft's own
 * list (article 113996 of its knowledge base) is no longer published and ends in 1998; these values
 * are what Wine 8's ntdll returned when it was called with every value of each facility. Statuses
 * that share their name with a Win32 error were compared with it.
 */

#define ERROR_MR_MID_NOT_FOUND 317u

#define STATUS_CUSTOMER  0x20000000u
#define STATUS_NT_BIT    0x10000000u /* HRESULT_FROM_NT() */
#define WIN32_HRESULT    0x8007u
#define WIN32_STATUS     0xC007u
#define WIN32_STATUS_OLD 0xC001u

typedef struct DosError {
        uint32_t status;
        uint32_t error;
} DosError;

static const DosError dos_errors[] = {
#include "dos-error-table.inc"
};

static int dos_error_compare(const void *key, const void *element) {
        uint32_t status = *(const uint32_t *) key;
        const DosError *error = element;

        return (status > error->status) - (status < error->status);
}

static ULONG dos_error(uint32_t status) {
        const DosError *error;

        if (status == 0 || status & STATUS_CUSTOMER)
                return status;
        if ((status & 0xF0000000u) == (0xC0000000u | STATUS_NT_BIT))
                status &= ~STATUS_NT_BIT;
        if (status >> 16 == WIN32_HRESULT || status >> 16 == WIN32_STATUS ||
                        status >> 16 == WIN32_STATUS_OLD)
                return status & 0xFFFFu;

        error = bsearch(&status, dos_errors, sizeof(dos_errors) / sizeof(dos_errors[0]),
                        sizeof(dos_errors[0]), dos_error_compare);
        return error ? error->error : ERROR_MR_MID_NOT_FOUND;
}

ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS Status) {
        return dos_error((uint32_t) Status);
}

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status) {
        return dos_error((uint32_t) Status);
}
