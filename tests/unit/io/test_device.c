#include <string.h>

#include "access.h"
#include "assert-status.h"
#include "device.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "open.h"
#include "suite.h"
#include "token.h"

#define OWNER 1000u

static GenerationCounters *generation;
static SecurityStore *security;
static Namespace *ns;
static Token *token;

static void begin(void) {
        TokenSource source = { .uid = OWNER, .gid = OWNER, .session = 1 };

        generation = generation_counters_new();
        security = security_store_new();
        ns = namespace_new(generation, security, false);
        devices_make(ns);
        ck_assert_status(token_new(&source, &token), STATUS_SUCCESS);
}

static void end(void) {
        token_unref(token);
        namespace_free(ns);
        security_store_free(security);
        generation_counters_free(generation);
}

static size_t widen(const char *text, WCHAR *units) {
        size_t n = strlen(text);

        ck_assert_uint_lt(n, 128);
        for (size_t i = 0; i < n; i++)
                units[i] = (WCHAR) text[i];
        return n;
}

static bool equals(const WCHAR *units, size_t n_units, const char *text) {
        WCHAR wide[128];
        size_t n = widen(text, wide);

        return n == n_units && memcmp(units, wide, n * sizeof(WCHAR)) == 0;
}

static ObjectPath make_path(const WCHAR *units, size_t n_units, const ObjectType *type) {
        return (ObjectPath){
                .ns = ns,
                .name = units,
                .n_units = n_units,
                .type = type,
                .token = token,
                .session = 1,
        };
}

