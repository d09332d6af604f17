#include "downcase.h"

#include "case-blocks.h"

const uint16_t nt_downcase_table[65536] = {
#include "downcase-table.inc"
};
