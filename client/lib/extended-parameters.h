#pragma once

/*
 * Extended parameters
 *
 * What the newer calls of the memory manager are told beyond their arguments: where memory may be.
 */

#include <stdbool.h>

#include "ntmmapi.h"
#include "region-place.h"

/**
 * extended_parameters_read() - capture the parameters of a call
 * @parameters: the caller's
 * @count:      how many there are
 * @place:      gets the limits
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER (NULL, a type that does not exist or comes
 * twice, limits that make no sense); STATUS_ACCESS_VIOLATION; STATUS_NOT_SUPPORTED (all types but
 * MemExtendedParameterAddressRequirements).
 */
NTSTATUS extended_parameters_read(
                const MEM_EXTENDED_PARAMETER *parameters, ULONG count, RegionPlace *place);

/**
 * extended_parameters_read_view() - the same for views
 *
 * Return: as extended_parameters_read(); an alignment is STATUS_INVALID_PARAMETER;
 * MemExtendedParameterImageMachine is accepted for machines whose programs can run here, and
 * MemExtendedParameterAttributeFlags if there are none. Neither says anything of a view without an
 * image.
 */
NTSTATUS extended_parameters_read_view(
                const MEM_EXTENDED_PARAMETER *parameters, ULONG count, RegionPlace *place);

/* The same for sections, for which there is nothing that can be asked for here. */
NTSTATUS extended_parameters_check_section(const MEM_EXTENDED_PARAMETER *parameters, ULONG count);