START_TEST(names_lead_to_devices_with_the_rest_of_the_name) {
        static const struct {
                const char *name;
                uint32_t device;
                const char *rest;
        } rows[] = {
                { "\\??\\Z:\\dir\\name", DEVICE_VOLUME, "\\dir\\name" },
                { "\\??\\z:\\Dir\\", DEVICE_VOLUME, "\\Dir\\" },
                { "\\??\\unix\\a", DEVICE_VOLUME, "\\a" },
                { "\\??\\Z:", DEVICE_VOLUME, "" },
                { "\\??\\Z:\\", DEVICE_VOLUME, "\\" },
                { "\\DosDevices\\Z:\\a\\\\b", DEVICE_VOLUME, "\\a\\\\b" },
                { "\\GLOBAL??\\UNIX\\a", DEVICE_VOLUME, "\\a" },
                { "\\Device\\HarddiskVolume1", DEVICE_VOLUME, "" },
                { "\\device\\harddiskvolume1\\x", DEVICE_VOLUME, "\\x" },
                { "\\Device\\Null", DEVICE_NULL, "" },
                { "\\??\\NUL", DEVICE_NULL, "" },
                { "\\??\\nul\\x", DEVICE_NULL, "\\x" },
                { "\\??\\GLOBALROOT\\Device\\Null", DEVICE_NULL, "" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                WCHAR units[128];
                size_t n = widen(rows[i].name, units);
                ObjectPath path = make_path(units, n, &device_type);
                g_auto(DeviceEnd) end = { 0 };

                ck_assert_status(device_resolve(&path, &end), STATUS_SUCCESS);
                ck_assert_uint_eq(end.device->device, rows[i].device);
                ck_assert_msg(equals(end.rest, end.n_rest, rows[i].rest), "%s", rows[i].name);
        }
}
END_TEST

START_TEST(names_that_lead_to_no_device_say_why) {
        static const struct {
                const char *name;
                NTSTATUS status;
        } rows[] = {
                { "\\??\\Q:\\dir", STATUS_OBJECT_PATH_NOT_FOUND },
                { "\\??\\Q:", STATUS_OBJECT_NAME_NOT_FOUND },
                { "\\Device\\HarddiskVolume1x\\a", STATUS_OBJECT_PATH_NOT_FOUND },
                { "\\BaseNamedObjects", STATUS_OBJECT_TYPE_MISMATCH },
                { "\\ObjectTypes\\File\\x", STATUS_OBJECT_TYPE_MISMATCH },
                { "Z:\\x", STATUS_OBJECT_PATH_SYNTAX_BAD },
                { "\\\\Z:", STATUS_OBJECT_NAME_INVALID },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                WCHAR units[128];
                size_t n = widen(rows[i].name, units);
                ObjectPath path = make_path(units, n, &device_type);
                g_auto(DeviceEnd) end = { 0 };

                ck_assert_status(device_resolve(&path, &end), rows[i].status);
        }
}
END_TEST

START_TEST(a_name_may_begin_at_a_directory_object) {
        WCHAR units[128];
        size_t n = widen("Null\\x", units);
        ObjectPath path = make_path(units, n, &device_type);
        g_auto(DeviceEnd) end = { 0 };

        path.root = &device_find(ns, DEVICE_NULL)->object.entry->directory->object;
        ck_assert_status(device_resolve(&path, &end), STATUS_SUCCESS);
        ck_assert_uint_eq(end.device->device, DEVICE_NULL);
        ck_assert(equals(end.rest, end.n_rest, "\\x"));
        path.root = &device_find(ns, DEVICE_NULL)->object;
        ck_assert_status(device_resolve(&path, &(DeviceEnd){ 0 }), STATUS_OBJECT_TYPE_MISMATCH);
}
END_TEST

/* Whoever looks for anything else finds that a device is no directory. */
START_TEST(other_types_do_not_pass_through_devices) {
        static const char *const names[] = { "\\Device\\Null\\x", "\\??\\Z:\\x", "\\Device\\Null" };

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
                WCHAR units[128];
                size_t n = widen(names[i], units);
                ObjectPath path = make_path(units, n, &directory_type);
                GrantWord word[8] = { 0 };
                QuotaLimits limits;
                g_auto(Opened) opened = { 0 };
                Dependencies dependencies = { 0 };
                QuotaTable *quotas = NULL;
                Quota *quota = NULL;
                GrantTable *grants = NULL;

                quota_limits_init(&limits);
                quotas = quota_table_new(&limits);
                quota = quota_table_get(quotas, OWNER);
                grants = grant_table_new(word, NULL, quota);
                ck_assert_status(object_open(&path, 1, grants, &dependencies, &opened),
                                STATUS_OBJECT_TYPE_MISMATCH);
                grant_table_free(grants);
                quota_unref(quota);
                quota_table_free(quotas);
        }
}
END_TEST

START_TEST(the_null_device_is_everybody_s_and_volumes_are_passed_through) {
        ACCESS_MASK granted = 0;

        ck_assert_status(access_check_open(device_find(ns, DEVICE_NULL)->object.security, token,
                                         device_type.rules, false,
                                         FILE_GENERIC_READ | FILE_GENERIC_WRITE, &granted),
                        STATUS_SUCCESS);
        ck_assert_status(access_check_open(device_find(ns, DEVICE_NULL)->object.security, token,
                                         device_type.rules, false, WRITE_DAC, &granted),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(access_check_open(device_find(ns, DEVICE_VOLUME)->object.security, token,
                                         device_type.rules, false, FILE_TRAVERSE, &granted),
                        STATUS_SUCCESS);
        ck_assert_status(access_check_open(device_find(ns, DEVICE_VOLUME)->object.security, token,
                                         device_type.rules, false, FILE_WRITE_DATA, &granted),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(device_find(ns, 77));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, names_lead_to_devices_with_the_rest_of_the_name);
        tcase_add_test(tests, names_that_lead_to_no_device_say_why);
        tcase_add_test(tests, a_name_may_begin_at_a_directory_object);
        tcase_add_test(tests, other_types_do_not_pass_through_devices);
        tcase_add_test(tests, the_null_device_is_everybody_s_and_volumes_are_passed_through);
}

int main(void) {
        return suite_main("device", 20, add);
}
