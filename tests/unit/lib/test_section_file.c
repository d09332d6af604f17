/*
 * Views of files' sections, and what is said of them: how often the daemon is asked, and what is
 * made of its answers.
 */

#include <string.h>
#include <unistd.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define PAGE 0x1000u

static HANDLE section;
static NTSTATUS extend_status;
static uint64_t extend_size; /* that was asked for, and */
static uint64_t extended;    /* that is answered */
static const WCHAR *file_name;
static size_t n_name; /* bytes */

static bool file_answer(const Nt__Request *request, Nt__Reply *reply) {
        static Nt__ExtendSectionReply extension;
        static Nt__BytesReply name;

        if (request->body_case == NT__REQUEST__BODY_EXTEND_SECTION) {
                extend_size = request->extend_section->size;
                reply->status = extend_status;
                nt__extend_section_reply__init(&extension);
                extension.size = extended;
                reply->body_case = NT__REPLY__BODY_EXTEND_SECTION;
                reply->extend_section = &extension;
                return true;
        }
        if (request->body_case == NT__REQUEST__BODY_QUERY_SECTION_NAME) {
                nt__bytes_reply__init(&name);
                name.value = (ProtobufCBinaryData){ n_name, (uint8_t *) (uintptr_t) file_name };
                reply->body_case = NT__REPLY__BODY_BYTES;
                reply->bytes = &name;
                return true;
        }
        return false;
}

static HANDLE make(ULONG protection, ACCESS_MASK access) {
        LARGE_INTEGER size = { .QuadPart = stub.size };
        HANDLE made = NULL;

        stub.protection = protection;
        ck_assert_status(NtCreateSection(&made, access, NULL, &size, protection, SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        return made;
}

static void setup(void) {
        stub_init();
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        stub.attributes = SEC_FILE;
        stub.size = 0x23456;
        stub.more = file_answer;
        extend_status = STATUS_SUCCESS;
        file_name = u"\\Device\\HarddiskVolume1\\name";
        n_name = 56;
        section = make(PAGE_READWRITE, SECTION_ALL_ACCESS);
        stub_messages();
}

typedef struct Map {
        PVOID base;
        SIZE_T commit, size;
        LONGLONG offset;
        ULONG type, protection;
} Map;

static NTSTATUS map_of(HANDLE handle, Map *call) {
        LARGE_INTEGER offset = { .QuadPart = call->offset };

        return NtMapViewOfSection(handle, NtCurrentProcess(), &call->base, 0, call->commit, &offset,
                        &call->size, ViewUnmap, call->type,
                        call->protection ? call->protection : PAGE_READWRITE);
}

static NTSTATUS map(Map *call) {
        return map_of(section, call);
}

static PVOID view(ULONG protection) {
        Map call = { .protection = protection };

        ck_assert_status(map(&call), STATUS_SUCCESS);
        return call.base;
}

static void unmap(PVOID base) {
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), base), STATUS_SUCCESS);
}

START_TEST(a_view_within_what_is_known_asks_nothing) {
        Map call = { .size = 1 };

        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1); /* for the memory */
        ck_assert_uint_eq(call.size, PAGE);
        unmap(call.base);
        call = (Map){ .size = 0x23456 };
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_uint_eq(call.size, 0x24000);
        unmap(call.base);
}
END_TEST

START_TEST(a_view_of_all_or_of_more_asks_how_much_there_is) {
        Map call = { .size = 0 };

        stub.size = 0x34567; /* somebody has extended it */
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(call.size, 0x35000);
        ck_assert_uint_eq(stub_messages(), 2);
        unmap(call.base);
        call = (Map){ .size = 0x34567 };
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
        unmap(call.base);

        call = (Map){ .size = 0x34568 };
        ck_assert_status(map(&call), STATUS_INVALID_VIEW_SIZE);
        ck_assert_uint_eq(call.size, 0x34568);
        ck_assert_uint_eq(stub_messages(), 1);
        stub.size = 0x34568;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        unmap(call.base);
}
END_TEST

START_TEST(offsets_at_the_end_and_beyond_it_have_no_view) {
        Map call = { .offset = 0x30000 };

        ck_assert_status(map(&call), STATUS_INVALID_VIEW_SIZE);
        stub.size = 0x30000;
        ck_assert_status(map(&call), STATUS_INVALID_PARAMETER);
        stub.size = 0x30001;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(call.size, PAGE);
        unmap(call.base);
        call = (Map){ .offset = -0x10000, .size = 0x20000 };
        ck_assert_status(map(&call), STATUS_INVALID_VIEW_SIZE);
}
END_TEST

/* by-kernel 1.10, row 13. */
START_TEST(reserving_needs_a_file_section_that_can_be_written) {
        HANDLE read_only = make(PAGE_READONLY, SECTION_ALL_ACCESS), page_file;
        Map call = { .type = MEM_RESERVE, .protection = PAGE_READONLY };

        ck_assert_status(map_of(read_only, &call), STATUS_SECTION_PROTECTION);
        stub.attributes = SEC_COMMIT;
        page_file = make(PAGE_READWRITE, SECTION_ALL_ACCESS);
        ck_assert_status(map_of(page_file, &call), STATUS_INVALID_PARAMETER_9);
}
END_TEST

