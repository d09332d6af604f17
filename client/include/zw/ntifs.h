#pragma once

/*
 * What drivers expect of <ntifs.h>: all of <wdm.h>, and security. What else belongs here and not
 * there, drivers, devices, file systems, is not in this version.
 */

#include "ntpsapi.h"
#include "ntseapi.h"
#include "wdm.h"
