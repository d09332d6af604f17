#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "image-memory.h"
#include "ntimage.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-memory.h"
#include "pe-relocation.h"
#include "scratch.h"
#include "suite.h"

static QuotaTable *quotas;
static Quota *quota;
static ImageCache *cache;
static PeBuild build;
static Scratch *folder;

static void begin(void) {
        QuotaLimits limits;

        quota_limits_init(&limits);
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, 1000);
        cache = image_cache_new(7);
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        build.file->Characteristics |= IMAGE_FILE_LARGE_ADDRESS_AWARE;
        folder = scratch_new();
}

static void end(void) {
        image_cache_free(cache);
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
        quota_unref(quota);
        quota_table_free(quotas);
        pe_build_clear(&build);
        scratch_free(folder);
}

/* A file with what was built. */
static int file_new(const char *name) {
        g_autofree char *path = g_build_filename(scratch_path(folder), name, NULL);
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, build.bytes, build.size), (ssize_t) build.size);
        return fd;
}

static ImageKey key_of(int fd) {
        ImageKey key = { 0 };
        struct stat about;

        ck_assert_int_eq(fstat(fd, &about), 0);
        key.facts = (FileFacts){
                .identity = { .device = about.st_dev, .inode = about.st_ino },
                .size = (uint64_t) about.st_size,
                .ctime = (uint64_t) about.st_ctim.tv_sec * 1000000000u +
                         (uint64_t) about.st_ctim.tv_nsec,
        };
        return key;
}

/* The clock of ctimes must have moved on, as it has for any file that was not made just now. */
static void grow_old(void) {
        g_usleep(60000);
}

static void leave(ImageBuild *work) {
        image_build_leave(work);
        image_build_unref(work);
}

static NTSTATUS get(const ImageKey *key, int fd, Quota *payer, ImageMemory **ret) {
        ImageBuild *work = NULL;
        NTSTATUS status = image_cache_find(cache, key, payer, ret);

        if (!NT_SUCCESS(status) || *ret)
                return status;
        work = image_build_join(cache, key, payer);
        image_build_work(work, fd);
        status = image_build_finish(cache, work, payer, ret);
        leave(work);
        return status;
}

static ImageMemory *must_get(int fd) {
        ImageKey key = key_of(fd);
        ImageMemory *memory = NULL;

        ck_assert_status(get(&key, fd, quota, &memory), STATUS_SUCCESS);
        ck_assert_ptr_nonnull(memory);
        return memory;
}

