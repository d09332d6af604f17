#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "message.h"
#include "ntstatus.h"
#include "suite.h"

static uint8_t wire[FRAME_SIZE_MAX];

/* Packs a reply, and decodes it as the answer to @body. */
static int decode(CallReply *reply, const Nt__Reply *sent, Nt__Request__BodyCase body) {
        Nt__Request request = NT__REQUEST__INIT;

        request.id = 9;
        request.body_case = body;
        ck_assert_uint_le(nt__reply__get_packed_size(sent), sizeof(wire));
        call_reply_init(reply);
        frame_init(&reply->frame, wire, sizeof(wire));
        reply->frame.size = nt__reply__pack(sent, wire);
        return message_decode(&request, reply);
}

static int decode_grant(uint32_t slot, uint32_t tag) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__Grant grant = NT__GRANT__INIT;
        Nt__GrantReply body = NT__GRANT_REPLY__INIT;
        Nt__Reply sent = NT__REPLY__INIT;

        grant.slot = slot;
        grant.tag = tag;
        body.grant = &grant;
        sent.id = 9;
        sent.body_case = NT__REPLY__BODY_GRANT;
        sent.grant = &body;
        return decode(&reply, &sent, NT__REQUEST__BODY_OPEN_SECTION);
}

START_TEST(a_grant_that_cannot_be_is_no_answer) {
        ck_assert_int_eq(decode_grant(1, 1), 0);
        ck_assert_int_eq(decode_grant(0, 1), -EPIPE);
        ck_assert_int_eq(decode_grant(GRANT_SLOT_LOST, 1), -EPIPE);
        ck_assert_int_eq(decode_grant(UINT32_MAX, 1), -EPIPE);
        ck_assert_int_eq(decode_grant(1, 0), -EPIPE);
        ck_assert_int_eq(decode_grant(1, 0x20000000), -EPIPE);
}
END_TEST

START_TEST(a_failure_needs_no_body_and_a_success_does) {
        Nt__Reply sent = NT__REPLY__INIT;
        CallReply reply;

        sent.id = 9;
        sent.status = STATUS_OBJECT_NAME_NOT_FOUND;
        ck_assert_int_eq(decode(&reply, &sent, NT__REQUEST__BODY_OPEN_SECTION), 0);
        ck_assert_int_eq(reply.message->status, STATUS_OBJECT_NAME_NOT_FOUND);
        call_reply_clear(&reply);

        sent.status = STATUS_SUCCESS;
        for (int body = NT__REQUEST__BODY_ATTACH; body <= NT__REQUEST__BODY_STATISTICS; body++) {
                bool bodiless = body == NT__REQUEST__BODY_OPEN_CHANNEL ||
                                body == NT__REQUEST__BODY_RELEASE ||
                                body == NT__REQUEST__BODY_RELEASE_PARKED ||
                                body == NT__REQUEST__BODY_CLOSE;

                ck_assert_int_eq(decode(&reply, &sent, (Nt__Request__BodyCase) body),
                                bodiless ? 0 : -EPIPE);
                call_reply_clear(&reply);
        }
}
END_TEST

START_TEST(a_descriptor_that_did_not_come_is_no_answer) {
        Nt__SectionMemoryReply body = NT__SECTION_MEMORY_REPLY__INIT;
        Nt__Reply sent = NT__REPLY__INIT;
        CallReply reply;

        sent.id = 9;
        sent.body_case = NT__REPLY__BODY_SECTION_MEMORY;
        sent.section_memory = &body;
        for (uint32_t index = 0; index < 3; index++) {
                body.memory_fd = index * 0x7FFFFFFF;
                ck_assert_int_eq(decode(&reply, &sent, NT__REQUEST__BODY_SECTION_MEMORY), -EPIPE);
                call_reply_clear(&reply);
        }
}
END_TEST

START_TEST(another_requests_answer_and_garbage_are_no_answers) {
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Reply sent = NT__REPLY__INIT;
        CallReply reply;

        sent.id = 8;
        ck_assert_int_eq(decode(&reply, &sent, NT__REQUEST__BODY_CLOSE), -EPIPE);
        ck_assert_ptr_null(reply.message);
        call_reply_clear(&reply);

        for (unsigned seed = 0; seed < 20000; seed++) {
                srand(seed);
                call_reply_init(&reply);
                frame_init(&reply.frame, wire, sizeof(wire));
                reply.frame.size = (size_t) (1 + rand() % 64);
                for (size_t i = 0; i < reply.frame.size; i++)
                        wire[i] = (uint8_t) rand();
                request.id = UINT64_MAX;
                ck_assert_int_eq(message_decode(&request, &reply), -EPIPE);
                call_reply_clear(&reply);
        }
}
END_TEST

START_TEST(an_answer_of_any_legal_size_is_decoded) {
        static uint8_t name[8];
        Nt__DirectoryEntry entry = NT__DIRECTORY_ENTRY__INIT, *entries[10000];
        Nt__QueryDirectoryReply body = NT__QUERY_DIRECTORY_REPLY__INIT;
        Nt__Reply sent = NT__REPLY__INIT;

        entry.name = entry.type_name = (ProtobufCBinaryData){ .data = name, .len = 1 };
        for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
                entries[i] = &entry;
        body.entries = entries;
        sent.id = 9;
        sent.body_case = NT__REPLY__BODY_QUERY_DIRECTORY;
        sent.query_directory = &body;
        for (size_t n = 1; n <= G_N_ELEMENTS(entries); n = n * 10) {
                autocleanup(call_reply_clear) CallReply reply;

                body.n_entries = n;
                ck_assert_int_eq(decode(&reply, &sent, NT__REQUEST__BODY_QUERY_DIRECTORY), 0);
                ck_assert_uint_eq(reply.message->query_directory->n_entries, n);
        }
}
END_TEST

START_TEST(an_answer_made_of_unknown_fields_is_decoded_within_bounds) {
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Reply sent = NT__REPLY__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        size_t used;

        request.id = sent.id = 9;
        request.body_case = NT__REQUEST__BODY_CLOSE;
        used = nt__reply__pack(&sent, wire);
        while (used + 2 <= sizeof(wire)) {
                wire[used++] = 9 << 3; /* field 9, a varint */
                wire[used++] = 0x00;
        }
        call_reply_init(&reply);
        frame_init(&reply.frame, wire, sizeof(wire));
        reply.frame.size = used;
        ck_assert_int_eq(message_decode(&request, &reply), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_grant_that_cannot_be_is_no_answer);
        tcase_add_test(tests, a_failure_needs_no_body_and_a_success_does);
        tcase_add_test(tests, a_descriptor_that_did_not_come_is_no_answer);
        tcase_add_test(tests, another_requests_answer_and_garbage_are_no_answers);
        tcase_add_test(tests, an_answer_of_any_legal_size_is_decoded);
        tcase_add_test(tests, an_answer_made_of_unknown_fields_is_decoded_within_bounds);
}

int main(void) {
        return suite_main("message", 60, add);
}
