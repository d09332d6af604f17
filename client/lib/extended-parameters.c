#include "extended-parameters.h"

#include "ntstatus.h"
#include "probe.h"

/* Wine's tests of ntdll's virtual memory. All zero is no wish. */
static NTSTATUS requirements_read(const void *from, RegionPlace *place) {
        MEM_ADDRESS_REQUIREMENTS wanted;
        NTSTATUS status = probe_read(&wanted, from, sizeof(wanted), 1);
        uintptr_t lowest, highest;

        if (!NT_SUCCESS(status))
                return status;
        lowest = (uintptr_t) wanted.LowestStartingAddress;
        highest = (uintptr_t) wanted.HighestEndingAddress;
        if (lowest % REGION_GRANULARITY != 0 || lowest > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER;
        if (highest != 0 && ((highest + 1) % REGION_PAGE_SIZE != 0 ||
                                            highest > VIEW_HIGHEST_ADDRESS || highest <= lowest))
                return STATUS_INVALID_PARAMETER;
        if (wanted.Alignment != 0 && (wanted.Alignment < REGION_GRANULARITY ||
                                                     wanted.Alignment & (wanted.Alignment - 1)))
                return STATUS_INVALID_PARAMETER;
        if (wanted.Alignment > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER;

        place->lowest = lowest;
        place->highest = highest;
        place->alignment = wanted.Alignment;
        return STATUS_SUCCESS;
}

NTSTATUS extended_parameters_read(
                const MEM_EXTENDED_PARAMETER *parameters, ULONG count, RegionPlace *place) {
        bool seen[MemExtendedParameterMax] = { false };

        if (count > 0 && !parameters)
                return STATUS_INVALID_PARAMETER;
        for (ULONG i = 0; i < count; i++) {
                MEM_EXTENDED_PARAMETER parameter;
                NTSTATUS status = probe_read(&parameter, &parameters[i], sizeof(parameter),
                                _Alignof(MEM_EXTENDED_PARAMETER));

                if (!NT_SUCCESS(status))
                        return status;
                if (parameter.Type == MemExtendedParameterInvalidType ||
                                parameter.Type >= MemExtendedParameterMax || seen[parameter.Type])
                        return STATUS_INVALID_PARAMETER;
                seen[parameter.Type] = true;
                if (parameter.Type != MemExtendedParameterAddressRequirements)
                        return STATUS_NOT_SUPPORTED;
                status = requirements_read(parameter.Pointer, place);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_SUCCESS;
}
