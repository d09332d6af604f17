#include <glib.h>
#include <string.h>

#include "arena.h"
#include "frame.h"
#include "ntobj.pb-c.h"
#include "suite.h"

static void *alloc(Arena *arena, size_t size) {
        return arena->allocator.alloc(arena->allocator.allocator_data, size);
}

START_TEST(allocations_are_aligned_and_do_not_overlap) {
        uint8_t memory[256];
        Arena arena;
        uint8_t *first, *second;

        arena_init(&arena, memory + 1, sizeof(memory) - 1);
        first = alloc(&arena, 3);
        second = alloc(&arena, 5);
        ck_assert_ptr_nonnull(first);
        ck_assert_ptr_nonnull(second);
        ck_assert_uint_eq((uintptr_t) first % 16, 0);
        ck_assert_uint_eq((uintptr_t) second % 16, 0);
        ck_assert_uint_ge((uintptr_t) first, (uintptr_t) memory + 1);
        ck_assert_uint_ge((uintptr_t) second, (uintptr_t) first + 3);
}
END_TEST

START_TEST(the_last_byte_can_be_used_and_none_after_it) {
        _Alignas(16) uint8_t memory[64];
        Arena arena;

        arena_init(&arena, memory, sizeof(memory));
        ck_assert_ptr_null(alloc(&arena, 65));
        ck_assert_ptr_eq(alloc(&arena, 64), memory);
        ck_assert_ptr_null(alloc(&arena, 1));
        arena.allocator.free(arena.allocator.allocator_data, memory);
        ck_assert_ptr_null(alloc(&arena, 1));

        arena_init(&arena, memory, sizeof(memory));
        ck_assert_ptr_eq(alloc(&arena, 64), memory);
}
END_TEST

START_TEST(a_size_that_would_wrap_around_is_refused) {
        _Alignas(16) uint8_t memory[64];
        Arena arena;

        arena_init(&arena, memory, sizeof(memory));
        ck_assert_ptr_nonnull(alloc(&arena, 1));
        for (size_t below = 0; below < 64; below++)
                ck_assert_ptr_null(alloc(&arena, SIZE_MAX - below));

        arena_init(&arena, memory + 1, 3);
        ck_assert_ptr_null(alloc(&arena, 0)); /* no aligned address lies in these three bytes */
}
END_TEST

/* Bytes of a field that no Request has: its key, which takes two bytes, and a value of one. */
static size_t append_unknown(uint8_t *at) {
        at[0] = 0xF8;
        at[1] = 0x7F;
        at[2] = 0x01;
        return 3;
}

START_TEST(unknown_fields_cannot_use_more_memory_than_the_arena_has) {
        const size_t size = 190 * 1024;
        const size_t room = 512 * 1024;
        g_autofree uint8_t *message = g_malloc(size);
        g_autofree uint8_t *memory = g_malloc(room + 64);
        size_t n = 2;
        Arena arena;

        memcpy(message, "\x08\x01", 2); /* id = 1 */
        while (n + 3 <= size)
                n += append_unknown(message + n);
        memset(memory + room, 0x5A, 64);

        arena_init(&arena, memory, room);
        ck_assert_ptr_null(nt__request__unpack(&arena.allocator, n, message));
        ck_assert_uint_le(arena.used, room);
        for (size_t i = 0; i < 64; i++)
                ck_assert_uint_eq(memory[room + i], 0x5A);
}
END_TEST

static size_t pack_open_section(uint8_t **ret_message) {
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__OpenRequest body = NT__OPEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        size_t size;

        attributes.has_name = true;
        attributes.name.data = (uint8_t *) "\\\0n\0";
        attributes.name.len = 4;
        body.object_attributes = &attributes;
        body.desired_access = 4;
        request.id = 7;
        request.body_case = NT__REQUEST__BODY_OPEN_SECTION;
        request.open_section = &body;

        size = nt__request__get_packed_size(&request);
        *ret_message = g_malloc(size);
        return nt__request__pack(&request, *ret_message);
}

START_TEST(whatever_the_arena_has_decoding_fails_or_is_complete) {
        g_autofree uint8_t *message = NULL;
        size_t size = pack_open_section(&message);
        size_t n_failed = 0;

        for (size_t room = 0; room <= 4096; room += 8) {
                g_autofree uint8_t *memory = g_malloc(room + 1);
                const Nt__Request *request;
                Arena arena;

                arena_init(&arena, memory, room);
                request = nt__request__unpack(&arena.allocator, size, message);
                if (!request) {
                        n_failed++;
                        continue;
                }
                ck_assert_uint_eq(request->id, 7);
                ck_assert_int_eq(request->body_case, NT__REQUEST__BODY_OPEN_SECTION);
                ck_assert_uint_eq(request->open_section->object_attributes->name.len, 4);
        }
        ck_assert_uint_gt(n_failed, 0);
        ck_assert_uint_lt(n_failed, 4096 / 8); /* an ordinary request needs far less than this */
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, allocations_are_aligned_and_do_not_overlap);
        tcase_add_test(tests, the_last_byte_can_be_used_and_none_after_it);
        tcase_add_test(tests, a_size_that_would_wrap_around_is_refused);
        tcase_add_test(tests, unknown_fields_cannot_use_more_memory_than_the_arena_has);
        tcase_add_test(tests, whatever_the_arena_has_decoding_fails_or_is_complete);
}

int main(void) {
        return suite_main("arena", 30, add_tests);
}
