/*
 * Private namespaces. Names are what their boundary says, and go like any other name.
 */

#include <string.h>

#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "private-namespace.h"
#include "sid.h"
#include "suite.h"

static World world;
static Actor actor;

static void begin(void) {
        world_init(&world);
        actor_init(&actor, &world);
}

static void end(void) {
        actor_clear(&actor);
        world_clear(&world);
}

/* An OBJECT_BOUNDARY_DESCRIPTOR in the making. */
typedef struct Bytes {
        uint8_t data[2048] __attribute__((aligned(8)));
        uint32_t size;
} Bytes;

static void put_header(Bytes *bytes, uint32_t n_items) {
        uint32_t header[4] = { 1, n_items, bytes->size, 0 };

        memcpy(bytes->data, header, sizeof(header));
}

static void add(Bytes *bytes, uint32_t type, const void *data, size_t size) {
        uint32_t entry[2] = { type, (uint32_t) (sizeof(entry) + size) };
        uint32_t n_items = 0;

        if (bytes->size == 0)
                bytes->size = 16;
        bytes->size = (bytes->size + 7u) & ~7u;
        memcpy(bytes->data + bytes->size, entry, sizeof(entry));
        memcpy(bytes->data + bytes->size + sizeof(entry), data, size);
        bytes->size += entry[1];
        memcpy(&n_items, bytes->data + 4, sizeof(n_items));
        put_header(bytes, n_items + 1);
}

static void add_name(Bytes *bytes, const WCHAR *name, size_t n_units) {
        add(bytes, 1, name, n_units * sizeof(WCHAR));
}

static void add_sid(Bytes *bytes, const SidBuffer *sid) {
        add(bytes, 2, sid->bytes, sid_size(&sid->sid));
}

static ObjectPath path(void) {
        return (ObjectPath){
                .ns = world.ns,
                .type = &directory_type,
                .token = world.token,
                .session = 1,
        };
}

static NTSTATUS create(const Bytes *bytes, GrantName *ret) {
        ObjectPath where = path();
        g_auto(Opened) opened = { 0 };
        NTSTATUS status = private_namespace_create(&where, bytes->data, bytes->size, GENERIC_ALL,
                        actor.grants, world.quota, &opened);

        if (ret)
                *ret = opened.grant;
        return status;
}

static NTSTATUS open(const Bytes *bytes, GrantName *ret) {
        ObjectPath where = path();
        g_auto(Opened) opened = { 0 };
        NTSTATUS status = private_namespace_open(
                        &where, bytes->data, bytes->size, GENERIC_READ, actor.grants, &opened);

        if (ret)
                *ret = opened.grant;
        return status;
}

