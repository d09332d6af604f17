/*
 * Clients that mean harm. [P] Whatever one sends: it gets a status or is dropped, other clients go
 * on untouched, and the daemon keeps nothing of what came. Each test ends with the daemon as it was
 * when it was new (the fixture counts), its descriptors included.
 */

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "process-page.h"
#include "raw-client.h"

#define NAME "\\BaseNamedObjects\\victim"

/* Another client, in the middle of its work. */
typedef struct Victim {
        RawClient *client;
        Nt__Grant grant;
        uint8_t *memory;
} Victim;

static RawClient *connected(void) {
        RawClient *client = raw_client_new(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

static RawClient *attached(void) {
        RawClient *client = connected();

        api_assert_ok(raw_client_attach(client, 0));
        return client;
}

static void victim_init(Victim *victim) {
        int fd = -1;

        victim->client = attached();
        api_assert_ok(raw_client_create_section(
                        victim->client, NAME, SECTION_ALL_ACCESS, API_PAGE, &victim->grant));
        api_assert_ok(raw_client_section_memory(victim->client, &victim->grant, &fd));
        victim->memory = mmap(NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ck_assert_ptr_ne(victim->memory, MAP_FAILED);
        close(fd);
        strcpy((char *) victim->memory, "intact");
}

static void victim_expect_untouched(Victim *victim) {
        Nt__Grant grant;
        uint32_t n_handles = 0;

        api_assert_ok(raw_client_handle_count(victim->client, &victim->grant, &n_handles));
        ck_assert_uint_eq(n_handles, 1);
        api_assert_ok(raw_client_open_section(victim->client, NAME, SECTION_MAP_READ, &grant));
        api_assert_ok(raw_client_close(victim->client, &grant));
        ck_assert_str_eq((char *) victim->memory, "intact");
}

static void victim_clear(Victim *victim) {
        victim_expect_untouched(victim);
        ck_assert_int_eq(munmap(victim->memory, API_PAGE), 0);
        raw_client_free(victim->client);
}

static void fill_randomly(GRand *random, uint8_t *bytes, size_t n) {
        for (size_t i = 0; i < n; i++)
                bytes[i] = (uint8_t) g_rand_int_range(random, 0, 256);
}

START_TEST(garbage_ends_the_connection_and_nothing_else) {
        g_autoptr(GRand) random = g_rand_new_with_seed(1);
        uint8_t bytes[4096];
        Victim victim;

        victim_init(&victim);
        for (unsigned i = 0; i < 300; i++) {
                autoraw *client = i % 2 ? attached() : connected();
                size_t n = (size_t) g_rand_int_range(random, 1, sizeof(bytes));

                fill_randomly(random, bytes, n);
                bytes[0] = 0xFF; /* no field has this tag: what follows cannot be decoded */
                raw_client_send_bytes(client, bytes, n, NULL, 0);
                ck_assert(raw_client_wait_end(client));
                if (i % 50 == 0)
                        victim_expect_untouched(&victim);
        }
        victim_clear(&victim);
}
END_TEST

/* A good request with some of its bytes changed. It may be answered; it must not be believed. */
static size_t pack_good_request(uint8_t *bytes, uint64_t id) {
        static uint8_t path[] = "\\\0B\0a\0s\0e\0N\0a\0m\0e\0d\0O\0b\0j\0e\0c\0t\0s\0\\\0x\0";
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateSectionRequest body = NT__CREATE_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        attributes.has_name = true;
        attributes.name.data = path;
        attributes.name.len = sizeof(path) - 1;
        body.object_attributes = &attributes;
        body.desired_access = SECTION_ALL_ACCESS;
        body.maximum_size = API_PAGE;
        body.protection = PAGE_READWRITE;
        body.allocation_attributes = SEC_COMMIT;
        request.id = id;
        request.body_case = NT__REQUEST__BODY_CREATE_SECTION;
        request.create_section = &body;
        return nt__request__pack(&request, bytes);
}

START_TEST(mutated_requests_are_answered_or_end_the_connection) {
        g_autoptr(GRand) random = g_rand_new_with_seed(2);
        Victim victim;
        autoraw *client = NULL;

        victim_init(&victim);
        for (unsigned i = 0; i < 2000; i++) {
                uint8_t bytes[512];
                size_t n = pack_good_request(bytes, i);

                for (int j = g_rand_int_range(random, 1, 4); j > 0; j--)
                        bytes[g_rand_int_range(random, 0, (gint32) n)] =
                                        (uint8_t) g_rand_int_range(random, 0, 256);
                if (i % 7 == 0)
                        n = (size_t) g_rand_int_range(random, 1, (gint32) n);

                if (!client)
                        client = attached();
                raw_client_send_bytes(client, bytes, n, NULL, 0);
                /* A request that became a one-way one has no answer: ask for one that has. */
                n = pack_good_request(bytes, UINT64_MAX);
                raw_client_send_bytes(client, bytes, n, NULL, 0);
                do {
                        NTSTATUS status = raw_client_receive(client);

                        ck_assert_int_ne(status, STATUS_IO_TIMEOUT);
                } while (client->reply && client->reply->id != UINT64_MAX);
                if (!client->reply)
                        raw_client_freep(&client);
        }
        victim_clear(&victim);
}
END_TEST

START_TEST(empty_and_oversized_messages_end_the_connection) {
        g_autofree uint8_t *bytes = g_malloc0(FRAME_SIZE_MAX + 4096);
        Victim victim;

        victim_init(&victim);
        for (unsigned i = 0; i < 20; i++) {
                autoraw *client = attached();
                size_t size = i % 2 ? FRAME_SIZE_MAX + 1 + i : 0;

                if (raw_client_send_bytes(client, bytes, size, NULL, 0) == 0)
                        ck_assert(raw_client_wait_end(client));
        }
        victim_clear(&victim);
}
END_TEST

/* The largest message that may be sent, full of fields that nobody knows: memory for it is bounded.
 */
START_TEST(message_full_of_unknown_fields_ends_the_connection) {
        g_autofree uint8_t *bytes = g_malloc0(FRAME_SIZE_MAX);
        Victim victim;

        for (size_t i = 0; i + 2 < FRAME_SIZE_MAX; i += 3) {
                bytes[i] = 0xF8; /* field 31, a number */
                bytes[i + 1] = 0x01;
                bytes[i + 2] = 0x00;
        }
        victim_init(&victim);
        for (unsigned i = 0; i < 10; i++) {
                autoraw *client = attached();

                ck_assert_int_eq(raw_client_send_bytes(client, bytes, FRAME_SIZE_MAX, NULL, 0), 0);
                ck_assert(raw_client_wait_end(client));
        }
        victim_clear(&victim);
}
END_TEST

/* Descriptors with a request that names none of them: as many as a message may have, and more. */
START_TEST(descriptors_that_nobody_asked_for_are_closed) {
        const unsigned counts[] = { 1, 2, 4, 5, 6, 64, 253 };
        int fds[253];
        Victim victim;

        victim_init(&victim);
        for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
                fds[i] = victim.client->socket;
        for (unsigned round = 0; round < 5; round++) {
                for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
                        autoraw *client = attached();
                        uint8_t bytes[512];
                        size_t n = pack_good_request(bytes, ++client->last_id);

                        ck_assert_int_eq(
                                        raw_client_send_bytes(client, bytes, n, fds, counts[i]), 0);
                        if (counts[i] <= FRAME_FDS_MAX)
                                ck_assert_int_ne(raw_client_receive(client),
                                                STATUS_PORT_DISCONNECTED);
                        else
                                ck_assert(raw_client_wait_end(client));
                }
        }
        victim_clear(&victim);
}
END_TEST

/* Descriptors in messages that make no sense, and none of whose sender waits for anything. */
START_TEST(descriptors_with_garbage_from_clients_that_run_away_are_closed) {
        g_autoptr(GRand) random = g_rand_new_with_seed(3);
        int fds[64];
        Victim victim;

        victim_init(&victim);
        for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
                fds[i] = victim.client->socket;
        for (unsigned i = 0; i < 200; i++) {
                autoraw *client = connected();
                uint8_t bytes[64];

                fill_randomly(random, bytes, sizeof(bytes));
                for (unsigned j = 0; j < 3; j++)
                        raw_client_send_bytes(client, bytes, sizeof(bytes), fds,
                                        (size_t) g_rand_int_range(random, 0, G_N_ELEMENTS(fds)));
        }
        victim_clear(&victim);
}
END_TEST

/* A socket that was sent to the daemon through itself must not keep it or anybody busy. */
START_TEST(socket_that_is_sent_through_itself_is_closed) {
        Victim victim;

        victim_init(&victim);
        for (unsigned i = 0; i < 50; i++) {
                autoraw *client = attached();
                int fds[2] = { client->socket, client->socket };
                uint8_t bytes[512];
                size_t n = pack_good_request(bytes, 1);

                raw_client_send_bytes(client, bytes, n, fds, 2);
        }
        victim_clear(&victim);
}
END_TEST

static NTSTATUS call_bare(RawClient *client, Nt__Request__BodyCase body) {
        Nt__MakeHeirRequest heir = NT__MAKE_HEIR_REQUEST__INIT;
        Nt__AdoptHeirRequest adopt = NT__ADOPT_HEIR_REQUEST__INIT;
        Nt__StatisticsRequest statistics = NT__STATISTICS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        adopt.protocol_version = 1;
        request.body_case = body;
        if (body == NT__REQUEST__BODY_MAKE_HEIR)
                request.make_heir = &heir;
        if (body == NT__REQUEST__BODY_ADOPT_HEIR)
                request.adopt_heir = &adopt;
        if (body == NT__REQUEST__BODY_STATISTICS)
                request.statistics = &statistics;
        return raw_client_call(client, &request);
}

static NTSTATUS open_channel(RawClient *client, const void *key, size_t size) {
        Nt__OpenChannelRequest body = NT__OPEN_CHANNEL_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.session_key.data = (uint8_t *) key;
        body.session_key.len = size;
        request.body_case = NT__REQUEST__BODY_OPEN_CHANNEL;
        request.open_channel = &body;
        return raw_client_call(client, &request);
}

START_TEST(requests_out_of_turn_are_refused) {
        autoraw *stranger = connected();
        autoraw *client = attached();
        uint8_t key[16];

        ck_assert_status(call_bare(stranger, NT__REQUEST__BODY_STATISTICS), STATUS_ACCESS_DENIED);
        ck_assert_status(call_bare(stranger, NT__REQUEST__BODY_MAKE_HEIR), STATUS_ACCESS_DENIED);
        ck_assert_status(call_bare(stranger, NT__REQUEST__BODY_ADOPT_HEIR), STATUS_ACCESS_DENIED);
        ck_assert_status(call_bare(stranger, NT__REQUEST__BODY__NOT_SET),
                        STATUS_INVALID_SYSTEM_SERVICE);
        ck_assert_status(raw_client_create_section(stranger, NULL, SECTION_QUERY, API_PAGE, NULL),
                        STATUS_ACCESS_DENIED);

        memset(key, 0, sizeof(key));
        ck_assert_status(open_channel(stranger, key, sizeof(key)), STATUS_ACCESS_DENIED);
        ck_assert_status(open_channel(stranger, key, 0), STATUS_ACCESS_DENIED);
        ck_assert_status(open_channel(stranger, key, 7), STATUS_ACCESS_DENIED);
        ck_assert_status(raw_client_attach(client, 0), STATUS_ALREADY_REGISTERED);
        ck_assert_status(call_bare(client, NT__REQUEST__BODY_ADOPT_HEIR), STATUS_ACCESS_DENIED);
        api_assert_ok(raw_client_attach(stranger, 0));
}
END_TEST

/* The key of a process is of use to that process only. */
START_TEST(session_key_is_refused_from_another_process) {
        autoraw *client = connected();
        uint8_t key[16];
        int wait_status = 0;
        pid_t child;

        api_assert_ok(raw_client_attach(client, 0));
        ck_assert_uint_eq(client->reply->attach->session_key.len, sizeof(key));
        memcpy(key, client->reply->attach->session_key.data, sizeof(key));

        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                RawClient *thief = raw_client_new(daemon_address(api_daemon()));
                bool refused = thief &&
                               open_channel(thief, key, sizeof(key)) == STATUS_ACCESS_DENIED;

                raw_client_free(thief);
                _exit(refused ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
        ck_assert_int_eq(wait_status, 0);
        {
                autoraw *channel = connected();

                api_assert_ok(open_channel(channel, key, sizeof(key)));
                api_assert_ok(raw_client_create_section(
                                channel, NULL, SECTION_QUERY, API_PAGE, NULL));
        }
}
END_TEST

/* Any number may stand where a grant belongs. */
START_TEST(grants_that_were_never_made_are_invalid_handles) {
        const uint32_t slots[] = { 0, 2, 77, GRANT_SLOTS - 1, GRANT_SLOTS, UINT32_MAX };
        autoraw *client = attached();
        Victim victim;
        Nt__Grant mine;
        int fd = -1;

        victim_init(&victim);
        api_assert_ok(raw_client_create_section(client, NULL, SECTION_QUERY, API_PAGE, &mine));
        ck_assert_status(raw_client_section_memory(client, &mine, &fd), STATUS_ACCESS_DENIED);
        for (size_t i = 0; i < G_N_ELEMENTS(slots); i++) {
                Nt__Grant wrong = mine;

                wrong.slot = slots[i];
                ck_assert_status(raw_client_section_memory(client, &wrong, &fd),
                                STATUS_INVALID_HANDLE);
                ck_assert_status(raw_client_close(client, &wrong), STATUS_INVALID_HANDLE);
        }
        for (uint32_t delta = 1; delta != 0; delta <<= 1) {
                Nt__Grant wrong = mine;

                wrong.tag ^= delta;
                ck_assert_status(raw_client_close(client, &wrong), STATUS_INVALID_HANDLE);
        }
        api_assert_ok(raw_client_close(client, &mine));
        ck_assert_status(raw_client_close(client, &mine), STATUS_INVALID_HANDLE);
        victim_clear(&victim);
}
END_TEST

/* A process that writes rubbish into its page, in the middle of its work. */
static ProcessPage *attach_with_page(RawClient *client) {
        autofd int fd = -1;
        ProcessPage *page;

        api_assert_ok(raw_client_attach(client, PROCESS_PAGE_VERSION));
        fd = frame_take_fd(&client->frame, client->reply->attach->page_fd);
        ck_assert_int_ge(fd, 0);
        page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ck_assert_ptr_ne(page, MAP_FAILED);
        return page;
}

START_TEST(rubbish_in_a_process_page_hurts_nobody_else) {
        g_autoptr(GRand) random = g_rand_new_with_seed(4);
        Victim victim;

        victim_init(&victim);
        for (unsigned i = 0; i < 30; i++) {
                autoraw *client = connected();
                ProcessPage *page = attach_with_page(client);
                Nt__Grant grants[8];

                for (size_t j = 0; j < G_N_ELEMENTS(grants); j++)
                        api_assert_ok(raw_client_open_section(
                                        client, NAME, SECTION_QUERY, &grants[j]));
                for (unsigned j = 0; j < 64; j++) {
                        atomic_store(&page->grants[j],
                                        (uint64_t) g_rand_int(random) << 32 | g_rand_int(random));
                        atomic_store(&page->handles[j],
                                        (uint64_t) g_rand_int(random) << 32 | g_rand_int(random));
                        atomic_store(&page->views[j], g_rand_int(random));
                        atomic_store(&page->full[j], UINT64_MAX);
                }
                atomic_store(&page->n_inheritable, UINT32_MAX);
                page->magic = 0;
                page->size = 0;
                /* Whatever it says to these, it is its own affair. */
                raw_client_open_section(client, NAME, SECTION_ALL_ACCESS, NULL);
                raw_client_create_section(client, NULL, SECTION_ALL_ACCESS, API_PAGE, NULL);
                call_bare(client, NT__REQUEST__BODY_MAKE_HEIR);
                ck_assert_int_eq(munmap(page, sizeof(*page)), 0);
                raw_client_freep(&client);
        }
        /* Until the last of them is noticed to be gone, its handles count, as any would. */
        for (uint32_t n_handles = 0; n_handles != 1;)
                api_assert_ok(raw_client_handle_count(victim.client, &victim.grant, &n_handles));
        victim_clear(&victim);
}
END_TEST

/* Hangs up in the middle of everything. */
START_TEST(clients_that_hang_up_before_their_answer_leave_nothing) {
        Victim victim;

        victim_init(&victim);
        for (unsigned i = 0; i < 300; i++) {
                autoraw *client = attached();
                uint8_t bytes[512];

                for (unsigned j = 0; j < i % 20; j++)
                        raw_client_send_bytes(client, bytes, pack_good_request(bytes, j), NULL, 0);
                call_bare(client, NT__REQUEST__BODY_MAKE_HEIR);
        }
        victim_clear(&victim);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, garbage_ends_the_connection_and_nothing_else);
        tcase_add_test(tests, mutated_requests_are_answered_or_end_the_connection);
        tcase_add_test(tests, empty_and_oversized_messages_end_the_connection);
        tcase_add_test(tests, message_full_of_unknown_fields_ends_the_connection);
        tcase_add_test(tests, descriptors_that_nobody_asked_for_are_closed);
        tcase_add_test(tests, descriptors_with_garbage_from_clients_that_run_away_are_closed);
        tcase_add_test(tests, socket_that_is_sent_through_itself_is_closed);
        tcase_add_test(tests, requests_out_of_turn_are_refused);
        tcase_add_test(tests, session_key_is_refused_from_another_process);
        tcase_add_test(tests, grants_that_were_never_made_are_invalid_handles);
        tcase_add_test(tests, rubbish_in_a_process_page_hurts_nobody_else);
        tcase_add_test(tests, clients_that_hang_up_before_their_answer_leave_nothing);
}

int main(void) {
        return api_main("hostile", 60, add);
}
