#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "security.h"
#include "suite.h"

#define SOME  FOREIGN "D:(A;;GA;;;WD)"
#define OTHER FOREIGN "D:(A;;GR;;;WD)"

static SecurityStore *store;
static QuotaTable *quotas;
static Quota *quota;

static void set_up(void) {
        QuotaLimits limits = { 0 };

        limits.limit[QUOTA_DESCRIPTOR_BYTES] = 1000;
        store = security_store_new();
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, USER);
}

/* Both say so if something is left. */
static void tear_down(void) {
        security_store_free(store);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES), 0);
        quota = quota_unref(quota);
        quota_table_free(quotas);
}

static Security *make(Quota *payer, const char *sddl) {
        g_autoptr(Descriptor) descriptor = fixture_descriptor(sddl);
        Security *security = NULL;

        ck_assert_status(security_new(store, payer, &descriptor->view, &security), STATUS_SUCCESS);
        return security;
}

START_TEST(equal_descriptors_of_a_user_exist_once_and_are_paid_once) {
        set_up();
        {
                g_autoptr(Security) first = make(quota, SOME);
                g_autoptr(Security) again = make(quota, SOME);
                g_autoptr(Security) other = make(quota, OTHER);
                g_autoptr(Security) servers = make(NULL, SOME);

                ck_assert_ptr_eq(first, again);
                ck_assert_ptr_ne(first, other);
                ck_assert_ptr_ne(first, servers);
                ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES),
                                security_size(first) + security_size(other));
                first = security_unref(first);
                ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES),
                                security_size(again) + security_size(other));
        }
        tear_down();
}
END_TEST

START_TEST(another_user_has_and_pays_its_own) {
        Quota *others;

        set_up();
        others = quota_table_get(quotas, STRANGER);
        {
                g_autoptr(Security) first = make(quota, SOME);
                g_autoptr(Security) theirs = make(others, SOME);

                ck_assert_ptr_ne(first, theirs);
                ck_assert_uint_eq(quota_used(others, QUOTA_DESCRIPTOR_BYTES), security_size(first));
        }
        others = quota_unref(others);
        tear_down();
}
END_TEST

START_TEST(what_the_quota_does_not_cover_is_refused) {
        g_autoptr(Descriptor) descriptor = fixture_descriptor(SOME);
        QuotaLimits limits = { 0 };
        Security *untouched = NULL;

        set_up();
        limits.limit[QUOTA_DESCRIPTOR_BYTES] = descriptor->size - 1;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(security_new(store, quota, &descriptor->view, &untouched),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(untouched);
        limits.limit[QUOTA_DESCRIPTOR_BYTES] = descriptor->size;
        quota_table_set_limits(quotas, &limits);
        {
                g_autoptr(Security) security = make(quota, SOME);
                g_autoptr(Security) same = make(quota, SOME); /* costs nothing */

                ck_assert_ptr_eq(security, same);
        }
        tear_down();
}
END_TEST

START_TEST(its_view_lives_in_the_security) {
        set_up();
        {
                g_autoptr(Security) security = make(quota, SOME);
                g_autofree char *text = fixture_text(security);
                const DescriptorView *view = security_view(security);

                ck_assert_str_eq(text, SOME);
                ck_assert_uint_eq(view->control, SE_DACL_PRESENT | SE_SELF_RELATIVE);
                ck_assert_uint_eq(view->dacl->AceCount, 1);
                ck_assert_uint_eq(security_size(security), descriptor_size(view));
                ck_assert_uint_eq(security_size(NULL), 0);
        }
        tear_down();
}
END_TEST

START_TEST(too_long_a_descriptor_is_refused) {
        size_t n = DESCRIPTOR_SIZE_MAX / sizeof(uint32_t);
        g_autofree uint32_t *words = g_new0(uint32_t, n);
        ACL *acl = (ACL *) words;
        DescriptorView view = { .control = SE_DACL_PRESENT | SE_SACL_PRESENT, .dacl = acl };
        Security *security = NULL;

        set_up();
        *acl = (ACL){ .AclRevision = ACL_REVISION, .AclSize = DESCRIPTOR_SIZE_MAX - 20 };
        ck_assert_status(security_new(store, NULL, &view, &security), STATUS_SUCCESS);
        security = security_unref(security);
        view.sacl = acl;
        ck_assert_status(
                        security_new(store, NULL, &view, &security), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_ptr_null(security);
        tear_down();
}
END_TEST

START_TEST(many_descriptors_are_found_again) {
        Security *all[500];

        set_up();
        for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
                g_autofree char *sddl = g_strdup_printf(FOREIGN "D:(A;;0x%x;;;WD)", i);

                all[i] = make(NULL, sddl);
        }
        for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
                g_autofree char *sddl = g_strdup_printf(FOREIGN "D:(A;;0x%x;;;WD)", i);
                g_autoptr(Security) again = make(NULL, sddl);

                ck_assert_ptr_eq(again, all[i]);
        }
        for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
                all[i] = security_unref(all[i]);
        tear_down();
}
END_TEST

