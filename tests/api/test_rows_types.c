/*
 * What each type says of itself: by-tests 2.4 and 1.8, classes 2 and 3; and rows of 1.3 that need
 * the bytes of an answer.
 */

#include <glib.h>
#include <string.h>

#include "api.h"
#include "ntpsapi.h"
#include "ntseapi.h"

/* [W] test_object_types, as of today's Windows. */
static const struct {
        const char *name;
        GENERIC_MAPPING mapping; /* read, write, execute, all */
        ACCESS_MASK valid;
} rows[] = {
        { "Type", { 0x20000, 0x20000, 0x20000, 0xF0001 }, 0x1F0001 },
        { "Directory", { 0x20003, 0x2000C, 0x20003, 0xF000F }, 0xF000F },
        { "SymbolicLink", { 0x20001, 0x20000, 0x20001, 0xF0001 }, 0xF0001 },
        { "Section", { 0x20005, 0x20002, 0x20008, 0xF001F }, 0x1F001F },
        { "Process", { 0x20410, 0x20BEA, 0x121001, 0x1FFFFF }, 0x1FFFFF },
        { "Token", { 0x2001A, 0x201E0, 0x20005, 0xF01FF }, 0x1F01FF },
        { "Device", { 0x120089, 0x120116, 0x1200A0, 0x1F01FF }, 0x1F01FF },
        { "File", { 0x120089, 0x120116, 0x1200A0, 0x1F01FF }, 0x1F01FF },
        { "Thread", { 0x20048, 0x20437, 0x121800, 0x1FFFFF }, 0x1FFFFF }, /* [W] as well */
};

enum { N_ROWS = G_N_ELEMENTS(rows) };

typedef union TypeBuffer {
        OBJECT_TYPE_INFORMATION type;
        OBJECT_TYPES_INFORMATION types;
        uint8_t bytes[4096];
} TypeBuffer;

static bool is_named(const OBJECT_TYPE_INFORMATION *type, const char *name) {
        size_t n = strlen(name);

        if (type->TypeName.Length != n * sizeof(WCHAR) ||
                        type->TypeName.MaximumLength != (n + 1) * sizeof(WCHAR) ||
                        type->TypeName.Buffer[n] != 0)
                return false;
        for (size_t i = 0; i < n; i++)
                if (type->TypeName.Buffer[i] != (WCHAR) name[i])
                        return false;
        return true;
}

static void expect_row(const OBJECT_TYPE_INFORMATION *type, size_t row) {
        const GENERIC_MAPPING *mapping = &rows[row].mapping;

        ck_assert_msg(is_named(type, rows[row].name), "it is not %s", rows[row].name);
        ck_assert_uint_eq(type->GenericMapping.GenericRead, mapping->GenericRead);
        ck_assert_uint_eq(type->GenericMapping.GenericWrite, mapping->GenericWrite);
        ck_assert_uint_eq(type->GenericMapping.GenericExecute, mapping->GenericExecute);
        ck_assert_uint_eq(type->GenericMapping.GenericAll, mapping->GenericAll);
        ck_assert_uint_eq(type->ValidAccessMask, rows[row].valid);
        ck_assert_uint_le(type->TotalNumberOfObjects, type->HighWaterNumberOfObjects);
        ck_assert_uint_le(type->TotalNumberOfHandles, type->HighWaterNumberOfHandles);
}

/* The types whose objects this suite makes; devices and files are those of others. */
enum { N_MADE = 6 };

/* A handle without rights to an object of the type. */
static HANDLE object_of(size_t row) {
        HANDLE handle = NULL, token = NULL;
        UNICODE_STRING target;

        if (row == 1) {
                api_assert_ok(NtCreateDirectoryObject(&handle, 0, NULL));
        } else if (row == 2) {
                RtlInitUnicodeString(&target, u"anywhere");
                api_assert_ok(NtCreateSymbolicLinkObject(&handle, 0, NAMED(NULL), &target));
        } else if (row == 3) {
                api_assert_ok(api_create(NULL, 0, &handle));
        } else if (row == 4) {
                api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(),
                                NtCurrentProcess(), &handle, 0, 0, 0));
        } else {
                api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token));
                api_assert_ok(NtDuplicateObject(
                                NtCurrentProcess(), token, NtCurrentProcess(), &handle, 0, 0, 0));
                api_assert_ok(NtClose(token));
        }
        return handle;
}

