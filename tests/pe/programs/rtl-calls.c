/*
 * The 43,617 calls of tests/pe/rtl: each area's results are what Wine 8 gave.
 *
 * Out: strings: as recorded
 * Out: conversions: as recorded
 * Out: numbers: as recorded
 * Out: addresses: as recorded
 * Out: bit maps: as recorded
 * Out: times: as recorded
 * Out: memory: as recorded
 * Out: atoms: as recorded
 */

#include "../rtl/world.h"
#include "../support/pe.h"

NTSTATUS world_main(void) {
        for (size_t i = 0; i < n_areas; i++) {
                uint64_t found = area_hash(&areas[i]);

                if (found == areas[i].hash)
                        print("%s: as recorded\n", areas[i].name);
                else
                        print("%s: %I64x\n", areas[i].name, (long long) found);
        }
        return STATUS_SUCCESS;
}
