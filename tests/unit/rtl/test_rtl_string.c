#include <string.h>
#include <zw/ntrtl.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "suite.h"

static PVOID process_heap(void) {
        PVOID heap = NULL;

        ck_assert_uint_ge(RtlGetProcessHeaps(1, &heap), 1);
        return heap;
}

static void expect_units(const UNICODE_STRING *string, const WCHAR *want, size_t n) {
        ck_assert_uint_eq(string->Length, n * sizeof(WCHAR));
        ck_assert_mem_eq(string->Buffer, want, n * sizeof(WCHAR));
}

START_TEST(what_is_allocated_is_a_block_of_the_process_heap) {
        UNICODE_STRING source, copy = { 0 };
        STRING bytes = { 0 };

        RtlInitUnicodeString(&source, u"Grüße");
        ck_assert_status(RtlDuplicateUnicodeString(1, &source, &copy), STATUS_SUCCESS);
        ck_assert_uint_eq(copy.MaximumLength, 12);
        expect_units(&copy, u"Grüße", 5);
        ck_assert(RtlFreeHeap(process_heap(), 0, copy.Buffer));
        ck_assert_status(RtlUnicodeStringToAnsiString(&bytes, &source, TRUE), STATUS_SUCCESS);
        ck_assert_str_eq(bytes.Buffer, "Grüße");
        ck_assert_uint_eq(bytes.Length, 7);
        RtlFreeAnsiString(&bytes);
        ck_assert_ptr_null(bytes.Buffer);
        ck_assert_status(RtlUpcaseUnicodeString(&copy, &source, TRUE), STATUS_SUCCESS);
        expect_units(&copy, u"GRÜßE", 5); /* sharp s has no single upper-case unit */
        RtlFreeUnicodeString(&copy);
        ck_assert(RtlCreateUnicodeStringFromAsciiz(&copy, "\xF0\x9F\x98\x80!"));
        expect_units(&copy, u"\U0001F600!", 3);
        ck_assert_uint_eq(copy.Buffer[3], 0);
        RtlFreeUnicodeString(&copy);
}
END_TEST

START_TEST(names_too_long_are_told) {
        static WCHAR text[33000];
        static char bytes[66000];
        UNICODE_STRING string = { 0x55, 0x55, NULL };
        STRING narrow = { 0x55, 0x55, NULL };

        for (size_t i = 0; i < 32767; i++)
                text[i] = 'x';
        RtlInitUnicodeString(&string, text);
        ck_assert_uint_eq(string.Length, 65532);
        ck_assert_uint_eq(string.MaximumLength, 65534);
        string.Length = 0x55;
        ck_assert_status(RtlInitUnicodeStringEx(&string, text), STATUS_NAME_TOO_LONG);
        ck_assert_uint_eq(string.Length, 0x55);
        ck_assert(!RtlCreateUnicodeString(&string, text));
        memset(bytes, 'x', 65535);
        ck_assert_status(RtlInitAnsiStringEx(&narrow, bytes), STATUS_NAME_TOO_LONG);
        ck_assert_uint_eq(narrow.Length, 0x55);
        bytes[65534] = 0;
        ck_assert_status(RtlInitAnsiStringEx(&narrow, bytes), STATUS_SUCCESS);
        ck_assert_uint_eq(narrow.MaximumLength, 65535);
        narrow.Length = 32767;
        ck_assert_status(RtlAnsiStringToUnicodeString(&string, &narrow, TRUE),
                        STATUS_INVALID_PARAMETER_2);
}
END_TEST