/* by-kernel 1.10, row 15. */
START_TEST(a_view_that_reserves_may_be_larger_than_the_section) {
        Map call = { .type = MEM_RESERVE, .size = 0x100000 };
        MEMORY_BASIC_INFORMATION basic;

        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(call.size, 0x100000);
        memset(call.base, 1, 0x24000);
        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), call.base, MemoryBasicInformation,
                                         &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.State, MEM_COMMIT);
        ck_assert_uint_eq(basic.RegionSize, 0x100000);
        unmap(call.base);
        call = (Map){ .type = MEM_RESERVE };
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(call.size, 0x24000);
        unmap(call.base);
        call = (Map){ .type = MEM_RESERVE | MEM_LARGE_PAGES, .size = 0x30000 };
        ck_assert_status(map(&call), STATUS_SUCCESS);
        unmap(call.base);
}
END_TEST

/* by-kernel 1.10, row 16. */
START_TEST(a_commit_size_takes_a_view_that_reserves) {
        Map call = { .commit = 1 };

        ck_assert_status(map(&call), STATUS_INVALID_PARAMETER_5);
        call = (Map){ .commit = 1, .type = MEM_RESERVE, .size = PAGE };
        ck_assert_status(map(&call), STATUS_SUCCESS);
        unmap(call.base);
        call = (Map){ .commit = 0x1001, .type = MEM_RESERVE, .size = PAGE };
        ck_assert_status(map(&call), STATUS_INVALID_PARAMETER_5);
}
END_TEST

/* by-kernel 1.10, row 17: it is page-file sections that refuse. */
START_TEST(a_view_of_a_file_may_say_how_it_is_cached) {
        PVOID base = view(PAGE_READWRITE | PAGE_WRITECOMBINE);
        MEMORY_BASIC_INFORMATION basic;

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), base, MemoryBasicInformation,
                                         &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.AllocationProtect, PAGE_READWRITE | PAGE_WRITECOMBINE);
        unmap(base);
}
END_TEST

START_TEST(the_size_that_a_query_says_is_the_daemons) {
        SECTION_BASIC_INFORMATION basic;

        stub.size = 0x34567;
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_int_eq(basic.MaximumSize.QuadPart, 0x34567);
        ck_assert_uint_eq(basic.AllocationAttributes, SEC_FILE);
        ck_assert_uint_eq(stub_messages(), 1);
}
END_TEST