/* 2.4 and class 2: a handle needs no right; each length; what lies behind is not touched. */
START_TEST(type_of_an_object_is_as_on_windows) {
        const size_t row = (size_t) _i;
        const ULONG least = (ULONG) (104 + (strlen(rows[row].name) + 1) * sizeof(WCHAR));
        HANDLE handle = object_of(row);
        TypeBuffer buffer;
        ULONG needed = 0, returned = 0;

        ck_assert_status(NtQueryObject(handle, ObjectTypeInformation, NULL, 0, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_ge(needed, least);
        ck_assert_uint_lt(needed, least + 8);
        ck_assert_status(NtQueryObject(handle, ObjectTypeInformation, &buffer, 104, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(handle, ObjectTypeInformation, &buffer, least - 2, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        memset(&buffer, 0xAA, sizeof(buffer));
        api_assert_ok(NtQueryObject(handle, ObjectTypeInformation, &buffer, needed, &returned));
        ck_assert_uint_ge(returned, least - sizeof(WCHAR));
        expect_row(&buffer.type, row);
        ck_assert((uint8_t *) buffer.type.TypeName.Buffer >= buffer.bytes + 104);
        ck_assert((uint8_t *) buffer.type.TypeName.Buffer < buffer.bytes + needed);
        ck_assert_uint_eq(buffer.bytes[needed], 0xAA);
        ck_assert_uint_ge(buffer.type.TotalNumberOfObjects, 1);
        ck_assert_uint_ge(buffer.type.TotalNumberOfHandles, 1);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* Class 3: these types and no others, each once. */
START_TEST(all_types_are_as_on_windows) {
        unsigned n_seen[N_ROWS] = { 0 };
        TypeBuffer buffer;
        const uint8_t *at = buffer.bytes + 8;
        ULONG returned = 0;

        api_assert_ok(NtQueryObject(
                        NULL, ObjectTypesInformation, &buffer, sizeof(buffer), &returned));
        ck_assert_uint_eq(buffer.types.NumberOfTypes, N_ROWS);
        for (ULONG i = 0; i < buffer.types.NumberOfTypes; i++) {
                const OBJECT_TYPE_INFORMATION *type = (const void *) at;
                size_t end = (size_t) ((const uint8_t *) type->TypeName.Buffer - buffer.bytes) +
                             type->TypeName.MaximumLength;

                for (size_t row = 0; row < N_ROWS; row++) {
                        if (is_named(type, rows[row].name)) {
                                expect_row(type, row);
                                n_seen[row]++;
                        }
                }
                at = buffer.bytes + (end + 7) / 8 * 8;
        }
        for (size_t row = 0; row < N_ROWS; row++)
                ck_assert_uint_eq(n_seen[row], 1);
}
END_TEST

/* 1.8, class 3: the pointer for the length may be NULL, and a handle is not looked at. */
START_TEST(all_types_need_neither_handle_nor_length) {
        TypeBuffer buffer;

        api_assert_ok(NtQueryObject(
                        API_WILD, ObjectTypesInformation, &buffer, sizeof(buffer), NULL));
        ck_assert_status(NtQueryObject(API_WILD, ObjectTypesInformation, NULL, 0, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

typedef struct Listing {
        uint8_t buffer[2048] __attribute__((aligned(8)));
        ULONG context;
} Listing;

static NTSTATUS list(HANDLE directory, Listing *listing, bool single, bool restart, PULONG length) {
        return NtQueryDirectoryObject(directory, listing->buffer, sizeof(listing->buffer), single,
                        restart, &listing->context, length);
}

/* 1.3: the order is stable while nothing changes, also for who asks one by one. */
START_TEST(order_of_a_listing_is_stable) {
        static const WCHAR *const names[] = { u"b", u"a", u"Z", u"0", u"zz", u"\x100", u"aa" };
        HANDLE directory = NULL, sections[G_N_ELEMENTS(names)];
        Listing first = { .context = 0 }, again = { .context = 0 }, one = { .context = 0 };
        const OBJECT_DIRECTORY_INFORMATION *entries = (const void *) first.buffer;
        const OBJECT_DIRECTORY_INFORMATION *entry = (const void *) one.buffer;

        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NULL));
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                api_assert_ok(api_create_with(NAMED_IN(directory, names[i]), 0, &sections[i]));
        /* [W] The length's pointer may be NULL. */
        api_assert_ok(list(directory, &first, false, true, NULL));
        ck_assert_uint_eq(first.context, G_N_ELEMENTS(names));
        for (unsigned i = 0; i < 3; i++) {
                api_assert_ok(list(directory, &again, false, true, NULL));
                ck_assert_uint_eq(again.context, first.context);
                for (size_t j = 0; j < G_N_ELEMENTS(names); j++) {
                        api_assert_ok(list(directory, &one, true, j == 0, NULL));
                        ck_assert_uint_eq(one.context, j + 1);
                        ck_assert_uint_eq(entry->Name.Length, entries[j].Name.Length);
                        ck_assert_mem_eq(entry->Name.Buffer, entries[j].Name.Buffer,
                                        entry->Name.Length);
                }
                ck_assert_status(list(directory, &one, true, false, NULL), STATUS_NO_MORE_ENTRIES);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                api_assert_ok(NtClose(sections[i]));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* 1.3 [W!]: nothing to list, several at once: the first entry is zeroed where there is room. */
START_TEST(empty_listing_of_several_is_one_zero_entry) {
        static const OBJECT_DIRECTORY_INFORMATION zero;
        HANDLE directory = NULL;
        Listing listing = { .context = 5 };
        ULONG length = 0;

        memset(listing.buffer, 0xAA, sizeof(listing.buffer));
        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_QUERY, NULL));
        ck_assert_status(list(directory, &listing, false, true, &length), STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(listing.context, 5);
        ck_assert_uint_eq(length, sizeof(zero));
        ck_assert_mem_eq(listing.buffer, &zero, sizeof(zero));
        ck_assert_uint_eq(listing.buffer[sizeof(zero)], 0xAA);
        /* Nothing is written where there is no room for it. */
        memset(listing.buffer, 0xAA, sizeof(listing.buffer));
        ck_assert_status(NtQueryDirectoryObject(directory, listing.buffer, 31, FALSE, TRUE,
                                         &listing.context, &length),
                        STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(length, sizeof(zero));
        for (size_t i = 0; i < 40; i++)
                ck_assert_uint_eq(listing.buffer[i], 0xAA);
        api_assert_ok(NtClose(directory));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, type_of_an_object_is_as_on_windows, 1, N_MADE);
        tcase_add_test(tests, all_types_are_as_on_windows);
        tcase_add_test(tests, all_types_need_neither_handle_nor_length);
        tcase_add_test(tests, order_of_a_listing_is_stable);
        tcase_add_test(tests, empty_listing_of_several_is_one_zero_entry);
}

int main(void) {
        return api_main("rows-types", 60, add);
}
