/*
 * Directories: making, listing, and what stands in a new namespace. How names are looked up is told
 * in test_names.c.
 */

#include <glib.h>
#include <string.h>

#include "api.h"

#define PATH  u"\\BaseNamedObjects\\directory"
#define ENTRY sizeof(OBJECT_DIRECTORY_INFORMATION)

typedef struct Listing {
        uint8_t buffer[4096] __attribute__((aligned(8)));
        ULONG context;
        ULONG length;
} Listing;

static const OBJECT_DIRECTORY_INFORMATION *entries(const Listing *listing) {
        return (const OBJECT_DIRECTORY_INFORMATION *) (const void *) listing->buffer;
}

static NTSTATUS list(HANDLE directory, Listing *listing, ULONG room, bool single, bool restart) {
        memset(listing->buffer, 0xAA, sizeof(listing->buffer));
        return NtQueryDirectoryObject(directory, listing->buffer, room, single, restart,
                        &listing->context, &listing->length);
}

static bool all_zero(const OBJECT_DIRECTORY_INFORMATION *entry) {
        static const OBJECT_DIRECTORY_INFORMATION zero;

        return memcmp(entry, &zero, sizeof(zero)) == 0;
}

static bool string_is(const UNICODE_STRING *string, const WCHAR *text) {
        size_t n = 0;

        while (text[n])
                n++;
        return string->Length == n * sizeof(WCHAR) &&
               string->MaximumLength == string->Length + sizeof(WCHAR) &&
               memcmp(string->Buffer, text, (n + 1) * sizeof(WCHAR)) == 0;
}

static HANDLE make_directory(const WCHAR *path) {
        HANDLE directory = NULL;

        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NAMED(path)));
        return directory;
}

/* What one entry takes, its strings included. */
#define NEED(name, type) (ENTRY + sizeof(name) + sizeof(type))