/* But for the one that newer kernels add, against executing the file. */
static int seals(int fd) {
        return fcntl(fd, F_GET_SEALS) & (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

static const uint8_t *map(const ImageContent *content) {
        const uint8_t *memory =
                        mmap(NULL, content->image.size, PROT_READ, MAP_PRIVATE, content->fd, 0);

        ck_assert_ptr_ne(memory, MAP_FAILED);
        return memory;
}

/* What the memory must be: laid out, and moved as a textbook does. */
static void check_memory(const ImageContent *content) {
        uint8_t *want = pe_memory_new(&content->image, build.bytes);
        const uint8_t *is = map(content);
        uint64_t base = content->base.base;

        pe_memory_relocate(want, content->image.relocations, base - content->image.base);
        if (content->image.base_field != 0)
                memcpy(want + content->image.base_field, &base, content->image.wide ? 8 : 4);
        ck_assert_mem_eq(is, want, content->image.size);
        munmap((void *) (uintptr_t) is, content->image.size);
        free(want);
}

static void add_relocations(void) {
        const uint16_t text[] = { IMAGE_REL_BASED_DIR64 << 12 | 0x40, 0 };
        /* Into what the file has nothing for. */
        const uint16_t data[] = { IMAGE_REL_BASED_DIR64 << 12 | 0x900, 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, text, 2);
        pe_build_add_block(&build, PE_BUILD_DATA, data, 2);
        pe_build_add_block(&build, PE_BUILD_DATA + 0x1000, data, 2);
}

START_TEST(memory_is_the_laid_out_file_and_nobody_can_change_it) {
        autofd int fd = file_new("a.dll");
        ImageMemory *memory = NULL;
        const ImageContent *content = NULL;
        struct stat about;

        grow_old();
        memory = must_get(fd);
        content = image_memory_content(memory);
        ck_assert_uint_eq(content->base.base, PE_BUILD_BASE);
        ck_assert(!content->is_shared);
        ck_assert(content->is_whole);
        check_memory(content);
        ck_assert_int_eq(seals(content->fd),
                        F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
        ck_assert_int_eq(fstat(content->fd, &about), 0);
        ck_assert_uint_eq(about.st_mode & 0777, 0600);
        ck_assert_int_eq(about.st_size, PE_BUILD_IMAGE_SIZE);
        ck_assert_int_lt(pwrite(content->fd, "x", 1, 0), 0);
        ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, content->fd, 0),
                        MAP_FAILED);
        ck_assert_uint_eq(quota_used(quota, QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        image_memory_end(memory, quota);
}
END_TEST

/* Pages of zeros are holes: what costs memory is what the file has. */
START_TEST(memory_that_the_file_has_nothing_for_costs_nothing) {
        autofd int fd = -1;
        ImageMemory *memory = NULL;
        struct stat about;

        build.wide->SizeOfImage = 0x10000000;
        build.sections[2].Misc.VirtualSize = 0x10000000 - PE_BUILD_TABLE;
        fd = file_new("large.dll");
        grow_old();
        memory = must_get(fd);
        ck_assert_int_eq(fstat(image_memory_content(memory)->fd, &about), 0);
        ck_assert_int_eq(about.st_size, 0x10000000);
        ck_assert_int_le(about.st_blocks * 512, 0x4000);
        image_memory_end(memory, quota);
}
END_TEST

START_TEST(a_second_image_of_the_same_base_is_moved) {
        autofd int one = -1, other = -1;
        ImageMemory *first = NULL, *second = NULL;

        add_relocations();
        one = file_new("one.dll");
        other = file_new("other.dll");
        grow_old();
        first = must_get(one);
        second = must_get(other);
        ck_assert_ptr_ne(first, second);
        ck_assert_uint_eq(image_memory_content(first)->base.base, PE_BUILD_BASE);
        ck_assert_uint_ge(image_memory_content(second)->base.base, IMAGE_BASES_LOWEST);
        check_memory(image_memory_content(first));
        check_memory(image_memory_content(second));
        image_memory_end(first, quota);
        image_memory_end(second, quota);
}
END_TEST

START_TEST(an_image_that_cannot_be_moved_stays) {
        const uint16_t broken[] = { 5u << 12, 0 };
        autofd int one = -1, other = -1, third = -1;
        ImageMemory *memories[3];

        one = file_new("one.dll");
        build.file->Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
        other = file_new("stripped.dll");
        build.file->Characteristics &= (USHORT) ~IMAGE_FILE_RELOCS_STRIPPED;
        pe_build_add_block(&build, PE_BUILD_TEXT, broken, 2);
        third = file_new("broken.dll");
        grow_old();
        memories[0] = must_get(one);
        memories[1] = must_get(other);
        memories[2] = must_get(third);
        for (unsigned i = 0; i < 3; i++) {
                ck_assert_uint_eq(image_memory_content(memories[i])->base.base, PE_BUILD_BASE);
                image_memory_end(memories[i], quota);
        }
}
END_TEST

START_TEST(sections_of_one_file_have_one_memory_and_pay_once) {
        autofd int fd = file_new("a.dll");
        ImageMemory *one = NULL, *other = NULL;

        grow_old();
        one = must_get(fd);
        other = must_get(fd);
        ck_assert_ptr_eq(one, other);
        ck_assert_uint_eq(image_cache_count(cache), 1);
        ck_assert_uint_eq(quota_used(quota, QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        image_memory_end(one, quota);
        ck_assert_uint_eq(quota_used(quota, QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        image_memory_end(other, quota);
        ck_assert_uint_eq(quota_used(quota, QUOTA_IMAGE_BYTES), 0);
}
END_TEST

START_TEST(what_nobody_needs_waits_a_while_for_its_own_user) {
        autofd int fd = file_new("a.dll");
        Quota *stranger = quota_table_get(quotas, 1001);
        ImageMemory *one = NULL, *other = NULL, *alien = NULL;

        grow_old();
        one = must_get(fd);
        image_memory_end(one, quota);
        ck_assert_uint_eq(image_cache_count_idle(cache), 1);
        other = must_get(fd);
        ck_assert_ptr_eq(one, other);
        ck_assert_uint_eq(image_cache_count_idle(cache), 0);
        image_memory_end(other, quota);

        ck_assert_status(get(&(ImageKey){ .facts = key_of(fd).facts }, fd, stranger, &alien),
                        STATUS_SUCCESS);
        ck_assert_ptr_ne(one, alien);
        image_memory_end(alien, stranger);
        quota_unref(stranger);
}
END_TEST

START_TEST(users_share_what_is_in_use_and_each_pays) {
        autofd int fd = file_new("a.dll");
        Quota *second = quota_table_get(quotas, 1001);
        ImageKey key = { 0 };
        ImageMemory *one = NULL, *other = NULL;

        grow_old();
        key = key_of(fd);
        one = must_get(fd);
        ck_assert_status(image_cache_find(cache, &key, second, &other), STATUS_SUCCESS);
        ck_assert_ptr_eq(one, other);
        ck_assert_uint_eq(quota_used(second, QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        image_memory_end(one, quota);
        ck_assert_uint_eq(quota_used(quota, QUOTA_IMAGE_BYTES), 0);
        ck_assert_uint_eq(quota_used(second, QUOTA_IMAGE_BYTES), PE_BUILD_IMAGE_SIZE);
        image_memory_end(other, second);
        ck_assert_uint_eq(quota_used(second, QUOTA_IMAGE_BYTES), 0);
        quota_unref(second);
}
END_TEST

START_TEST(parts_that_views_share_are_each_users_own) {
        autofd int fd = -1;
        Quota *second = quota_table_get(quotas, 1001);
        ImageMemory *one = NULL, *other = NULL, *mine = NULL;
        const ImageContent *content = NULL;
        uint8_t *shared = NULL;
        uint8_t *want = NULL;
        ImageKey key = { 0 };

        build.sections[1].Characteristics |= IMAGE_SCN_MEM_SHARED;
        fd = file_new("shared.dll");
        grow_old();
        key = key_of(fd);
        one = must_get(fd);
        ck_assert_status(get(&key, fd, second, &other), STATUS_SUCCESS);
        ck_assert_ptr_ne(one, other);
        mine = must_get(fd);
        ck_assert_ptr_eq(one, mine);

        content = image_memory_content(one);
        ck_assert(content->is_shared);
        check_memory(content);
        ck_assert_int_eq(seals(content->shared_fd), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW);
        shared = mmap(NULL, content->image.size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        content->shared_fd, 0);
        ck_assert_ptr_ne(shared, MAP_FAILED);
        want = pe_memory_new(&content->image, build.bytes);
        ck_assert_mem_eq(shared + PE_BUILD_DATA, want + PE_BUILD_DATA, 0x2000);
        ck_assert_uint_eq(shared[PE_BUILD_TEXT], 0); /* the rest is not in it */
        free(want);
        munmap(shared, content->image.size);
        image_memory_end(one, quota);
        image_memory_end(mine, quota);
        image_memory_end(other, second);
        quota_unref(second);
}
END_TEST

START_TEST(a_changed_file_is_another_image) {
        autofd int fd = file_new("a.dll");
        ImageMemory *before = NULL, *after = NULL;

        grow_old();
        before = must_get(fd);
        ck_assert_int_eq(pwrite(fd, "changed", 7, 0x400), 7);
        memcpy(build.bytes + 0x400, "changed", 7);
        grow_old();
        after = must_get(fd);
        ck_assert_ptr_ne(before, after);
        check_memory(image_memory_content(after));
        image_memory_end(before, quota);
        image_memory_end(after, quota);
}
END_TEST

START_TEST(a_file_that_changed_just_now_or_meanwhile_is_for_nobody_else) {
        autofd int fd = file_new("new.dll");
        ImageKey key = key_of(fd);
        ImageMemory *one = must_get(fd), *other = must_get(fd);

        ck_assert(!image_memory_content(one)->is_whole);
        ck_assert_ptr_ne(one, other);
        image_memory_end(one, quota);
        image_memory_end(other, quota);
        ck_assert_uint_eq(image_cache_count(cache), 0);

        ck_assert_int_eq(ftruncate(fd, 0x900), 0); /* after somebody looked */
        grow_old();
        ck_assert_status(get(&key, fd, quota, &one), STATUS_SUCCESS);
        ck_assert(!image_memory_content(one)->is_whole);
        image_memory_end(one, quota);
}
END_TEST

START_TEST(no_execute_is_another_memory) {
        autofd int fd = file_new("a.dll");
        ImageKey key = { 0 };
        ImageMemory *one = NULL, *other = NULL;

        grow_old();
        one = must_get(fd);
        key = key_of(fd);
        key.no_execute = true;
        ck_assert_status(get(&key, fd, quota, &other), STATUS_SUCCESS);
        ck_assert_ptr_ne(one, other);
        for (size_t i = 0; i < image_memory_content(other)->layout.n_pieces; i++)
                ck_assert_uint_lt(image_memory_content(other)->layout.pieces[i].protection,
                                PAGE_EXECUTE);
        image_memory_end(one, quota);
        image_memory_end(other, quota);
}
END_TEST

START_TEST(idle_memories_are_few_and_the_oldest_go) {
        int fds[IMAGE_IDLE_MOST + 3];

        for (unsigned i = 0; i < IMAGE_IDLE_MOST + 3; i++) {
                g_autofree char *name = g_strdup_printf("%u.dll", i);

                fds[i] = file_new(name);
        }
        grow_old();
        for (unsigned i = 0; i < IMAGE_IDLE_MOST + 3; i++) {
                image_memory_end(must_get(fds[i]), quota);
                ck_assert_uint_eq(image_cache_count_idle(cache), MIN(i + 1, IMAGE_IDLE_MOST));
        }
        for (unsigned i = 0; i < IMAGE_IDLE_MOST + 3; i++) {
                ImageKey key = key_of(fds[i]);
                ImageMemory *memory = NULL;

                ck_assert_status(image_cache_find(cache, &key, quota, &memory), STATUS_SUCCESS);
                ck_assert(!memory == (i < 3));
                image_memory_end(memory, quota);
                close(fds[i]);
        }
}
END_TEST

START_TEST(what_is_too_large_to_wait_goes_at_once) {
        autofd int fd = -1;

        build.wide->SizeOfImage = 0x5000000;
        fd = file_new("large.dll");
        grow_old();
        image_memory_end(must_get(fd), quota);
        ck_assert_uint_eq(image_cache_count(cache), 0);
}
END_TEST

START_TEST(defects_are_the_builds_answer_and_leave_nothing) {
        autofd int fd = -1;
        ImageMemory *memory = NULL;
        ImageKey key = { 0 };

        build.dos->e_magic = 0;
        fd = file_new("no.dll");
        key = key_of(fd);
        ck_assert_status(get(&key, fd, quota, &memory), STATUS_INVALID_IMAGE_NOT_MZ);
        ck_assert_ptr_null(memory);
        ck_assert_uint_eq(image_cache_count(cache), 0);
}
END_TEST

START_TEST(an_image_beyond_the_quota_is_not_even_read) {
        autofd int fd = file_new("a.dll");
        QuotaLimits limits = *quota_table_limits(quotas);
        ImageKey key = key_of(fd);
        ImageMemory *memory = NULL;

        limits.limit[QUOTA_IMAGE_BYTES] = PE_BUILD_IMAGE_SIZE - 1;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(get(&key, fd, quota, &memory), STATUS_QUOTA_EXCEEDED);
        limits.limit[QUOTA_IMAGE_BYTES] = PE_BUILD_IMAGE_SIZE;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(get(&key, fd, quota, &memory), STATUS_SUCCESS);
        image_memory_end(memory, quota);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error) {
        autofd int fd = file_new("a.dll"), writer = -1;
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
        ImageKey key = key_of(fd);
        ImageMemory *memory = NULL;

        writer = open(path, O_WRONLY | O_CLOEXEC);
        ck_assert_int_ge(writer, 0);
        ck_assert(!NT_SUCCESS(get(&key, writer, quota, &memory)));
        ck_assert_ptr_null(memory);
}
END_TEST

typedef struct Worker {
        ImageBuild *build;
        int fd;
} Worker;

static void *work(void *context) {
        Worker *worker = context;

        image_build_work(worker->build, worker->fd);
        return NULL;
}

START_TEST(equal_requests_wait_for_one_build) {
        enum { N = 8 };
        autofd int fd = file_new("a.dll");
        Worker workers[N];
        GThread *threads[N];
        ImageMemory *memories[N];
        ImageKey key = { 0 };

        grow_old();
        key = key_of(fd);
        for (unsigned i = 0; i < N; i++) {
                workers[i] = (Worker){ image_build_join(cache, &key, quota), fd };
                ck_assert_ptr_eq(workers[i].build, workers[0].build);
        }
        for (unsigned i = 0; i < N; i++)
                threads[i] = g_thread_new("work", work, &workers[i]);
        for (unsigned i = 0; i < N; i++)
                g_thread_join(threads[i]);
        for (unsigned i = 0; i < N; i++) {
                ck_assert_status(image_build_finish(cache, workers[i].build, quota, &memories[i]),
                                STATUS_SUCCESS);
                ck_assert_ptr_eq(memories[i], memories[0]);
                leave(workers[i].build);
        }
        ck_assert_uint_eq(image_cache_count(cache), 1);
        for (unsigned i = 0; i < N; i++)
                image_memory_end(memories[i], quota);
}
END_TEST

/* What was built from a file that changed just now is the first one's: the next has it built anew.
 */
START_TEST(the_second_of_an_uncertain_build_builds_again) {
        autofd int fd = file_new("a.dll");
        ImageKey key = key_of(fd);
        ImageBuild *one = image_build_join(cache, &key, quota);
        ImageBuild *other = image_build_join(cache, &key, quota), *again = NULL;
        ImageMemory *first = NULL, *second = NULL;

        ck_assert_ptr_eq(one, other);
        image_build_work(one, fd);
        ck_assert_status(image_build_finish(cache, one, quota, &first), STATUS_SUCCESS);
        ck_assert_ptr_nonnull(first);
        ck_assert_status(image_build_finish(cache, other, quota, &second), STATUS_SUCCESS);
        ck_assert_ptr_null(second);
        again = image_build_join(cache, &key, quota);
        ck_assert_ptr_ne(again, one);
        leave(one);
        leave(other);
        image_build_work(again, fd);
        ck_assert_status(image_build_finish(cache, again, quota, &second), STATUS_SUCCESS);
        ck_assert_ptr_nonnull(second);
        leave(again);
        image_memory_end(first, quota);
        image_memory_end(second, quota);
}
END_TEST

START_TEST(an_abandoned_build_leaves_nothing) {
        autofd int fd = file_new("a.dll");
        ImageKey key = key_of(fd);
        ImageBuild *work = image_build_join(cache, &key, quota), *next = NULL;

        image_build_work(work, fd);
        leave(work);
        next = image_build_join(cache, &key, quota);
        leave(next);
        ck_assert_uint_eq(image_cache_count(cache), 0);
}
END_TEST

START_TEST(a_build_outlives_its_cache) {
        autofd int fd = file_new("a.dll");
        ImageKey key = key_of(fd);
        Worker worker = { image_build_join(cache, &key, quota), fd };

        image_build_leave(worker.build);
        image_cache_free(cache);
        g_thread_join(g_thread_new("work", work, &worker));
        image_build_unref(worker.build);
        cache = image_cache_new(1);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, memory_is_the_laid_out_file_and_nobody_can_change_it);
        tcase_add_test(tests, memory_that_the_file_has_nothing_for_costs_nothing);
        tcase_add_test(tests, a_second_image_of_the_same_base_is_moved);
        tcase_add_test(tests, an_image_that_cannot_be_moved_stays);
        tcase_add_test(tests, sections_of_one_file_have_one_memory_and_pay_once);
        tcase_add_test(tests, what_nobody_needs_waits_a_while_for_its_own_user);
        tcase_add_test(tests, users_share_what_is_in_use_and_each_pays);
        tcase_add_test(tests, parts_that_views_share_are_each_users_own);
        tcase_add_test(tests, a_changed_file_is_another_image);
        tcase_add_test(tests, a_file_that_changed_just_now_or_meanwhile_is_for_nobody_else);
        tcase_add_test(tests, no_execute_is_another_memory);
        tcase_add_test(tests, idle_memories_are_few_and_the_oldest_go);
        tcase_add_test(tests, what_is_too_large_to_wait_goes_at_once);
        tcase_add_test(tests, defects_are_the_builds_answer_and_leave_nothing);
        tcase_add_test(tests, an_image_beyond_the_quota_is_not_even_read);
        tcase_add_test(tests, a_file_that_cannot_be_read_is_an_error);
        tcase_add_test(tests, equal_requests_wait_for_one_build);
        tcase_add_test(tests, the_second_of_an_uncertain_build_builds_again);
        tcase_add_test(tests, an_abandoned_build_leaves_nothing);
        tcase_add_test(tests, a_build_outlives_its_cache);
}

int main(void) {
        return suite_main("image-memory", 20, add_tests);
}
