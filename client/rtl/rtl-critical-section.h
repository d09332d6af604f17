#pragma once

/*
 * Critical sections, for other Rtl functions
 *
 * The bodies of RtlEnterCriticalSection() and its like with the ordinary calling convention.
 */

#include <stdbool.h>

#include "ntrtlsync.h"

void critical_section_init(RTL_CRITICAL_SECTION *section, ULONG spin_count);
void critical_section_enter(RTL_CRITICAL_SECTION *section);
bool critical_section_try(RTL_CRITICAL_SECTION *section);
NTSTATUS critical_section_leave(RTL_CRITICAL_SECTION *section);