/* [W] om.c, test_query_directory: nothing to list. */
START_TEST(empty_directory_has_no_more_entries) {
        HANDLE directory = make_directory(PATH);
        Listing listing;

        for (unsigned i = 0; i < 4; i++) {
                listing.context = 77;
                listing.length = 0;
                ck_assert_status(list(directory, &listing, i & 1 ? sizeof(listing.buffer) : 0,
                                                 i & 2, true),
                                STATUS_NO_MORE_ENTRIES);
                ck_assert_uint_eq(listing.context, 77);
                ck_assert_uint_eq(listing.length, ENTRY);
                if (i & 1)
                        ck_assert(all_zero(entries(&listing)));
        }
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] What is wrong with the arguments. */
START_TEST(listing_says_what_is_wrong) {
        HANDLE directory = make_directory(PATH);
        HANDLE blind = NULL;
        HANDLE section = NULL;
        Listing listing = { .context = 77, .length = 88 };

        ck_assert_status(list(NULL, &listing, sizeof(listing.buffer), true, true),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(listing.context, 77);
        ck_assert_uint_eq(listing.length, 88);
        ck_assert_status(NtQueryDirectoryObject(directory, listing.buffer, 0, TRUE, TRUE, NULL,
                                         &listing.length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_uint_eq(listing.length, 88);

        api_assert_ok(NtOpenDirectoryObject(&blind, DIRECTORY_TRAVERSE, NAMED(PATH)));
        ck_assert_status(list(blind, &listing, sizeof(listing.buffer), true, true),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(blind));
        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(list(section, &listing, sizeof(listing.buffer), true, true),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] One at a time. */
START_TEST(single_entries_come_one_after_the_other) {
        HANDLE directory = make_directory(PATH);
        HANDLE section = NULL;
        HANDLE inner = NULL;
        const ULONG need = (ULONG) (NEED(u"one", u"Section") + ENTRY);
        Listing listing = { .context = 77 };

        api_assert_ok(api_create_with(NAMED_IN(directory, u"one"), SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtCreateDirectoryObject(
                        &inner, DIRECTORY_QUERY, NAMED_IN(directory, u"second")));

        ck_assert_status(list(directory, &listing, 0, true, true), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(listing.length, need);
        ck_assert_status(list(directory, &listing, need - 1, true, true), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(listing.context, 77);
        api_assert_ok(list(directory, &listing, need, true, true));
        ck_assert_uint_eq(listing.context, 1);
        ck_assert(string_is(&entries(&listing)[0].Name, u"one"));
        ck_assert(string_is(&entries(&listing)[0].TypeName, u"Section"));
        ck_assert(all_zero(&entries(&listing)[1]));
        ck_assert((uint8_t *) entries(&listing)[0].Name.Buffer >= listing.buffer + 2 * ENTRY);

        api_assert_ok(list(directory, &listing, sizeof(listing.buffer), true, false));
        ck_assert_uint_eq(listing.context, 2);
        ck_assert(string_is(&entries(&listing)[0].Name, u"second"));
        ck_assert(string_is(&entries(&listing)[0].TypeName, u"Directory"));
        ck_assert_status(list(directory, &listing, sizeof(listing.buffer), true, false),
                        STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(listing.context, 2);
        ck_assert_uint_eq(listing.length, ENTRY);

        listing.context = 0;
        api_assert_ok(list(directory, &listing, sizeof(listing.buffer), true, false));
        ck_assert_uint_eq(listing.context, 1);
        api_assert_ok(NtClose(inner));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] As many as fit. */
START_TEST(many_entries_come_as_they_fit) {
        HANDLE directory = make_directory(PATH);
        HANDLE sections[2] = { NULL };
        const ULONG one = (ULONG) (NEED(u"first", u"Section") + ENTRY);
        const ULONG both = (ULONG) (one + NEED(u"other", u"Section"));
        Listing listing = { .context = 77 };

        api_assert_ok(api_create_with(
                        NAMED_IN(directory, u"first"), SECTION_ALL_ACCESS, &sections[0]));
        api_assert_ok(api_create_with(
                        NAMED_IN(directory, u"other"), SECTION_ALL_ACCESS, &sections[1]));

        api_assert_ok(list(directory, &listing, both, false, true));
        ck_assert_uint_eq(listing.context, 2);
        ck_assert_uint_eq(listing.length, both);
        ck_assert(string_is(&entries(&listing)[1].Name, u"other"));
        ck_assert(all_zero(&entries(&listing)[2]));

        ck_assert_status(list(directory, &listing, both - 1, false, true), STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(listing.context, 1);
        ck_assert_uint_eq(listing.length, one);
        ck_assert(string_is(&entries(&listing)[0].Name, u"first"));
        ck_assert(all_zero(&entries(&listing)[1]));

        api_assert_ok(list(directory, &listing, both, false, false));
        ck_assert_uint_eq(listing.context, 2);
        ck_assert(string_is(&entries(&listing)[0].Name, u"other"));
        ck_assert(all_zero(&entries(&listing)[1]));

        ck_assert_status(list(directory, &listing, ENTRY, false, true), STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(listing.context, 0);
        ck_assert_uint_eq(listing.length, ENTRY);
        ck_assert(all_zero(&entries(&listing)[0]));
        ck_assert_status(list(directory, &listing, 0, false, true), STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(listing.context, 0);
        ck_assert_uint_eq(listing.length, ENTRY);

        for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
                api_assert_ok(NtClose(sections[i]));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [P] A listing that does not fit one message comes whole, each entry once, in a stable order. */
START_TEST(three_thousand_entries_are_listed_once_each) {
        enum { N_ENTRIES = 3000 };
        HANDLE directory = make_directory(PATH);
        g_autofree HANDLE *handles = g_new0(HANDLE, N_ENTRIES);
        g_autofree bool *seen = g_new0(bool, N_ENTRIES);
        Listing listing = { .context = 0 };
        NTSTATUS status;
        unsigned n = 0;

        for (unsigned i = 0; i < N_ENTRIES; i++) {
                const WCHAR name[] = { 'e', (WCHAR) ('0' + i / 1000), (WCHAR) ('0' + i / 100 % 10),
                        (WCHAR) ('0' + i / 10 % 10), (WCHAR) ('0' + i % 10), 0 };

                api_assert_ok(api_create_with(
                                NAMED_IN(directory, name), SECTION_QUERY, &handles[i]));
        }
        do {
                const OBJECT_DIRECTORY_INFORMATION *entry = entries(&listing);

                status = list(directory, &listing, sizeof(listing.buffer), false, n == 0);
                ck_assert(NT_SUCCESS(status));
                for (; !all_zero(entry); entry++, n++) {
                        const WCHAR *digit = entry->Name.Buffer;
                        unsigned i = (unsigned) ((digit[1] - '0') * 1000 + (digit[2] - '0') * 100 +
                                                 (digit[3] - '0') * 10 + (digit[4] - '0'));

                        ck_assert_uint_lt(i, N_ENTRIES);
                        ck_assert(!seen[i]);
                        seen[i] = true;
                }
                ck_assert_uint_eq(listing.context, n);
        } while (status == STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(n, N_ENTRIES);
        for (unsigned i = 0; i < N_ENTRIES; i++)
                api_assert_ok(NtClose(handles[i]));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] A directory is reached by every path that leads to it. */
START_TEST(nested_directories_are_reached_by_every_path) {
        HANDLE directory = make_directory(PATH);
        HANDLE inner = NULL;
        HANDLE same = NULL;

        api_assert_ok(NtCreateDirectoryObject(
                        &inner, DIRECTORY_ALL_ACCESS, NAMED_IN(directory, u"inner")));
        api_assert_ok(NtOpenDirectoryObject(&same, DIRECTORY_QUERY, NAMED(PATH u"\\inner")));
        api_assert_ok(NtClose(same));
        api_assert_ok(NtOpenDirectoryObject(&same, DIRECTORY_QUERY,
                        NAMED(u"\\BaseNamedObjects\\Global\\directory\\inner")));
        api_assert_ok(NtClose(same));
        api_assert_ok(NtOpenDirectoryObject(&same, DIRECTORY_QUERY, NAMED_IN(directory, u"inner")));
        ck_assert_uint_eq(api_handle_count(inner), 2);
        api_assert_ok(NtClose(same));
        api_assert_ok(NtClose(inner));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [K] A directory whose name is gone still holds its children; no path leads there any more. */
START_TEST(children_of_a_closed_directory_have_no_path) {
        HANDLE directory = make_directory(PATH);
        HANDLE section = NULL;
        HANDLE found = API_WILD;

        api_assert_ok(api_create_with(NAMED_IN(directory, u"child"), SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtClose(directory));
        ck_assert_status(api_open(PATH u"\\child", SECTION_QUERY, &found),
                        STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtClose(section));
}
END_TEST

static const struct {
        const WCHAR *path;
        bool link;
} tree[] = {
        { u"\\", false },
        { u"\\ObjectTypes", false },
        { u"\\KernelObjects", false },
        { u"\\BaseNamedObjects", false },
        { u"\\BaseNamedObjects\\Global", true },
        { u"\\BaseNamedObjects\\Local", true },
        { u"\\BaseNamedObjects\\Session", true },
        { u"\\Sessions", false },
        { u"\\Sessions\\BNOLINKS", false },
        { u"\\Sessions\\1\\BaseNamedObjects", false },
        { u"\\Sessions\\1\\DosDevices", false },
        { u"\\??", false },
        { u"\\??\\GLOBALROOT", true },
        { u"\\??\\Global", true },
        { u"\\GLOBAL??", false },
        { u"\\DosDevices", true },
        { u"\\Device", false },
        { u"\\Driver", false },
        { u"\\FileSystem", false },
        { u"\\Callback", false },
        { u"\\KnownDlls", false },
        { u"\\Security", false },
};

/* [W] om.c and [M]: the names that programs count on. */
START_TEST(new_namespace_has_the_names_that_programs_count_on) {
        for (size_t i = 0; i < G_N_ELEMENTS(tree); i++) {
                HANDLE handle = NULL;
                NTSTATUS status;

                if (tree[i].link)
                        status = NtOpenSymbolicLinkObject(
                                        &handle, SYMBOLIC_LINK_QUERY, NAMED(tree[i].path));
                else
                        status = NtOpenDirectoryObject(
                                        &handle, DIRECTORY_QUERY, NAMED(tree[i].path));
                ck_assert_msg(NT_SUCCESS(status), "entry %zu: %s", i, zw_status_name(status));
                api_assert_ok(NtClose(handle));
        }
}
END_TEST

/* [W] A directory of no rights cannot be listed, nor made in. */
START_TEST(making_an_object_needs_the_right_on_the_directory_by_path_not_by_handle) {
        HANDLE directory = NULL;
        HANDLE section = NULL;

        /* [K] A root directory is referenced with no rights; the directory's own security decides.
         */
        api_assert_ok(NtCreateDirectoryObject(&directory, 0, NAMED(PATH)));
        api_assert_ok(api_create_with(NAMED_IN(directory, u"x"), SECTION_QUERY, &section));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] A directory made with no rights is there; opening one with none is refused, if it is there.
 */
START_TEST(opening_with_no_rights_is_denied_after_the_lookup) {
        HANDLE object = NULL;
        HANDLE other = API_WILD;

        ck_assert_status(NtOpenDirectoryObject(&other, 0, NAMED(PATH)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(NtCreateDirectoryObject(&object, 0, NAMED(PATH)));
        ck_assert_status(NtOpenDirectoryObject(&other, 0, NAMED(PATH)), STATUS_ACCESS_DENIED);
        ck_assert_status(NtOpenDirectoryObject(&other, 0, NAMED_WITH(PATH, OBJ_INHERIT)),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(object));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, empty_directory_has_no_more_entries);
        tcase_add_test(tests, listing_says_what_is_wrong);
        tcase_add_test(tests, single_entries_come_one_after_the_other);
        tcase_add_test(tests, many_entries_come_as_they_fit);
        tcase_add_test(tests, three_thousand_entries_are_listed_once_each);
        tcase_add_test(tests, opening_with_no_rights_is_denied_after_the_lookup);
        tcase_add_test(tests, nested_directories_are_reached_by_every_path);
        tcase_add_test(tests, children_of_a_closed_directory_have_no_path);
        tcase_add_test(tests, new_namespace_has_the_names_that_programs_count_on);
        tcase_add_test(tests,
                        making_an_object_needs_the_right_on_the_directory_by_path_not_by_handle);
}

int main(void) {
        return api_main("directory", 120, add);
}
