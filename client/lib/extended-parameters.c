#include "extended-parameters.h"

#include "ntimage.h"
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

/* The machines whose programs a processor of this kind can run; 0 is no wish. */
static NTSTATUS machine_check(ULONG64 machine) {
        if (machine == 0 || machine == IMAGE_FILE_MACHINE_AMD64 ||
                        machine == IMAGE_FILE_MACHINE_I386)
                return STATUS_SUCCESS;
        return STATUS_NOT_SUPPORTED;
}

/* Takes one parameter. */
typedef NTSTATUS (*ParameterTake)(const MEM_EXTENDED_PARAMETER *parameter, RegionPlace *place);

static NTSTATUS memory_parameter(const MEM_EXTENDED_PARAMETER *parameter, RegionPlace *place) {
        if (parameter->Type == MemExtendedParameterAddressRequirements)
                return requirements_read(parameter->Pointer, place);
        return STATUS_NOT_SUPPORTED;
}

/* Only memory that is no view has an alignment of its own. (Wine's tests.) */
static NTSTATUS view_parameter(const MEM_EXTENDED_PARAMETER *parameter, RegionPlace *place) {
        NTSTATUS status;

        if (parameter->Type == MemExtendedParameterImageMachine)
                return machine_check(parameter->ULong64);
        if (parameter->Type == MemExtendedParameterAttributeFlags && parameter->ULong64 == 0)
                return STATUS_SUCCESS;
        status = memory_parameter(parameter, place);
        return NT_SUCCESS(status) && place->alignment != 0 ? STATUS_INVALID_PARAMETER : status;
}

static NTSTATUS section_parameter(const MEM_EXTENDED_PARAMETER *parameter, RegionPlace *place) {
        (void) place;
        if (parameter->Type == MemSectionExtendedParameterAttributeFlags && parameter->ULong64 == 0)
                return STATUS_SUCCESS;
        return STATUS_NOT_SUPPORTED;
}

static NTSTATUS parameters_read(const MEM_EXTENDED_PARAMETER *parameters,
                ULONG count,
                ULONG max,
                ParameterTake take,
                RegionPlace *place) {
        bool seen[MemExtendedParameterMax] = { false };

        if (count > 0 && !parameters)
                return STATUS_INVALID_PARAMETER;
        for (ULONG i = 0; i < count; i++) {
                MEM_EXTENDED_PARAMETER parameter;
                NTSTATUS status = probe_read(&parameter, &parameters[i], sizeof(parameter),
                                _Alignof(MEM_EXTENDED_PARAMETER));

                if (!NT_SUCCESS(status))
                        return status;
                if (parameter.Type == 0 || parameter.Type >= max || seen[parameter.Type])
                        return STATUS_INVALID_PARAMETER;
                seen[parameter.Type] = true;
                status = take(&parameter, place);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_SUCCESS;
}

NTSTATUS extended_parameters_read(
                const MEM_EXTENDED_PARAMETER *parameters, ULONG count, RegionPlace *place) {
        return parameters_read(parameters, count, MemExtendedParameterMax, memory_parameter, place);
}

NTSTATUS extended_parameters_read_view(
                const MEM_EXTENDED_PARAMETER *parameters, ULONG count, RegionPlace *place) {
        return parameters_read(parameters, count, MemExtendedParameterMax, view_parameter, place);
}

NTSTATUS extended_parameters_check_section(const MEM_EXTENDED_PARAMETER *parameters, ULONG count) {
        return parameters_read(
                        parameters, count, MemSectionExtendedParameterMax, section_parameter, NULL);
}