START_TEST(a_boundary_is_found_whatever_the_order_of_its_sids) {
        Bytes one = { 0 }, other = { 0 }, without = { 0 };

        add_name(&one, u"box", 3);
        add_sid(&one, &sid_everyone);
        add_sid(&one, &sid_authenticated);
        add_sid(&other, &sid_authenticated);
        add_sid(&other, &sid_everyone);
        add_sid(&other, &sid_everyone);
        add_name(&other, u"box", 3);
        add_name(&without, u"box", 3);

        ck_assert_status(open(&one, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(create(&one, NULL), STATUS_SUCCESS);
        ck_assert_status(create(&other, NULL), STATUS_OBJECT_NAME_COLLISION);
        ck_assert_status(open(&other, NULL), STATUS_SUCCESS);
        ck_assert_status(open(&without, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(create(&without, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(who_lacks_a_sid_of_the_boundary_stays_outside) {
        Bytes bytes = { 0 };

        add_name(&bytes, u"box", 3);
        add_sid(&bytes, &sid_system);
        ck_assert_status(create(&bytes, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(open(&bytes, NULL), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(an_integrity_level_above_the_token_s_keeps_it_outside) {
        Bytes medium = { 0 }, high = { 0 };
        SidBuffer level;

        sid_of_integrity(&level, SECURITY_MANDATORY_MEDIUM_RID);
        add_name(&medium, u"box", 3);
        add(&medium, 3, level.bytes, sid_size(&level.sid));
        sid_of_integrity(&level, SECURITY_MANDATORY_HIGH_RID);
        add_name(&high, u"box", 3);
        add(&high, 3, level.bytes, sid_size(&level.sid));
        ck_assert_status(create(&medium, NULL), STATUS_SUCCESS);
        ck_assert_status(create(&high, NULL), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(the_last_handle_takes_the_boundary_along) {
        Bytes bytes = { 0 };
        GrantName name = { 0 }, second = { 0 };

        add_name(&bytes, u"box", 3);
        ck_assert_status(create(&bytes, &name), STATUS_SUCCESS);
        ck_assert_status(open(&bytes, &second), STATUS_SUCCESS);
        actor_close(&actor, name);
        ck_assert_status(open(&bytes, &name), STATUS_SUCCESS);
        actor_close(&actor, name);
        actor_close(&actor, second);
        ck_assert_status(open(&bytes, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(create(&bytes, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_deleted_one_lives_on_without_its_boundary) {
        Bytes bytes = { 0 };
        GrantName name = { 0 };
        g_autoptr(Object) object = NULL;

        add_name(&bytes, u"box", 3);
        ck_assert_status(create(&bytes, &name), STATUS_SUCCESS);
        ck_assert_status(grant_table_reference(actor.grants, name, NULL, 0, &object, NULL),
                        STATUS_SUCCESS);
        ck_assert_status(private_namespace_delete((Directory *) object), STATUS_SUCCESS);
        ck_assert_status(private_namespace_delete((Directory *) object), STATUS_INVALID_PARAMETER);
        ck_assert_status(private_namespace_delete(namespace_root(world.ns)),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(open(&bytes, NULL), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(create(&bytes, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(names_below_it_do_not_show_the_boundary) {
        Bytes bytes = { 0 };
        GrantName name = { 0 };
        g_autoptr(Object) box = NULL, object = NULL;
        g_autofree WCHAR *text = NULL, *below = NULL;
        size_t n_units = 0;

        add_name(&bytes, u"box", 3);
        ck_assert_status(create(&bytes, &name), STATUS_SUCCESS);
        ck_assert_status(grant_table_reference(actor.grants, name, NULL, 0, &box, NULL),
                        STATUS_SUCCESS);
        ck_assert_status(directory_full_name(box, namespace_root(world.ns), &text, &n_units),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(n_units, 0);

        ck_assert_status(object_new(&plain_type, world.quota, &object), STATUS_SUCCESS);
        ck_assert_status(directory_insert((Directory *) box, object, u"x", 1, world.quota),
                        STATUS_SUCCESS);
        ck_assert_status(directory_full_name(object, namespace_root(world.ns), &below, &n_units),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(n_units, 6);
        ck_assert_mem_eq(below, u"\\...\\x", 6 * sizeof(WCHAR));
        directory_remove(object->entry);
}
END_TEST

/* Every byte of a boundary is a client's. */
START_TEST(what_makes_no_sense_is_refused) {
        Bytes bytes = { 0 }, nameless = { 0 }, twice = { 0 };
        uint32_t wrong = 0;

        add_sid(&nameless, &sid_everyone);
        ck_assert_status(create(&nameless, NULL), STATUS_INVALID_PARAMETER);
        add_name(&twice, u"a", 1);
        add_name(&twice, u"b", 1);
        ck_assert_status(create(&twice, NULL), STATUS_INVALID_PARAMETER);

        add_name(&bytes, u"box", 3);
        for (size_t at = 0; at < 16; at += 4) { /* version, items, size, flags */
                Bytes copy = bytes;

                wrong = 77;
                memcpy(copy.data + at, &wrong, sizeof(wrong));
                ck_assert_status(create(&copy, NULL), STATUS_INVALID_PARAMETER);
        }
        for (uint32_t size = 0; size < bytes.size; size++) {
                Bytes copy = bytes;

                copy.size = size;
                ck_assert_status(create(&copy, NULL), STATUS_INVALID_PARAMETER);
        }
        wrong = UINT32_MAX;
        memcpy(bytes.data + 20, &wrong, sizeof(wrong)); /* the entry's size */
        ck_assert_status(create(&bytes, NULL), STATUS_INVALID_PARAMETER);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_boundary_is_found_whatever_the_order_of_its_sids);
        tcase_add_test(tests, who_lacks_a_sid_of_the_boundary_stays_outside);
        tcase_add_test(tests, an_integrity_level_above_the_token_s_keeps_it_outside);
        tcase_add_test(tests, the_last_handle_takes_the_boundary_along);
        tcase_add_test(tests, a_deleted_one_lives_on_without_its_boundary);
        tcase_add_test(tests, names_below_it_do_not_show_the_boundary);
        tcase_add_test(tests, what_makes_no_sense_is_refused);
}

int main(void) {
        return suite_main("private namespace", 30, add_tests);
}
