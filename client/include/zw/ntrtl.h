#pragma once

/*
 * Run-time library
 */

#include "ntdef.h"
#include "ntobapi.h"
#include "ntrtlatom.h"
#include "ntrtlbit.h"
#include "ntrtldbg.h"
#include "ntrtlheap.h"
#include "ntrtlmem.h"
#include "ntrtlnls.h"
#include "ntrtlnum.h"
#include "ntrtlsec.h"
#include "ntrtlslist.h"
#include "ntrtlstr.h"
#include "ntrtlsync.h"
#include "ntrtltable.h"
#include "ntrtltime.h"
#include "ntrtlver.h"
#include "ntsecurity.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * RtlNtStatusToDosError() - the Win32 error that stands for a status
 * @Status: any value
 * Return: the error's number; 317, ERROR_MR_MID_NOT_FOUND, for a status that has none. Values with
 * the customer bit (0x20000000) are returned as they are; of an HRESULT or status that is made of a
 * Win32 error (0x8007xxxx, 0xC007xxxx, 0xC001xxxx) the error inside; an HRESULT that is made of a
 * status (0xDxxxxxxx) is taken for the status.
 */
ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);

/* The same without a note of the status in the TEB: in a program that has none, there is no
 * difference. */
ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS Status);

/**
 * RtlCreateBoundaryDescriptor() - begin to say who may reach a private namespace
 * @Name:  of the namespace; not empty
 * @Flags: 0; the services take no other
 *
 * Return: a descriptor for RtlDeleteBoundaryDescriptor(), or NULL.
 */
POBJECT_BOUNDARY_DESCRIPTOR NTAPI RtlCreateBoundaryDescriptor(PUNICODE_STRING Name, ULONG Flags);

VOID NTAPI RtlDeleteBoundaryDescriptor(POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);

/**
 * RtlAddSIDToBoundaryDescriptor() - only processes that have this SID
 * @BoundaryDescriptor: may move
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER (no descriptor), STATUS_INVALID_SID,
 * STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlAddSIDToBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR *BoundaryDescriptor, PSID RequiredSid);

/**
 * RtlAddIntegrityLabelToBoundaryDescriptor() - only processes of at least this integrity level
 * @BoundaryDescriptor: may move
 * @IntegrityLabel:     S-1-16-level
 * Return: as above; STATUS_INVALID_PARAMETER also for a second label.
 */
NTSTATUS NTAPI RtlAddIntegrityLabelToBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR *BoundaryDescriptor, PSID IntegrityLabel);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
