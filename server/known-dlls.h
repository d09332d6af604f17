#pragma once

/*
 * Known DLLs
 *
 * Sections that the server itself makes of the images in a folder, for all programs to map: what is
 * loaded by name is looked for in \KnownDlls before the disk is.
 */

#include "log.h"
#include "rpc.h"

/**
 * known_dlls_make() - fill \KnownDlls
 * @folder: whose files with names in .dll become sections of these names; not kept
 * @log:    what cannot be made is logged there; used until the workers end
 *
 * The files are read by a worker, one after the other, while the server serves already.
 */
void known_dlls_make(RpcEnv *env, const char *folder, const Log *log);
