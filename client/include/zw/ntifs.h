#pragma once

/*
 * What drivers expect of <ntifs.h>: all of <ntddk.h>, and security. What else belongs here and not
 * there, file systems, is not in this version.
 */

#include "ntddk.h"
#include "ntseapi.h"
