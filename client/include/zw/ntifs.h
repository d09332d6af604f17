#pragma once

/*
 * What drivers expect of <ntifs.h>: all of <wdm.h>. What belongs here and not there, drivers,
 * devices, file systems, is not in this version.
 */

#include "wdm.h"
