#pragma once

/*
 * Lower case as NT has it: the pairs of upcase.h the other way round. Names are never compared so;
 * this is for those who ask for lower case.
 */

#include <stdint.h>

#include "ntdef.h"

extern const uint16_t nt_downcase_table[65536];

static inline WCHAR nt_downcase(WCHAR unit) {
        return (WCHAR) nt_downcase_table[(uint16_t) unit];
}