/* nt-behaviour-by-tests 1.16. */
/* What a directory hands down to an object in it may be just what it has itself. */
START_TEST(a_parent_may_be_the_outcome_of_itself) {
        set_up();
        {
                g_autoptr(Token) token = fixture_token(USER);
                Security *parent = make(quota, "O:" USER_SID "G:" GROUP_SID
                                               "D:(A;;0xf000f;;;" USER_SID ")(A;;0xf000f;;;SY)");
                SecurityOrigin origin = {
                        .parent = parent,
                        .token = token,
                        .type = &object_types[KIND_DIRECTORY],
                };
                Security *child = NULL;

                ck_assert_status(security_assign(store, quota, &origin, &child), STATUS_SUCCESS);
                ck_assert_ptr_eq(child, parent);
                security_unref(child);
                security_unref(parent);
        }
        tear_down();
}
END_TEST

START_TEST(rights_that_parts_need) {
        const struct {
                SECURITY_INFORMATION information;
                ACCESS_MASK read, write;
        } rows[] = {
                { OWNER_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
                { GROUP_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
                { LABEL_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER },
                { DACL_SECURITY_INFORMATION, READ_CONTROL, WRITE_DAC },
                { SACL_SECURITY_INFORMATION, ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY },
                { PROTECTED_DACL_SECURITY_INFORMATION, 0, WRITE_DAC },
                { UNPROTECTED_DACL_SECURITY_INFORMATION, 0, WRITE_DAC },
                { PROTECTED_SACL_SECURITY_INFORMATION, 0, ACCESS_SYSTEM_SECURITY },
                { UNPROTECTED_SACL_SECURITY_INFORMATION, 0, ACCESS_SYSTEM_SECURITY },
                { 0xF, READ_CONTROL | ACCESS_SYSTEM_SECURITY,
                                WRITE_OWNER | WRITE_DAC | ACCESS_SYSTEM_SECURITY },
                { 0, 0, 0 },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                ck_assert_uint_eq(security_read_access(rows[i].information), rows[i].read);
                ck_assert_uint_eq(security_write_access(rows[i].information), rows[i].write);
        }
}
END_TEST

static void queried(const Security *security, SECURITY_INFORMATION information, const char *want) {
        g_autofree void *data = NULL;
        g_autofree char *text = NULL;
        size_t size = 0;

        ck_assert_status(security_query(security, information, &data, &size), STATUS_SUCCESS);
        text = fixture_text_of(data, size, 0xF);
        ck_assert_str_eq(text, want);
}

START_TEST(a_query_gives_what_is_asked_for) {
        set_up();
        {
                g_autoptr(Security) security = make(quota,
                                "O:BAG:SYD:P(A;;GA;;;WD)S:PAI(AU;SAFA;GA;;;WD)(ML;;NW;;;LW)");
                g_autoptr(Security) bare = make(quota, "O:BAG:SYD:S:(AU;SA;GA;;;WD)");

                queried(security, OWNER_SECURITY_INFORMATION, "O:BA");
                queried(security, GROUP_SECURITY_INFORMATION, "G:SY");
                queried(security, DACL_SECURITY_INFORMATION, "D:P(A;;GA;;;WD)");
                queried(security, SACL_SECURITY_INFORMATION, "S:PAI(AU;SAFA;GA;;;WD)(ML;;NW;;;LW)");
                queried(security, SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
                                "S:PAI(AU;SAFA;GA;;;WD)(ML;;NW;;;LW)");
                queried(security, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)");
                queried(security, LABEL_SECURITY_INFORMATION | OWNER_SECURITY_INFORMATION,
                                "O:BAS:(ML;;NW;;;LW)");
                queried(security, 0, "");
                /* Without a label: no SACL, and success. */
                queried(bare, LABEL_SECURITY_INFORMATION, "");
        }
        tear_down();
}
END_TEST

/* nt-behaviour-by-kernel 1.21. */
START_TEST(an_object_without_security_answers_with_an_empty_descriptor) {
        g_autofree void *data = NULL;
        size_t size = 0;
        DescriptorView view;

        ck_assert_status(security_query(NULL, 0x1F, &data, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, sizeof(SECURITY_DESCRIPTOR_RELATIVE));
        ck_assert_status(descriptor_view(data, size, &view), STATUS_SUCCESS);
        ck_assert_uint_eq(view.control, SE_SELF_RELATIVE);
        ck_assert_ptr_null(view.owner);
        ck_assert_ptr_null(view.group);
        ck_assert_ptr_null(view.dacl);
        ck_assert_ptr_null(view.sacl);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, equal_descriptors_of_a_user_exist_once_and_are_paid_once);
        tcase_add_test(tests, another_user_has_and_pays_its_own);
        tcase_add_test(tests, what_the_quota_does_not_cover_is_refused);
        tcase_add_test(tests, its_view_lives_in_the_security);
        tcase_add_test(tests, too_long_a_descriptor_is_refused);
        tcase_add_test(tests, many_descriptors_are_found_again);
        tcase_add_test(tests, a_parent_may_be_the_outcome_of_itself);
        tcase_add_test(tests, rights_that_parts_need);
        tcase_add_test(tests, a_query_gives_what_is_asked_for);
        tcase_add_test(tests, an_object_without_security_answers_with_an_empty_descriptor);
}

int main(void) {
        return suite_main("security", 30, add);
}
