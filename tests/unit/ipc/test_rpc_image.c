/*
 * Sections of images: what they cost, and what happens when somebody ends while one is read.
 */

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "file-requests.h"
#include "grant-word.h"
#include "image-memory.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "process.h"
#include "quota.h"
#include "suite.h"
#include "worker.h"

#define ENDS 40u

static RpcWorld world;
static RpcClient a;
static int fd;

static void make_image(ULONG characteristics) {
        autofd int writer = rpc_world_open(&world, "f", O_WRONLY);
        PeBuild build;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        build.sections[1].Characteristics |= characteristics;
        ck_assert_int_eq(pwrite(writer, build.bytes, build.size, 0), (ssize_t) build.size);
        pe_build_clear(&build);
}

static void begin(void) {
        rpc_world_init(&world);
        rpc_world_make(&world, "f", 0);
        make_image(0);
        fd = rpc_world_open(&world, "f", O_RDONLY);
        rpc_client_start(&a, &world, geteuid());
}

static void end(void) {
        rpc_client_end(&a);
        fd_close(fd);
        rpc_world_clear(&world);
}

static uint64_t used(QuotaKind kind) {
        Quota *quota = quota_table_get(world.env.quotas, geteuid());
        uint64_t amount = 0;

        rpc_world_work(&world);
        amount = quota_used(quota, kind);
        quota_unref(quota);
        return amount;
}

START_TEST(each_descriptor_of_an_image_is_charged) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY), section = NT__GRANT__INIT;
        uint64_t before = used(QUOTA_DESCRIPTORS);

        ck_assert_status(create_image(&a, &file, fd, &section), STATUS_SUCCESS);
        ck_assert_uint_eq(used(QUOTA_DESCRIPTORS), before + 2);
        ck_assert_uint_eq(used(QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        rpc_client_close(&a, &section);
        ck_assert_uint_eq(used(QUOTA_DESCRIPTORS), before);

        make_image(IMAGE_SCN_MEM_SHARED);
        ck_assert_status(create_image(&a, &file, fd, &section), STATUS_SUCCESS);
        ck_assert_uint_eq(used(QUOTA_DESCRIPTORS), before + 3);
        rpc_client_close(&a, &section);
        ck_assert_uint_eq(used(QUOTA_DESCRIPTORS), before);
        ck_assert_uint_eq(used(QUOTA_IMAGE_BYTES), 0);
}
END_TEST

START_TEST(a_request_for_an_image_is_charged_while_it_waits) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY), section = NT__GRANT__INIT;
        QuotaLimits limits = *quota_table_limits(world.env.quotas), less = limits;

        less.limit[QUOTA_REPLY_BYTES] = 1;
        quota_table_set_limits(world.env.quotas, &less);
        ck_assert_status(create_image(&a, &file, fd, &section), STATUS_QUOTA_EXCEEDED);
        quota_table_set_limits(world.env.quotas, &limits);
        ck_assert_status(create_image(&a, &file, fd, &section), STATUS_SUCCESS);
        ck_assert(a.waited);
        ck_assert_uint_eq(used(QUOTA_REPLY_BYTES), 0);
}
END_TEST

START_TEST(a_file_that_is_given_up_meanwhile_makes_no_section) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY);

        a.leaves = true;
        ck_assert_status(create_image(&a, &file, fd, NULL), STATUS_PENDING);
        atomic_store(&a.page->grants[file.slot], GRANT_DEAD);
        rpc_world_work(&world);
        ck_assert_ptr_null(a.connection.job);
        ck_assert_uint_eq(image_cache_count(world.env.images), 0);
}
END_TEST

/* Several wait for the same one. */
START_TEST(who_hangs_up_while_an_image_is_read_leaves_nothing) {
        Nt__Grant files[3];
        RpcClient others[3];

        for (unsigned i = 0; i < 3; i++) {
                rpc_client_start(&others[i], &world, geteuid());
                files[i] = open_file(&others[i], "f", FILE_READ_DATA, O_RDONLY);
                others[i].leaves = true;
                ck_assert_status(create_image(&others[i], &files[i], fd, NULL), STATUS_PENDING);
        }
        rpc_client_end(&others[0]);
        rpc_client_end(&others[1]);
        rpc_world_work(&world);
        ck_assert_uint_eq(used(QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        rpc_client_end(&others[2]);
        while (process_table_work(world.env.processes))
                ;
        ck_assert_uint_eq(used(QUOTA_IMAGE_BYTES), 0);
        ck_assert_uint_eq(used(QUOTA_REPLY_BYTES), 0);
}
END_TEST

static bool has_worker_thread(void) {
        g_autoptr(GDir) folder = g_dir_open("/proc/self/task", 0, NULL);
        bool found = false;

        for (const char *id = g_dir_read_name(folder); id; id = g_dir_read_name(folder)) {
                g_autofree char *path = g_strdup_printf("/proc/self/task/%s/comm", id);
                g_autofree char *comm = NULL;

                found |= g_file_get_contents(path, &comm, NULL, NULL) &&
                         strcmp(comm, "worker\n") == 0;
        }
        return found;
}

/* Clients' descriptors that are not closed yet are left to the end of the program. */
static void close_what_is_left(void) {
        struct stat file, about;

        while (has_worker_thread())
                g_thread_yield();
        ck_assert_int_eq(fstat(fd, &file), 0);
        for (int other = 3; other < 256; other++) {
                if (fstat(other, &about) == 0 && about.st_dev == file.st_dev &&
                                about.st_ino == file.st_ino)
                        fd_close(other);
        }
}

/* The thread goes on with what it has, wherever it is. */
START_TEST(the_server_may_end_while_an_image_is_read) {
        for (unsigned i = 0; i < ENDS; i++) {
                Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY);

                a.leaves = true;
                ck_assert_status(create_image(&a, &file, fd, NULL), STATUS_PENDING);
                for (unsigned k = 0; k < i; k++)
                        g_thread_yield();
                rpc_client_end(&a);
                while (process_table_work(world.env.processes))
                        ;
                worker_pool_free(world.env.workers);
                world.env.workers = worker_pool_new();
                ck_assert_ptr_nonnull(world.env.workers);
                rpc_world_clear(&world);

                close_what_is_left();
                begin();
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, each_descriptor_of_an_image_is_charged);
        tcase_add_test(tests, a_request_for_an_image_is_charged_while_it_waits);
        tcase_add_test(tests, a_file_that_is_given_up_meanwhile_makes_no_section);
        tcase_add_test(tests, who_hangs_up_while_an_image_is_read_leaves_nothing);
        tcase_add_test(tests, the_server_may_end_while_an_image_is_read);
}

int main(void) {
        return suite_main("rpc-image", 30, add);
}
