/*
 * What is the same for all objects of a type: by-kernel 2.3, and 1.17 classes 2 and 3.
 *
 * Where tests of 2003 [T] and of today's Windows [W] differ (Process, Token) it is as today. Of
 * SymbolicLink both F0001 and FFFFF are known of today's; here it is F0001, as on 2003.
 */

#include <string.h>

#include "api.h"
#include "ntsecurity.h"
#include "winternl.h"

typedef struct TypeRow {
        const WCHAR *name;
        GENERIC_MAPPING mapping;
        ACCESS_MASK valid;
        ULONG rejects; /* attributes */
        bool security_required;
} TypeRow;

static const TypeRow rows[] = {
        { u"Type", { 0x20000, 0x20000, 0x20000, 0xF0001 }, 0x1F0001, 0x100, false },
        { u"Directory", { 0x20003, 0x2000C, 0x20003, 0xF000F }, 0xF000F, 0x100, false },
        { u"SymbolicLink", { 0x20001, 0x20000, 0x20001, 0xF0001 }, 0xF0001, 0x100, false },
        { u"Section", { 0x20005, 0x20002, 0x20008, 0xF001F }, 0x1F001F, 0x100, false },
        { u"Process", { 0x20410, 0x20BEA, 0x121001, 0x1FFFFF }, 0x1FFFFF, 0xB0, true },
        { u"Token", { 0x2001A, 0x201E0, 0x20005, 0xF01FF }, 0x1F01FF, 0x100, true },
        { u"Device", { 0x120089, 0x120116, 0x1200A0, 0x1F01FF }, 0x1F01FF, 0x100, false },
        { u"Thread", { 0x20048, 0x20437, 0x121800, 0x1FFFFF }, 0x1FFFFF, 0xB0, true },
        { u"File", { 0x120089, 0x120116, 0x1200A0, 0x1F01FF }, 0x1F01FF, 0x130, false },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

typedef union Buffer {
        OBJECT_TYPE_INFORMATION type;
        OBJECT_TYPES_INFORMATION types;
        uint8_t bytes[4096];
} Buffer;

static const TypeRow *row_of(const UNICODE_STRING *name) {
        for (size_t i = 0; i < N_ROWS; i++) {
                UNICODE_STRING expected;

                RtlInitUnicodeString(&expected, rows[i].name);
                if (expected.Length == name->Length &&
                                memcmp(expected.Buffer, name->Buffer, name->Length) == 0)
                        return &rows[i];
        }
        return NULL;
}

static void expect_row(const OBJECT_TYPE_INFORMATION *type) {
        const TypeRow *row = row_of(&type->TypeName);

        ck_assert_ptr_nonnull(row);
        ck_assert_uint_eq(type->GenericMapping.GenericRead, row->mapping.GenericRead);
        ck_assert_uint_eq(type->GenericMapping.GenericWrite, row->mapping.GenericWrite);
        ck_assert_uint_eq(type->GenericMapping.GenericExecute, row->mapping.GenericExecute);
        ck_assert_uint_eq(type->GenericMapping.GenericAll, row->mapping.GenericAll);
        ck_assert_uint_eq(type->ValidAccessMask, row->valid);
        ck_assert_uint_eq(type->InvalidAttributes, row->rejects);
        ck_assert_uint_eq(type->SecurityRequired, row->security_required);
}

START_TEST(each_type_is_listed_once_with_its_numbers) {
        Buffer buffer;
        const uint8_t *at = buffer.bytes + 8;

        api_assert_ok(NtQueryObject(NULL, ObjectTypesInformation, &buffer, sizeof(buffer), NULL));
        ck_assert_uint_eq(buffer.types.NumberOfTypes, N_ROWS);
        for (ULONG i = 0; i < buffer.types.NumberOfTypes; i++) {
                const OBJECT_TYPE_INFORMATION *type = (const void *) at;

                expect_row(type);
                at = (const uint8_t *) type->TypeName.Buffer + type->TypeName.MaximumLength;
                at = buffer.bytes + ((size_t) (at - buffer.bytes) + 7) / 8 * 8;
        }
}
END_TEST

static void expect_type_of(HANDLE handle, const WCHAR *name) {
        Buffer buffer;
        UNICODE_STRING expected;

        RtlInitUnicodeString(&expected, name);
        api_assert_ok(NtQueryObject(handle, ObjectTypeInformation, &buffer, sizeof(buffer), NULL));
        ck_assert_uint_eq(buffer.type.TypeName.Length, expected.Length);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, name, expected.Length);
        expect_row(&buffer.type);
}

START_TEST(handles_tell_the_same_of_their_types) {
        HANDLE directory = NULL, link = NULL, section = NULL;

        api_assert_ok(NtOpenDirectoryObject(&directory, DIRECTORY_QUERY, NAMED(u"\\")));
        api_assert_ok(NtOpenSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(u"\\DosDevices")));
        api_assert_ok(api_create(NULL, 0, &section));
        expect_type_of(directory, u"Directory");
        expect_type_of(link, u"SymbolicLink");
        expect_type_of(section, u"Section");
        expect_type_of(NtCurrentProcess(), u"Process");
        expect_type_of((HANDLE) -4, u"Token");
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(link));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* A generic right asked for is what the row says it is, for every type that can be made or opened.
 */
