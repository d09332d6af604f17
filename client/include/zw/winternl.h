#pragma once

/*
 * What programs expect of <winternl.h>: the native services as ntdll offers them
 *
 * All that <ntifs.h> has for programs is here too: Microsoft's own <winternl.h> declares a part of
 * ntdll only, and sources that want more bring their own declarations along. <windows.h> is not
 * there; what the native services need of it (types, statuses, access rights) is.
 */

#include <string.h>

#include "ntassert.h"
#include "ntcompiler.h"
#include "ntdef.h"
#include "ntexapi.h"
#include "ntimage.h"
#include "ntinterlocked.h"
#include "ntiofile.h"
#include "ntlist.h"
#include "ntmacros.h"
#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntpeb.h"
#include "ntpsapi.h"
#include "ntrtl.h"
#include "ntseapi.h"
#include "ntstatus.h"
#include "nttypes.h"
#include "ntwcs.h"
#include "sal.h"
#include "specstrings.h"