START_TEST(characters_are_written_whole_or_not_at_all) {
        char bytes[8];
        STRING narrow = { 0, 4, bytes };
        UNICODE_STRING source;

        memset(bytes, 0x77, sizeof(bytes));
        RtlInitUnicodeString(&source, u"aéé");
        ck_assert_status(RtlUnicodeStringToAnsiString(&narrow, &source, FALSE),
                        STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(narrow.Length, 3);
        ck_assert_mem_eq(bytes, "a\xC3\xA9\0\x77", 5);
        narrow.MaximumLength = 3;
        ck_assert_status(RtlUnicodeStringToAnsiString(&narrow, &source, FALSE),
                        STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(narrow.Length, 1);
        ck_assert_mem_eq(bytes, "a", 2);
        ck_assert_status(RtlUnicodeStringToCountedOemString(&narrow, &source, FALSE),
                        STATUS_BUFFER_OVERFLOW);
        narrow.MaximumLength = 5;
        ck_assert_status(RtlUnicodeStringToCountedOemString(&narrow, &source, FALSE),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(narrow.Length, 5);
        ck_assert_uint_eq(bytes[5], 0x77);
}
END_TEST

START_TEST(oem_conversions_say_what_was_cut_off_and_ansi_ones_do_not) {
        WCHAR units[4];
        char bytes[4];
        ULONG n = 0;

        ck_assert_status(RtlMultiByteToUnicodeN(units, 4, &n, "abc", 3), STATUS_SUCCESS);
        ck_assert_uint_eq(n, 4);
        ck_assert_status(RtlOemToUnicodeN(units, 4, &n, "abc", 3), STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(n, 4);
        ck_assert_status(RtlUnicodeToOemN(bytes, 2, &n, u"abc", 6), STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(n, 2);
        ck_assert_status(RtlUnicodeToMultiByteN(NULL, 0, &n, u"abc", 6), STATUS_SUCCESS);
        ck_assert_uint_eq(n, 0);
        ck_assert_status(RtlUnicodeToMultiByteSize(&n, u"aé€\U0001F600", 10), STATUS_SUCCESS);
        ck_assert_uint_eq(n, 1 + 2 + 3 + 4);
}
END_TEST

/* A byte that begins a character at the end of the text: Wine takes all that follows with it. */
START_TEST(a_character_that_is_cut_off_is_one_replacement) {
        WCHAR units[8];
        ULONG n = 0;

        ck_assert_status(RtlUTF8ToUnicodeN(units, 16, &n, "\xE2\x82", 2), STATUS_SOME_NOT_MAPPED);
        ck_assert_uint_eq(n, 2);
        ck_assert_status(RtlUTF8ToUnicodeN(units, 16, &n,
                                         "\xE2"
                                         "A",
                                         2),
                        STATUS_SOME_NOT_MAPPED);
        ck_assert_uint_eq(n, 4);
        ck_assert_mem_eq(units, u"\uFFFDA", 4);
}
END_TEST

START_TEST(suffixes_and_substrings_are_found) {
        UNICODE_STRING full, part;
        USHORT at = 0;

        RtlInitUnicodeString(&full, u"\\Device\\HarddiskVolume1");
        RtlInitUnicodeString(&part, u"VOLUME1");
        ck_assert(RtlSuffixUnicodeString(&part, &full, TRUE));
        ck_assert(!RtlSuffixUnicodeString(&part, &full, FALSE));
        ck_assert_ptr_eq(RtlFindUnicodeSubstring(&full, &part, TRUE), full.Buffer + 16);
        ck_assert_ptr_null(RtlFindUnicodeSubstring(&full, &part, FALSE));
        RtlInitUnicodeString(&part, u"d");
        ck_assert_status(RtlFindCharInUnicodeString(4, &full, &part, &at), STATUS_SUCCESS);
        ck_assert_uint_eq(at, 4);
        ck_assert_status(
                        RtlFindCharInUnicodeString(8, &full, &part, &at), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(at, 0);
}
END_TEST

START_TEST(odd_strings_are_not_valid) {
        UNICODE_STRING string = { 2, 4, (PWSTR) u"a" };

        ck_assert_status(RtlValidateUnicodeString(0, &string), STATUS_SUCCESS);
        ck_assert_status(RtlValidateUnicodeString(0, NULL), STATUS_SUCCESS);
        ck_assert_status(RtlValidateUnicodeString(1, &string), STATUS_INVALID_PARAMETER);
        string.Length = 3;
        ck_assert_status(RtlValidateUnicodeString(0, &string), STATUS_INVALID_PARAMETER);
        string.Length = 6;
        ck_assert_status(RtlValidateUnicodeString(0, &string), STATUS_INVALID_PARAMETER);
        string = (UNICODE_STRING){ 0, 2, NULL };
        ck_assert_status(RtlValidateUnicodeString(0, &string), STATUS_INVALID_PARAMETER);
}
END_TEST

/* What Wine 8's answers, but for the accent, which it has in a code page of one byte. */
START_TEST(names_of_eight_and_three_are_told) {
        static const struct {
                const WCHAR *name;
                BOOLEAN legal;
                BOOLEAN spaces;
        } rows[] = {
                { u"", 1, 0 },
                { u".", 1, 0 },
                { u"..", 1, 0 },
                { u"...", 0, 0 },
                { u"a", 1, 0 },
                { u"a.b", 1, 0 },
                { u"a.", 0, 0 },
                { u".a", 0, 0 },
                { u"abcdefgh.ijk", 1, 0 },
                { u"abcdefghi.jkl", 0, 0 },
                { u"abcdefgh.ijkl", 0, 0 },
                { u"a b.c", 1, 1 },
                { u" a", 0, 0 },
                { u"a ", 0, 0 },
                { u"a .b", 0, 0 },
                { u"a. b", 1, 1 },
                { u"a+b", 0, 0 },
                { u"a/b", 0, 0 },
                { u"a~1", 1, 0 },
                { u"a.b.c", 0, 0 },
                { u"ABCDEFGHI", 0, 0 },
                { u"éééé", 1, 0 },
                { u"ééééé", 0, 0 },
        };

        for (size_t i = 0; i < RTL_NUMBER_OF(rows); i++) {
                UNICODE_STRING name;
                BOOLEAN spaces = 0x55;

                RtlInitUnicodeString(&name, rows[i].name);
                ck_assert_uint_eq(RtlIsNameLegalDOS8Dot3(&name, NULL, &spaces), rows[i].legal);
                ck_assert_uint_eq(spaces, rows[i].legal ? rows[i].spaces : 0x55);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_is_allocated_is_a_block_of_the_process_heap);
        tcase_add_test(tests, names_too_long_are_told);
        tcase_add_test(tests, characters_are_written_whole_or_not_at_all);
        tcase_add_test(tests, oem_conversions_say_what_was_cut_off_and_ansi_ones_do_not);
        tcase_add_test(tests, a_character_that_is_cut_off_is_one_replacement);
        tcase_add_test(tests, suffixes_and_substrings_are_found);
        tcase_add_test(tests, odd_strings_are_not_valid);
        tcase_add_test(tests, names_of_eight_and_three_are_told);
}

int main(void) {
        return suite_main("rtl-string", 10, add_tests);
}
