/*
 * The memory behind sections: what the descriptors that leave the daemon can do, and cannot. [P]
 */

#include <fcntl.h>
#include <glib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "raw-client.h"

#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020 /* Linux 6.3 */
#endif

#define NAME "\\BaseNamedObjects\\memory"

static RawClient *attached(void) {
        RawClient *client = raw_client_new_attached(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

/* Rights are the grant's, whatever the client wishes: memory that may only be read cannot be
 * written. */
START_TEST(memory_for_readers_cannot_be_written) {
        autoraw *client = attached();
        Nt__Grant grant;
        autofd int fd = -1;

        api_assert_ok(raw_client_create_section(client, NAME, SECTION_QUERY, API_PAGE, NULL));
        api_assert_ok(raw_client_open_section(client, NAME, SECTION_MAP_READ, &grant));
        api_assert_ok(raw_client_section_memory(client, &grant, &fd));
        ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
        ck_assert_ptr_eq(mmap(NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
                        MAP_FAILED);
        ck_assert_int_lt(ftruncate(fd, 0), 0);
        ck_assert_int_lt(write(fd, "x", 1), 0);
}
END_TEST

/* Memory for writers has a size that nobody can change, and seals that nobody can take off or add.
 */
START_TEST(memory_cannot_be_resized_or_sealed) {
        autoraw *client = attached();
        Nt__Grant grant;
        autofd int fd = -1;

        api_assert_ok(raw_client_create_section(client, NAME, SECTION_QUERY, API_PAGE, NULL));
        api_assert_ok(raw_client_open_section(
                        client, NAME, SECTION_MAP_READ | SECTION_MAP_WRITE, &grant));
        api_assert_ok(raw_client_section_memory(client, &grant, &fd));
        ck_assert_int_lt(ftruncate(fd, 0), 0);
        ck_assert_int_lt(ftruncate(fd, 2 * API_PAGE), 0);
        ck_assert_int_lt(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
        /* Where the kernel can, it is sealed against becoming a program as well (MFD_NOEXEC_SEAL).
         */
        ck_assert_int_eq(fcntl(fd, F_GET_SEALS) & ~F_SEAL_EXEC,
                        F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}
END_TEST

/* Each descriptor that leaves the daemon is of its own making: moving in one moves nobody else. */
START_TEST(descriptors_of_one_section_share_no_offset_and_no_flags) {
        autoraw *client = attached();
        Nt__Grant grant;
        autofd int first = -1;
        autofd int second = -1;

        api_assert_ok(raw_client_create_section(client, NAME, SECTION_QUERY, API_PAGE, NULL));
        api_assert_ok(raw_client_open_section(client, NAME, SECTION_MAP_READ, &grant));
        api_assert_ok(raw_client_section_memory(client, &grant, &first));
        api_assert_ok(raw_client_section_memory(client, &grant, &second));
        ck_assert_int_eq(lseek(first, 3, SEEK_SET), 3);
        ck_assert_int_eq(fcntl(first, F_SETFL, O_NONBLOCK), 0);
        ck_assert_int_eq(lseek(second, 0, SEEK_CUR), 0);
        ck_assert_int_eq(fcntl(second, F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

/* Only a grant that may map gets a descriptor at all. */
START_TEST(grant_that_may_not_map_gets_no_descriptor) {
        autoraw *client = attached();
        Nt__Grant grant;
        int fd = -1;

        api_assert_ok(raw_client_create_section(
                        client, NULL, SECTION_QUERY | SECTION_EXTEND_SIZE, API_PAGE, &grant));
        ck_assert_status(raw_client_section_memory(client, &grant, &fd), STATUS_ACCESS_DENIED);
        ck_assert_int_eq(fd, -1);
        api_assert_ok(raw_client_close(client, &grant));

        api_assert_ok(raw_client_create_section(
                        client, NULL, SECTION_MAP_EXECUTE, API_PAGE, &grant));
        api_assert_ok(raw_client_section_memory(client, &grant, &fd));
        ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
        ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Memory is private to the daemon's user: what others get is what they were handed. */
START_TEST(memory_file_is_for_its_owner_only) {
        autoraw *client = attached();
        Nt__Grant grant;
        struct stat info;
        autofd int fd = -1;

        api_assert_ok(raw_client_create_section(
                        client, NULL, SECTION_ALL_ACCESS, 3 * API_PAGE, &grant));
        api_assert_ok(raw_client_section_memory(client, &grant, &fd));
        ck_assert_int_eq(fstat(fd, &info), 0);
        ck_assert_uint_eq(info.st_mode & 07777, 0600);
        ck_assert_int_eq(info.st_size, 3 * API_PAGE);
        ck_assert_int_eq(info.st_blocks, 0); /* nobody has touched it: it takes no memory yet */
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, memory_for_readers_cannot_be_written);
        tcase_add_test(tests, memory_cannot_be_resized_or_sealed);
        tcase_add_test(tests, descriptors_of_one_section_share_no_offset_and_no_flags);
        tcase_add_test(tests, grant_that_may_not_map_gets_no_descriptor);
        tcase_add_test(tests, memory_file_is_for_its_owner_only);
}

int main(void) {
        return api_main("memory", 60, add);
}