static void expect_generic(HANDLE (*open)(ACCESS_MASK access), const WCHAR *name) {
        static const ACCESS_MASK generic[] = { GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE,
                GENERIC_ALL };
        UNICODE_STRING string;
        const TypeRow *row;

        RtlInitUnicodeString(&string, name);
        row = row_of(&string);
        for (size_t i = 0; i < 4; i++) {
                const ACCESS_MASK means[] = { row->mapping.GenericRead, row->mapping.GenericWrite,
                        row->mapping.GenericExecute, row->mapping.GenericAll };
                HANDLE handle = open(generic[i]);

                ck_assert_uint_eq(api_granted_access(handle), means[i]);
                api_assert_ok(NtClose(handle));
        }
}

static HANDLE make_directory(ACCESS_MASK access) {
        HANDLE handle = NULL;

        api_assert_ok(NtCreateDirectoryObject(&handle, access, NULL));
        return handle;
}

static HANDLE make_section(ACCESS_MASK access) {
        HANDLE handle = NULL;

        api_assert_ok(api_create(NULL, access, &handle));
        return handle;
}

static HANDLE make_link(ACCESS_MASK access) {
        UNICODE_STRING target;
        HANDLE handle = NULL;

        RtlInitUnicodeString(&target, u"\\x");
        api_assert_ok(NtCreateSymbolicLinkObject(&handle, access, NAMED(u""), &target));
        return handle;
}

static HANDLE duplicate_process(ACCESS_MASK access) {
        HANDLE handle = NULL;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &handle, access, 0, 0));
        return handle;
}

static HANDLE open_token(ACCESS_MASK access) {
        HANDLE handle = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), access, &handle));
        return handle;
}

START_TEST(generic_rights_are_mapped_for_every_type) {
        expect_generic(make_directory, u"Directory");
        expect_generic(make_section, u"Section");
        expect_generic(make_link, u"SymbolicLink");
        expect_generic(duplicate_process, u"Process");
        expect_generic(open_token, u"Token");
}
END_TEST

START_TEST(standard_rights_have_their_numbers) {
        ck_assert_uint_eq(DELETE, 0x10000);
        ck_assert_uint_eq(READ_CONTROL, 0x20000);
        ck_assert_uint_eq(WRITE_DAC, 0x40000);
        ck_assert_uint_eq(WRITE_OWNER, 0x80000);
        ck_assert_uint_eq(SYNCHRONIZE, 0x100000);
        ck_assert_uint_eq(STANDARD_RIGHTS_REQUIRED, 0xF0000);
        ck_assert_uint_eq(STANDARD_RIGHTS_READ, 0x20000);
        ck_assert_uint_eq(STANDARD_RIGHTS_WRITE, 0x20000);
        ck_assert_uint_eq(STANDARD_RIGHTS_EXECUTE, 0x20000);
        ck_assert_uint_eq(STANDARD_RIGHTS_ALL, 0x1F0000);
        ck_assert_uint_eq(ACCESS_SYSTEM_SECURITY, 0x1000000);
        ck_assert_uint_eq(MAXIMUM_ALLOWED, 0x2000000);
        ck_assert_uint_eq(GENERIC_ALL, 0x10000000);
        ck_assert_uint_eq(GENERIC_EXECUTE, 0x20000000);
        ck_assert_uint_eq(GENERIC_WRITE, 0x40000000);
        ck_assert_uint_eq(GENERIC_READ, 0x80000000);
}
END_TEST

/* by-kernel 1.4: a flag that the type rejects; Type and Token objects cannot be made by name. */
START_TEST(flags_that_a_type_rejects_are_refused) {
        CLIENT_ID id = { NULL, NULL };
        HANDLE handle = API_WILD;

        for (unsigned bit = 0; bit < 16; bit++) {
                OBJECT_ATTRIBUTES attributes;
                ULONG flag = 1u << bit;

                if (!(0xB0 & flag))
                        continue;
                InitializeObjectAttributes(&attributes, NULL, flag, NULL, NULL);
                id.UniqueProcess = (HANDLE) (ULONG_PTR) 0xFFFFFFF0;
                ck_assert_status(NtOpenProcess(&handle, PROCESS_DUP_HANDLE, &attributes, &id),
                                STATUS_INVALID_CID); /* after the lookup */
        }
        ck_assert_status(NtCreateDirectoryObject(&handle, 0, NAMED_WITH(NULL, OBJ_OPENLINK)),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(api_create_with(NAMED_WITH(NULL, OBJ_OPENLINK), 0, &handle),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(handle);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, each_type_is_listed_once_with_its_numbers);
        tcase_add_test(tests, handles_tell_the_same_of_their_types);
        tcase_add_test(tests, generic_rights_are_mapped_for_every_type);
        tcase_add_test(tests, standard_rights_have_their_numbers);
        tcase_add_test(tests, flags_that_a_type_rejects_are_refused);
}

int main(void) {
        return api_main("kernel-rows-types", 60, add);
}
