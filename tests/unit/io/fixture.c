#include "fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "assert-status.h"
#include "ntstatus.h"

#define STRANGER 4242u

void file_world_init(FileWorld *world) {
        QuotaLimits limits;

        quota_limits_init(&limits);
        world->scratch = scratch_new();
        world->quotas = quota_table_new(&limits);
        world->quota = quota_table_get(world->quotas, geteuid());
        world->stranger = quota_table_get(world->quotas, STRANGER);
        world->workers = worker_pool_new();
        ck_assert_ptr_nonnull(world->workers);
        world->files = file_table_new(world->workers);
}

void file_world_work(FileWorld *world) {
        while (worker_pool_count(world->workers) > 0) {
                struct pollfd poller = { .fd = worker_pool_fd(world->workers), .events = POLLIN };

                ck_assert_int_eq(poll(&poller, 1, -1), 1);
                worker_pool_reap(world->workers);
        }
}

void file_world_clear(FileWorld *world) {
        file_world_work(world);
        ck_assert_uint_eq(file_table_count(world->files), 0);
        file_table_free(world->files);
        worker_pool_free(world->workers);
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++) {
                ck_assert_uint_eq(quota_used(world->quota, kind), 0);
                ck_assert_uint_eq(quota_used(world->stranger, kind), 0);
        }
        quota_unref(world->quota);
        quota_unref(world->stranger);
        quota_table_free(world->quotas);
        scratch_free(world->scratch);
}

char *file_world_path(const FileWorld *world, const char *name) {
        return g_build_filename(scratch_path(world->scratch), name, NULL);
}

void file_world_make(const FileWorld *world, const char *name) {
        g_autofree char *path = file_world_path(world, name);

        ck_assert(g_file_set_contents(path, "content", -1, NULL));
}

bool file_world_has(const FileWorld *world, const char *name) {
        g_autofree char *path = file_world_path(world, name);

        return access(path, F_OK) == 0;
}

ClientFd file_world_open(FileWorld *world, Quota *quota, const char *name, int flags) {
        g_autofree char *path = file_world_path(world, name);
        ClientFd fd = { .fd = open(path, flags | O_CLOEXEC), .workers = world->workers };

        ck_assert_int_ge(fd.fd, 0);
        ck_assert_status(quota_charge(quota, QUOTA_DESCRIPTORS, 1, &fd.charge), STATUS_SUCCESS);
        return fd;
}

FilePlace file_world_place(FileWorld *world, const char *name) {
        ClientFd parent = file_world_open(world, world->quota, "", O_PATH | O_DIRECTORY);
        FilePlace place = FILE_PLACE_NONE;

        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, name, strlen(name)),
                        STATUS_SUCCESS);
        ck_assert_int_eq(parent.fd, -1);
        return place;
}
