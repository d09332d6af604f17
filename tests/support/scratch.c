#include "scratch.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>

struct Scratch {
        char *path;
};

Scratch *scratch_new(void) {
        Scratch *scratch = g_new0(Scratch, 1);

        scratch->path = g_build_filename(g_get_tmp_dir(), "ntobjd-test-XXXXXX", NULL);
        ck_assert_ptr_nonnull(g_mkdtemp(scratch->path));
        return scratch;
}

const char *scratch_path(const Scratch *scratch) {
        return scratch->path;
}

static int scratch_remove(const char *path, const struct stat *status, int type, struct FTW *walk) {
        (void) status;
        (void) type;
        (void) walk;
        return remove(path);
}

void scratch_free(Scratch *scratch) {
        if (!scratch)
                return;
        nftw(scratch->path, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
        g_free(scratch->path);
        g_free(scratch);
}
