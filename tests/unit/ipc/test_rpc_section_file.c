/*
 * Requests about sections of files, and what is left of them while there are views.
 */

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "file-requests.h"
#include "file.h"
#include "grant.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "process.h"
#include "quota.h"
#include "shared-file.h"
#include "suite.h"

#define SIZE 100u
#define BOTH (FILE_READ_DATA | FILE_WRITE_DATA)

static RpcWorld world;
static RpcClient a, b;
static int read_only, read_write;

static void begin(void) {
        rpc_world_init(&world);
        rpc_world_make(&world, "f", SIZE);
        read_only = rpc_world_open(&world, "f", O_RDONLY);
        read_write = rpc_world_open(&world, "f", O_RDWR);
        rpc_client_start(&a, &world, geteuid());
        rpc_client_start(&b, &world, geteuid());
}

static void end(void) {
        rpc_client_end(&a);
        rpc_client_end(&b);
        fd_close(read_only);
        fd_close(read_write);
        rpc_world_clear(&world);
}

/* A section that can write to its file, whose File is closed. */
static Nt__Grant make_section(void) {
        Nt__Grant file = open_file(&a, "f", BOTH, O_RDWR), section = NT__GRANT__INIT;

        ck_assert_status(create_section(&a, &file, PAGE_READWRITE, 0, read_only, read_write,
                                         &section),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->grant->section->size, SIZE);
        ck_assert_uint_eq(a.reply->grant->section->attributes, SEC_FILE);
        ck_assert_uint_eq(a.reply->grant->section->protection, PAGE_READWRITE);
        rpc_client_close(&a, &file);
        return section;
}

static bool is_bound(void) {
        FileAsk ask = { .access = FILE_READ_DATA, .denied = FILE_SHARE_WRITE };
        Nt__Grant grant = NT__GRANT__INIT;
        NTSTATUS status = create_file(&b, &ask, read_only, &grant);

        if (NT_SUCCESS(status))
                rpc_client_close(&b, &grant);
        else
                ck_assert_status(status, STATUS_SHARING_VIOLATION);
        return !NT_SUCCESS(status);
}

static void set_views(const Nt__Grant *grant, uint32_t n) {
        atomic_store(&a.page->views[grant->slot], n);
}

