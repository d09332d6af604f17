/*
 * DLLs that a program is linked with: what they export reaches the program by name, by number and
 * by forwarders, and they are told of its begin and end, each between those that it needs.
 *
 * Out: base attach +
 * Out: middle attach +
 * Out: sum 2000, double 14, ninth 18, data 1000
 * Out: middle detach +
 * Out: base detach +
 */

#include "ldr.h"
#include "pe.h"

int middle_sum(void);
int middle_double(int value);
int middle_ninth(int value);
extern __declspec(dllimport) int base_value;

NTSTATUS world_main(void) {
        print("sum %d, double %d, ninth %d, data %d\n", middle_sum(), middle_double(7),
                        middle_ninth(9), base_value);
        RtlExitUserProcess(failed);
        return failed;
}
