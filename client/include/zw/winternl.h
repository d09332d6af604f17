#pragma once

/*
 * What programs expect of <winternl.h>: the native services as ntdll offers them
 */

#include "ntdef.h"
#include "ntiofile.h"
#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntpsapi.h"
#include "ntrtl.h"
#include "ntseapi.h"
#include "ntstatus.h"