/* By-kernel 1.8: rows 8 to 10, and that each is told before the next. */
START_TEST(refusals_come_in_their_order) {
        Nt__Grant weak = open_file(&a, "f", FILE_READ_ATTRIBUTES, O_PATH);
        Nt__Grant none = {
                .base = PROTOBUF_C_MESSAGE_INIT(&nt__grant__descriptor), .slot = 99, .tag = 1
        };
        Nt__Grant section = NT__GRANT__INIT, other = NT__GRANT__INIT;

        ck_assert_status(create_section(&a, NULL, PAGE_READWRITE, 4096, -1, -1, &other),
                        STATUS_SUCCESS);
        ck_assert_status(create_section(&a, &none, 0x1234, 0, -1, -1, &section),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(create_section(&a, &none, PAGE_READONLY, 0, -1, -1, &section),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(create_section(&a, &other, PAGE_READONLY, 0, -1, -1, &section),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(create_section(&a, &weak, PAGE_READONLY, UINT64_MAX, read_only, -1,
                                         &section),
                        STATUS_ACCESS_DENIED);
        rpc_client_close(&a, &other);
}
END_TEST

/* By-tests 1.9: "File access needed". */
START_TEST(the_file_s_handle_has_the_rights_that_the_protection_needs) {
        static const struct {
                ACCESS_MASK access;
                ULONG protection;
                NTSTATUS status;
        } rows[] = {
                { FILE_READ_DATA, PAGE_READONLY, STATUS_SUCCESS },
                { FILE_READ_DATA, PAGE_WRITECOPY, STATUS_SUCCESS },
                { FILE_READ_DATA, PAGE_READWRITE, STATUS_ACCESS_DENIED },
                { FILE_READ_DATA, PAGE_EXECUTE_READWRITE, STATUS_ACCESS_DENIED },
                { FILE_READ_DATA, PAGE_EXECUTE_READ, STATUS_ACCESS_DENIED },
                { FILE_READ_DATA, PAGE_EXECUTE_WRITECOPY, STATUS_ACCESS_DENIED },
                { FILE_READ_DATA | FILE_EXECUTE, PAGE_EXECUTE_READ, STATUS_SUCCESS },
                { FILE_READ_DATA | FILE_EXECUTE, PAGE_EXECUTE_WRITECOPY, STATUS_SUCCESS },
                { FILE_EXECUTE, PAGE_EXECUTE, STATUS_SUCCESS },
                { FILE_WRITE_DATA, PAGE_READWRITE, STATUS_ACCESS_DENIED },
                { BOTH, PAGE_READWRITE, STATUS_SUCCESS },
                { BOTH, PAGE_EXECUTE_READWRITE, STATUS_ACCESS_DENIED },
                { BOTH | FILE_EXECUTE, PAGE_EXECUTE_READWRITE, STATUS_SUCCESS },
                { FILE_READ_ATTRIBUTES, PAGE_READONLY, STATUS_ACCESS_DENIED },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                Nt__Grant file = open_file(&a, "f", rows[i].access, O_RDWR);
                Nt__Grant section = NT__GRANT__INIT;
                NTSTATUS status = create_section(
                                &a, &file, rows[i].protection, 0, read_only, read_write, &section);

                ck_assert_msg(status == rows[i].status, "row %zu", i);
                if (NT_SUCCESS(status))
                        rpc_client_close(&a, &section);
                rpc_client_close(&a, &file);
        }
}
END_TEST

START_TEST(what_maps_is_the_file) {
        Nt__Grant section = make_section(), reader = NT__GRANT__INIT;
        autofd int writes = -1, reads = -1;
        char byte = 0;
        char *view = NULL;

        ck_assert_status(pass_handle(&a, &section, SECTION_MAP_READ, &b, &reader), STATUS_SUCCESS);
        ck_assert_status(section_memory(&b, &reader, &reads), STATUS_SUCCESS);
        ck_assert_int_eq(fcntl(reads, F_GETFL) & O_ACCMODE, O_RDONLY);
        ck_assert_status(section_memory(&a, &section, &writes), STATUS_SUCCESS);
        view = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writes, 0);
        ck_assert_ptr_ne(view, MAP_FAILED);
        view[7] = 'x';
        ck_assert_int_eq(pread(reads, &byte, 1, 7), 1);
        ck_assert_int_eq(byte, 'x');
        munmap(view, 4096);
}
END_TEST

START_TEST(all_grants_of_a_file_s_section_report_from_birth) {
        Nt__Grant section = make_section(), other = NT__GRANT__INIT;

        ck_assert_status(pass_handle(&a, &section, SECTION_QUERY, &b, &other), STATUS_SUCCESS);
        ck_assert(atomic_load(&a.page->grants[section.slot]) & GRANT_REPORT);
        ck_assert(atomic_load(&b.page->grants[other.slot]) & GRANT_REPORT);
        ck_assert(atomic_load(&b.page->grants[other.slot]) & GRANT_SHARED);
}
END_TEST

/* By-tests 1.14: "the hold lasts until the section handle and all views are gone". */
START_TEST(a_view_holds_the_file_after_the_last_handle) {
        Nt__Grant section = make_section();

        set_views(&section, 2);
        rpc_client_close(&a, &section);
        ck_assert(is_bound());
        ck_assert_status(query_section_name(&a, &section), STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->bytes->value.len, 16);
        ck_assert_status(release_views(&a, &section), STATUS_INVALID_PARAMETER);
        set_views(&section, 0);
        ck_assert_status(release_views(&a, &section), STATUS_SUCCESS);
        ck_assert(!is_bound());
        ck_assert_status(query_section_name(&a, &section), STATUS_INVALID_HANDLE);
        ck_assert_status(release_views(&a, &section), STATUS_SUCCESS);
        ck_assert_uint_eq(file_table_count(world.env.files), 0);
}
END_TEST

START_TEST(the_handle_holds_the_file_after_the_last_view) {
        Nt__Grant section = make_section();

        set_views(&section, 1);
        set_views(&section, 0);
        ck_assert_status(release_views(&a, &section), STATUS_INVALID_PARAMETER);
        ck_assert(is_bound());
        ck_assert_status(query_section_name(&a, &section), STATUS_SUCCESS);
        rpc_client_close(&a, &section);
        ck_assert(!is_bound());
}
END_TEST

START_TEST(views_of_a_killed_process_hold_nothing) {
        Nt__Grant section = make_section();

        set_views(&section, 1);
        rpc_client_close(&a, &section);
        ck_assert(is_bound());
        process_end(a.connection.process); /* and nothing is given back yet */
        ck_assert(!is_bound());
}
END_TEST

START_TEST(a_process_can_say_what_it_likes_of_its_views) {
        Nt__Grant section = make_section(), file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY);

        for (uint32_t slot = 1; slot < 64; slot++)
                atomic_store(&a.page->views[slot], UINT32_MAX);
        rpc_client_close(&a, &file);
        rpc_client_close(&a, &section);
        ck_assert(is_bound());
        ck_assert_status(query_section_name(&a, &file), STATUS_OBJECT_TYPE_MISMATCH);
}
END_TEST

START_TEST(sections_without_a_file_have_no_name) {
        Nt__Grant section = NT__GRANT__INIT;

        ck_assert_status(create_section(&a, NULL, PAGE_READWRITE, 4096, -1, -1, &section),
                        STATUS_SUCCESS);
        ck_assert_status(query_section_name(&a, &section), STATUS_FILE_INVALID);
        ck_assert_status(extend_section(&a, &section, 8192), STATUS_SECTION_NOT_EXTENDED);
}
END_TEST

static off_t file_size(void) {
        struct stat about;

        ck_assert_int_eq(fstat(read_only, &about), 0);
        return about.st_size;
}

/* By-kernel 1.12. */
START_TEST(a_section_is_extended_with_its_file) {
        Nt__Grant section = make_section(), weak = NT__GRANT__INIT;

        ck_assert_status(extend_section(&a, &section, SIZE - 1), STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->extend_section->size, SIZE);
        ck_assert(!a.waited);
        ck_assert_status(extend_section(&a, &section, 10000), STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->extend_section->size, 10000);
        ck_assert(a.waited);
        ck_assert_int_eq(file_size(), 10000);
        ck_assert_int_eq(ftruncate(read_write, 20000), 0);
        ck_assert_status(extend_section(&a, &section, 15000), STATUS_SUCCESS);
        ck_assert(!a.waited);
        ck_assert_uint_eq(a.reply->extend_section->size, 15000);
        ck_assert_int_eq(file_size(), 20000);

        ck_assert_status(pass_handle(&a, &section, SECTION_MAP_WRITE, &b, &weak), STATUS_SUCCESS);
        ck_assert_status(extend_section(&b, &weak, 1), STATUS_ACCESS_DENIED);
        ck_assert_status(extend_section(&a, &section, 1ull << 63), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_status(extend_section(&a, &section, INT64_MAX), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(file_size(), 20000);
}
END_TEST

START_TEST(a_section_that_cannot_write_is_not_extended) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY), section = NT__GRANT__INIT;

        ck_assert_status(create_section(&a, &file, PAGE_READONLY, 10, read_only, -1, &section),
                        STATUS_SUCCESS);
        ck_assert_status(extend_section(&a, &section, 10), STATUS_SUCCESS);
        ck_assert_status(extend_section(&a, &section, 11), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_status(extend_section(&a, &section, SIZE + 1), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(file_size(), SIZE);
}
END_TEST

/* A thread of the process gives the File up after the server has found the grant, and what is
 * dropped then is the last of the file. */
START_TEST(a_file_may_be_given_up_while_its_sections_are_asked_for) {
        for (unsigned asks_for_deletion = 0; asks_for_deletion < 2; asks_for_deletion++) {
                Nt__Grant file = open_file(&a, "f", BOTH | DELETE, O_RDWR);
                Nt__Grant theirs = open_file(&b, "f", BOTH, O_RDWR), section = NT__GRANT__INIT;
                g_autoptr(Object) object = NULL;

                ck_assert_status(create_section(&b, &theirs, PAGE_READONLY, 0, read_only, -1,
                                                 &section),
                                STATUS_SUCCESS);
                process_end(b.connection.process); /* and nothing is given back yet */
                ck_assert_status(grant_table_reference(process_grants(a.connection.process),
                                                 (GrantName){ file.slot, file.tag }, &file_type, 0,
                                                 &object, NULL),
                                STATUS_SUCCESS);
                atomic_store(&a.page->grants[file.slot], GRANT_DEAD);
                if (asks_for_deletion)
                        ck_assert_status(file_check_disposition((File *) object, geteuid(), true),
                                        STATUS_INVALID_HANDLE);
                else
                        ck_assert_status(file_check_size((File *) object, geteuid(), 0),
                                        STATUS_SUCCESS);
                ck_assert_uint_eq(file_table_count(world.env.files), 0);
                rpc_client_end(&b);
                rpc_client_start(&b, &world, geteuid());
        }
}
END_TEST

static void limit(QuotaKind kind, uint64_t amount) {
        QuotaLimits limits = *quota_table_limits(world.env.quotas);

        limits.limit[kind] = amount;
        quota_table_set_limits(world.env.quotas, &limits);
}

/* Clients may be gone long before their jobs: what is kept for these is paid for. */
START_TEST(an_extension_that_waits_is_charged) {
        Nt__Grant section = make_section();
        Quota *quota = quota_table_get(world.env.quotas, geteuid());
        uint64_t most = quota_table_limits(world.env.quotas)->limit[QUOTA_REPLY_BYTES];

        limit(QUOTA_REPLY_BYTES, 1);
        ck_assert_status(extend_section(&a, &section, 10000), STATUS_QUOTA_EXCEEDED);
        limit(QUOTA_REPLY_BYTES, most);
        rpc_world_work(&world);
        limit(QUOTA_DESCRIPTORS, quota_used(quota, QUOTA_DESCRIPTORS));
        ck_assert_status(extend_section(&a, &section, 10000), STATUS_QUOTA_EXCEEDED);
        ck_assert_int_eq(file_size(), SIZE);
        limit(QUOTA_DESCRIPTORS, quota_used(quota, QUOTA_DESCRIPTORS) + 1);
        ck_assert_status(extend_section(&a, &section, 10000), STATUS_SUCCESS);
        rpc_world_work(&world);
        ck_assert_uint_eq(quota_used(quota, QUOTA_REPLY_BYTES), 0);
        quota_unref(quota);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, refusals_come_in_their_order);
        tcase_add_test(tests, the_file_s_handle_has_the_rights_that_the_protection_needs);
        tcase_add_test(tests, what_maps_is_the_file);
        tcase_add_test(tests, all_grants_of_a_file_s_section_report_from_birth);
        tcase_add_test(tests, a_view_holds_the_file_after_the_last_handle);
        tcase_add_test(tests, the_handle_holds_the_file_after_the_last_view);
        tcase_add_test(tests, views_of_a_killed_process_hold_nothing);
        tcase_add_test(tests, a_process_can_say_what_it_likes_of_its_views);
        tcase_add_test(tests, sections_without_a_file_have_no_name);
        tcase_add_test(tests, a_section_is_extended_with_its_file);
        tcase_add_test(tests, a_section_that_cannot_write_is_not_extended);
        tcase_add_test(tests, a_file_may_be_given_up_while_its_sections_are_asked_for);
        tcase_add_test(tests, an_extension_that_waits_is_charged);
}

int main(void) {
        return suite_main("rpc-section-file", 30, add);
}