START_TEST(extension_says_how_large_the_section_is_now) {
        LARGE_INTEGER size = { .QuadPart = 0x40000 };
        Map call = { .size = 0x40000 };

        extended = stub.size = 0x40000;
        ck_assert_status(NtExtendSection(section, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(extend_size, 0x40000);
        ck_assert_int_eq(size.QuadPart, 0x40000);
        stub_messages();
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1); /* for the memory */
        unmap(call.base);

        size.QuadPart = 5;
        ck_assert_status(zw_extend_section(section, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(extend_size, 5);
        ck_assert_int_eq(size.QuadPart, 0x40000);
        size.QuadPart = -1;
        ck_assert_status(ZwExtendSection(section, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(extend_size, 0);
        extend_status = STATUS_SECTION_NOT_EXTENDED;
        size.QuadPart = 0x50000;
        ck_assert_status(NtExtendSection(section, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(size.QuadPart, 0x50000);
}
END_TEST

/* by-kernel 1.12: each is wrong in what its row names, and in all that the rows below it name. */
START_TEST(extension_is_checked_in_order) {
        HANDLE small = make(PAGE_READWRITE, SECTION_ALL_ACCESS & ~SECTION_EXTEND_SIZE), page_file;
        HANDLE image, process = NtCurrentProcess();
        LARGE_INTEGER size = { .QuadPart = 0x40000 };

        stub.attributes = SEC_COMMIT;
        page_file = make(PAGE_READWRITE, SECTION_ALL_ACCESS);
        stub.attributes = SEC_FILE | SEC_IMAGE;
        image = make(PAGE_READWRITE, SECTION_ALL_ACCESS);
        stub_messages();
        ck_assert_status(NtExtendSection((HANDLE) 0xDEAD0, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtExtendSection((HANDLE) 0xDEAD0, (PLARGE_INTEGER) 0xDEADBEE0),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtExtendSection((HANDLE) 0xDEAD0, &size), STATUS_INVALID_HANDLE);
        ck_assert_status(NtExtendSection(process, &size), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtExtendSection(small, &size), STATUS_ACCESS_DENIED);
        ck_assert_status(NtExtendSection(page_file, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_status(NtExtendSection(image, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(size.QuadPart, 0x40000);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

typedef struct Name {
        UNICODE_STRING string;
        WCHAR text[64];
} Name;

static NTSTATUS query_name(const void *address, void *to, SIZE_T length, SIZE_T *ret_length) {
        return NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) address,
                        MemoryMappedFilenameInformation, to, length, ret_length);
}

/* by-tests 1.15, class 2. */
START_TEST(the_name_behind_a_view_is_given_out_whole_or_not) {
        const SIZE_T needed = sizeof(UNICODE_STRING) + n_name + sizeof(WCHAR);
        char *base = view(PAGE_READONLY);
        SIZE_T length = 7;
        Name name;

        memset(&name, 0x55, sizeof(name));
        ck_assert_status(query_name(&name, &name, sizeof(name), &length), STATUS_INVALID_ADDRESS);
        ck_assert_uint_eq(length, 7);
        ck_assert_status(query_name(base, &name, 15, &length), STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, needed);
        length = 7;
        ck_assert_status(query_name(base, &name, needed - 1, &length), STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(length, needed);
        ck_assert_uint_eq(name.string.Length, 0x5555);
        ck_assert_status(query_name(base + 0x12345, &name, needed, &length), STATUS_SUCCESS);
        ck_assert_uint_eq(length, needed);
        ck_assert_uint_eq(name.string.Length, n_name);
        ck_assert_uint_eq(name.string.MaximumLength, n_name + sizeof(WCHAR));
        ck_assert_ptr_eq(name.string.Buffer, name.text);
        ck_assert_mem_eq(name.text, file_name, n_name + sizeof(WCHAR));
        ck_assert_uint_eq(name.text[n_name / 2 + 1], 0x5555);
        ck_assert_status(query_name(base, &name, needed, NULL), STATUS_SUCCESS);
        ck_assert_status(query_name(base, NULL, needed, NULL), STATUS_ACCESS_VIOLATION);
        unmap(base);
        ck_assert_status(query_name(base, &name, needed, NULL), STATUS_INVALID_ADDRESS);
}
END_TEST

START_TEST(a_name_is_found_while_the_view_lasts_and_its_daemon) {
        char *base = view(PAGE_READONLY);
        Name name;

        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_status(query_name(base, &name, sizeof(name), NULL), STATUS_SUCCESS);
        n_name = 65534;
        file_name = NULL;
        stub.client.serial = 2;
        ck_assert_status(query_name(base, &name, sizeof(name), NULL), STATUS_NOT_SUPPORTED);
        unmap(base);
}
END_TEST

/* by-tests 1.15, class 3; CommitSize counts what writing would copy. */
START_TEST(region_information_knows_files) {
        MEMORY_REGION_INFORMATION region;
        char *base = view(PAGE_WRITECOPY);

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), base + PAGE,
                                         MemoryRegionInformation, &region, sizeof(region), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(region.RegionType, 2);
        ck_assert_uint_eq(region.MappedDataFile, 1);
        ck_assert_uint_eq(region.CommitSize, 0x24000);
        unmap(base);
        base = view(PAGE_READWRITE);
        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), base, MemoryRegionInformation,
                                         &region, sizeof(region), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(region.CommitSize, 0);
        unmap(base);
}
END_TEST

/* by-tests 1.15, NtAreMappedFilesTheSame: images are another test's. */
START_TEST(views_of_data_are_like_themselves_only) {
        char *first = view(PAGE_READONLY), *second = view(PAGE_READONLY), *page_file;
        Map call = { 0 };
        char own;

        stub.attributes = SEC_COMMIT;
        ck_assert_status(map_of(make(PAGE_READWRITE, SECTION_ALL_ACCESS), &call), STATUS_SUCCESS);
        page_file = call.base;
        ck_assert_status(NtAreMappedFilesTheSame(first, first + PAGE), STATUS_SUCCESS);
        ck_assert_status(NtAreMappedFilesTheSame(first, second), STATUS_NOT_SAME_DEVICE);
        ck_assert_status(NtAreMappedFilesTheSame(first, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(NULL, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(&own, first), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(first, &own), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(page_file, page_file),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(first, page_file), STATUS_CONFLICTING_ADDRESSES);
        unmap(second);
        ck_assert_status(NtAreMappedFilesTheSame(first, second), STATUS_INVALID_ADDRESS);
        unmap(first);
        unmap(page_file);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, a_view_within_what_is_known_asks_nothing);
        tcase_add_test(tests, a_view_of_all_or_of_more_asks_how_much_there_is);
        tcase_add_test(tests, offsets_at_the_end_and_beyond_it_have_no_view);
        tcase_add_test(tests, reserving_needs_a_file_section_that_can_be_written);
        tcase_add_test(tests, a_view_that_reserves_may_be_larger_than_the_section);
        tcase_add_test(tests, a_commit_size_takes_a_view_that_reserves);
        tcase_add_test(tests, a_view_of_a_file_may_say_how_it_is_cached);
        tcase_add_test(tests, the_size_that_a_query_says_is_the_daemons);
        tcase_add_test(tests, extension_says_how_large_the_section_is_now);
        tcase_add_test(tests, extension_is_checked_in_order);
        tcase_add_test(tests, the_name_behind_a_view_is_given_out_whole_or_not);
        tcase_add_test(tests, a_name_is_found_while_the_view_lasts_and_its_daemon);
        tcase_add_test(tests, region_information_knows_files);
        tcase_add_test(tests, views_of_data_are_like_themselves_only);
}

int main(void) {
        return suite_main("section-file", 20, add);
}
