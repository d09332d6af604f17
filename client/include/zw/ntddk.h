#pragma once

/*
 * What drivers expect of <ntddk.h>: all of <wdm.h>, and processes. What else belongs here and not
 * there, drivers, devices, file systems, is not in this version.
 */

#include "ntimage.h"
#include "ntpsapi.h"
#include "wdm.h"
