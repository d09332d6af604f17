/*
 * The rights of handles that creates and opens make, for each type that has names: by-tests 1.1,
 * "Desired access" and "Lifetime", 1.16 and 2.4.
 */

#include <glib.h>
#include <string.h>

#include "api.h"
#include "ntpsapi.h"
#include "ntseapi.h"
#include "security-descriptor.h"
#include "sid.h"

#define NAME u"\\BaseNamedObjects\\access"

typedef struct NamedType {
        NTSTATUS(NTAPI *create)(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
        NTSTATUS(NTAPI *open)(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
        ACCESS_MASK all;
        ACCESS_MASK valid;
        ACCESS_MASK generic[4]; /* of the bits from GENERIC_ALL up */
} NamedType;

static NTSTATUS NTAPI create_section(
                PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        return api_create_with(attributes, access, handle);
}

static NTSTATUS NTAPI create_link(
                PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        UNICODE_STRING target;

        RtlInitUnicodeString(&target, u"anywhere");
        return NtCreateSymbolicLinkObject(handle, access, attributes, &target);
}

/* by-tests 2.4: all, execute, write, read. */
static const NamedType types[] = {
        { create_section, NtOpenSection, 0xF001F, 0x1F001F,
                        { 0xF001F, 0x20008, 0x20002, 0x20005 } },
        { NtCreateDirectoryObject, NtOpenDirectoryObject, 0xF000F, 0xF000F,
                        { 0xF000F, 0x20003, 0x2000C, 0x20003 } },
        { create_link, NtOpenSymbolicLinkObject, 0xF0001, 0xF0001,
                        { 0xF0001, 0x20001, 0x20000, 0x20001 } },
};

static void disable(ULONG privilege) {
        TOKEN_PRIVILEGES state = { 1, { { { privilege, 0 }, 0 } } };
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
}

static HANDLE made(const NamedType *type, ACCESS_MASK access) {
        HANDLE handle = NULL;

        api_assert_ok(type->create(&handle, access, NAMED(NAME)));
        return handle;
}

static void refuses_open(const NamedType *type, ACCESS_MASK access, ULONG bits, NTSTATUS status) {
        HANDLE handle = API_WILD;

        ck_assert_status(type->open(&handle, access, NAMED_WITH(NAME, bits)), status);
        ck_assert_ptr_null(handle);
}

/* [W] A new object is there, its handle may do nothing, and the name goes with it. */
START_TEST(object_can_be_made_with_no_rights_and_not_opened_with_none) {
        const NamedType *type = &types[_i];
        HANDLE handle = NULL, other = API_WILD;

        refuses_open(type, 0, 0, STATUS_OBJECT_NAME_NOT_FOUND);
        handle = made(type, 0);
        ck_assert_uint_eq(api_granted_access(handle), 0);
        ck_assert_status(type->create(&other, 0, NAMED_WITH(NAME, OBJ_OPENIF)),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(other);
        refuses_open(type, 0, 0, STATUS_ACCESS_DENIED);
        refuses_open(type, 0, OBJ_INHERIT, STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(handle));
        refuses_open(type, READ_CONTROL, 0, STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [W] Generic bits are what the type says, and are never a handle's; at a create and at an open. */
START_TEST(generic_rights_are_mapped) {
        const NamedType *type = &types[_i];
        HANDLE keep = made(type, 0);

        for (unsigned i = 0; i < 4; i++) {
                HANDLE opened = NULL, unnamed = NULL;

                api_assert_ok(type->open(&opened, GENERIC_ALL << i, NAMED(NAME)));
                ck_assert_uint_eq(api_granted_access(opened), type->generic[i]);
                api_assert_ok(type->create(&unnamed, GENERIC_ALL << i, NAMED(NULL)));
                ck_assert_uint_eq(api_granted_access(unnamed), type->generic[i]);
                api_assert_ok(NtClose(unnamed));
                api_assert_ok(NtClose(opened));
        }
        api_assert_ok(NtClose(keep));
}
END_TEST

/* [wine] and by-kernel 2.1: all rights of the type, whatever the new object's descriptor says. */
START_TEST(maximum_allowed_at_a_create_is_all_rights) {
        const NamedType *type = &types[_i];
        POBJECT_ATTRIBUTES attributes = NAMED(NAME);
        PSECURITY_DESCRIPTOR nobody = NULL;
        HANDLE handle = NULL, other = NULL;

        api_assert_ok(zw_sddl_to_descriptor("D:", &nobody, NULL));
        attributes->SecurityDescriptor = nobody;
        api_assert_ok(type->create(&handle, MAXIMUM_ALLOWED, attributes));
        ck_assert_uint_eq(api_granted_access(handle), type->all);
        /* Who opens gets what the descriptor gives: as the owner, these. */
        api_assert_ok(type->open(&other, MAXIMUM_ALLOWED, NAMED(NAME)));
        ck_assert_uint_eq(api_granted_access(other), READ_CONTROL | WRITE_DAC);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
        zw_free(nobody);
}
END_TEST

/*
 * [W] Each of the 32 bits alone, as OpenMutex is tested: those of the type's rights,
 * MAXIMUM_ALLOWED and the generic ones are had; ACCESS_SYSTEM_SECURITY takes a privilege; no other
 * is.
 */
START_TEST(each_right_alone_is_granted_if_the_type_has_it) {
        const NamedType *type = &types[_i];
        HANDLE keep = made(type, 0);

        disable(SE_SECURITY_PRIVILEGE);
        disable(SE_TAKE_OWNERSHIP_PRIVILEGE);
        for (unsigned bit = 0; bit < 32; bit++) {
                const ACCESS_MASK wish = 1u << bit;
                HANDLE handle = NULL;

                if (wish == ACCESS_SYSTEM_SECURITY) {
                        refuses_open(type, wish, 0, STATUS_PRIVILEGE_NOT_HELD);
                } else if (wish & (type->all | MAXIMUM_ALLOWED | 0xF0000000u)) {
                        api_assert_ok(type->open(&handle, wish, NAMED(NAME)));
                        if (wish & type->all)
                                ck_assert_uint_eq(api_granted_access(handle), wish);
                        api_assert_ok(NtClose(handle));
                } else {
                        refuses_open(type, wish, 0, STATUS_ACCESS_DENIED);
                }
        }
        api_assert_ok(NtClose(keep));
}
END_TEST

/* [wine], by-kernel 2.1: bits that no type has do not matter at a create, and vanish. */
START_TEST(create_leaves_out_bits_that_the_type_does_not_have) {
        const NamedType *type = &types[_i];
        HANDLE handle = NULL;

        api_assert_ok(type->create(&handle, (0x00E0FFFF & ~type->valid) | type->all, NAMED(NAME)));
        ck_assert_uint_eq(api_granted_access(handle), type->all);
        api_assert_ok(NtClose(handle));
        api_assert_ok(type->create(&handle, 0x00FFFFFF, NAMED(NAME)));
        ck_assert_uint_eq(api_granted_access(handle), type->valid);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W!] */
START_TEST(permanent_object_takes_a_privilege) {
        const NamedType *type = &types[_i];
        HANDLE handle = API_WILD;

        disable(SE_CREATE_PERMANENT_PRIVILEGE);
        ck_assert_status(type->create(&handle, READ_CONTROL, NAMED_WITH(NAME, OBJ_PERMANENT)),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_ptr_null(handle);
        refuses_open(type, READ_CONTROL, 0, STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [W] A second creator's handle has the rights that it asks for; the object stays what it was. */
START_TEST(openif_checks_the_rights_wanted) {
        const NamedType *type = &types[_i];
        POBJECT_ATTRIBUTES attributes = NAMED(NAME);
        PSECURITY_DESCRIPTOR readers = NULL;
        HANDLE handle = NULL, other = API_WILD;

        api_assert_ok(zw_sddl_to_descriptor("D:(A;;0x20001;;;WD)", &readers, NULL));
        attributes->SecurityDescriptor = readers;
        api_assert_ok(type->create(&handle, 0, attributes));
        ck_assert_status(type->create(&other, DELETE, NAMED_WITH(NAME, OBJ_OPENIF)),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(other);
        ck_assert(NT_SUCCESS(type->create(&other, 1, NAMED_WITH(NAME, OBJ_OPENIF))));
        ck_assert_uint_eq(api_granted_access(other), 1);
        ck_assert_status(NtCompareObjects(handle, other), STATUS_SUCCESS);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
        zw_free(readers);
}
END_TEST

/* [W] An absolute path through a link: created in, and found in, the target directory. */
START_TEST(path_through_a_link_leads_to_the_target_directory) {
        const NamedType *type = &types[_i];
        HANDLE handle = NULL, other = NULL;

        api_assert_ok(type->create(
                        &handle, READ_CONTROL, NAMED(u"\\BaseNamedObjects\\Global\\access")));
        api_assert_ok(type->open(&other, READ_CONTROL, NAMED(NAME)));
        ck_assert_status(NtCompareObjects(handle, other), STATUS_SUCCESS);
        api_assert_ok(NtClose(other));
        api_assert_ok(type->open(
                        &other, READ_CONTROL, NAMED(u"\\BaseNamedObjects\\Local\\Global\\access")));
        ck_assert_status(NtCompareObjects(handle, other), STATUS_SUCCESS);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W] The name goes with the last handle, and is another object's when it is made again. */
START_TEST(name_made_again_is_another_object) {
        const NamedType *type = &types[_i];
        HANDLE handle = made(type, READ_CONTROL), other = NULL, again = NULL;

        api_assert_ok(type->open(&other, READ_CONTROL, NAMED(NAME)));
        api_assert_ok(NtClose(handle));
        ck_assert_status(type->create(&again, READ_CONTROL, NAMED(NAME)),
                        STATUS_OBJECT_NAME_COLLISION);
        api_assert_ok(NtClose(other));
        again = made(type, READ_CONTROL);
        ck_assert_uint_eq(api_handle_count(again), 1);
        api_assert_ok(NtClose(again));
}
END_TEST

/* The entries of a token's default DACL, with the generic bits that they have mapped. */
static void expect_default_dacl(const NamedType *type, const ACL *dacl, const ACL *defaults) {
        const uint8_t *at = (const uint8_t *) (dacl + 1);
        const uint8_t *wanted = (const uint8_t *) (defaults + 1);

        ck_assert_uint_gt(defaults->AceCount, 0);
        ck_assert_uint_eq(dacl->AceCount, defaults->AceCount);
        for (USHORT i = 0; i < defaults->AceCount; i++) {
                ACCESS_ALLOWED_ACE ace, wish;

                memcpy(&ace, at, sizeof(ace));
                memcpy(&wish, wanted, sizeof(wish));
                ck_assert_uint_eq(wish.Mask, GENERIC_ALL);
                ck_assert_uint_eq(ace.Mask, type->all);
                ck_assert_uint_eq(ace.Header.AceType, wish.Header.AceType);
                ck_assert_uint_eq(ace.Header.AceFlags, wish.Header.AceFlags);
                ck_assert_uint_eq(ace.Header.AceSize, wish.Header.AceSize);
                ck_assert_mem_eq(at + 8, wanted + 8, ace.Header.AceSize - 8u);
                at += ace.Header.AceSize;
                wanted += wish.Header.AceSize;
        }
}

static void *answer(HANDLE token, TOKEN_INFORMATION_CLASS class, void *buffer) {
        ULONG needed;

        api_assert_ok(NtQueryInformationToken(token, class, buffer, 512, &needed));
        return buffer;
}

/* by-tests 1.16 [W]: without a descriptor, owner, group and default DACL of the token. */
START_TEST(object_made_without_a_descriptor_has_the_tokens) {
        const NamedType *type = &types[_i];
        const SECURITY_INFORMATION parts = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                           DACL_SECURITY_INFORMATION;
        uint8_t buffer[512] __attribute__((aligned(8))), said[512] __attribute__((aligned(8)));
        HANDLE handle = made(type, READ_CONTROL), token = NULL;
        DescriptorView view;
        ULONG needed;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token));
        api_assert_ok(NtQuerySecurityObject(handle, parts, buffer, sizeof(buffer), &needed));
        ck_assert_status(descriptor_view(buffer, needed, &view), STATUS_SUCCESS);
        ck_assert(sid_equal(view.owner, ((PTOKEN_OWNER) answer(token, TokenOwner, said))->Owner));
        ck_assert(sid_equal(
                        view.group, ((PTOKEN_PRIMARY_GROUP) answer(token, TokenPrimaryGroup, said))
                                                    ->PrimaryGroup));
        expect_default_dacl(type, view.dacl,
                        ((PTOKEN_DEFAULT_DACL) answer(token, TokenDefaultDacl, said))->DefaultDacl);
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(handle));
}
END_TEST

static void add(TCase *tests) {
        const int n = (int) G_N_ELEMENTS(types);

        tcase_add_loop_test(
                        tests, object_can_be_made_with_no_rights_and_not_opened_with_none, 0, n);
        tcase_add_loop_test(tests, generic_rights_are_mapped, 0, n);
        tcase_add_loop_test(tests, maximum_allowed_at_a_create_is_all_rights, 0, n);
        tcase_add_loop_test(tests, each_right_alone_is_granted_if_the_type_has_it, 0, n);
        tcase_add_loop_test(tests, create_leaves_out_bits_that_the_type_does_not_have, 0, n);
        tcase_add_loop_test(tests, permanent_object_takes_a_privilege, 0, n);
        tcase_add_loop_test(tests, openif_checks_the_rights_wanted, 0, n);
        tcase_add_loop_test(tests, path_through_a_link_leads_to_the_target_directory, 0, n);
        tcase_add_loop_test(tests, name_made_again_is_another_object, 0, n);
        tcase_add_loop_test(tests, object_made_without_a_descriptor_has_the_tokens, 0, n);
}

int main(void) {
        return api_main("rows-access", 60, add);
}
