#include <stdbool.h>

#include "crt-path.h"
#include "errors.h"

#define UNIT       char
#define NAME(name) narrow_##name
#define SPLIT_S    crt__splitpath_s
#define MAKE_S     crt__makepath_s

#include "path-family.inc"

#define DRIVE_MAX 3
#define PART_MAX  256

/* Buffers have the sizes that Microsoft's _MAX_ constants say; what is longer is cut off. */
void NTAPI crt__splitpath(
                const char *path, char *drive, char *folder, char *file, char *extension) {
        narrow_Target targets[4] = { { drive, DRIVE_MAX }, { folder, PART_MAX }, { file, PART_MAX },
                { extension, PART_MAX } };
        narrow_Part parts[4];

        narrow_split(path, parts);
        for (int i = 0; i < narrow_N_PARTS; i++) {
                if (targets[i].buffer)
                        narrow_put(&parts[i], &targets[i]);
        }
}
