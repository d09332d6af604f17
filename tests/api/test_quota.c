/*
 * Quotas: each of them hit, with a configuration that makes it small. [P] What is over the limit is
 * refused with STATUS_QUOTA_EXCEEDED (STATUS_INSUFFICIENT_RESOURCES where it is about descriptors),
 * what exists stays usable, and what is given back can be had again.
 */

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "raw-client.h"

static RawClient *attached(void) {
        RawClient *client = raw_client_new_attached(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

static uint64_t used(RawClient *client, const char *name) {
        uint64_t value = 0;

        api_assert_ok(raw_client_statistic(client, name, RAW_CLIENT_NO_USER, &value));
        return value;
}

static bool is_refusal(NTSTATUS status) {
        return status == STATUS_QUOTA_EXCEEDED || status == STATUS_INSUFFICIENT_RESOURCES;
}

START_TEST(connections_over_the_limit_are_not_served) {
        RawClient *clients[4] = { NULL };
        RawClient *extra;

        api_restart("[limits]\nconnections=4\n");
        for (size_t i = 0; i < G_N_ELEMENTS(clients); i++)
                clients[i] = attached();
        extra = raw_client_new(daemon_address(api_daemon()));
        if (extra) {
                ck_assert(raw_client_wait_end(extra));
                raw_client_free(extra);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(clients); i++)
                ck_assert_uint_eq(used(clients[i], "connections"), 4);

        raw_client_freep(&clients[0]);
        while (used(clients[1], "connections") != 3)
                sched_yield();
        clients[0] = attached();
        for (size_t i = 0; i < G_N_ELEMENTS(clients); i++)
                raw_client_free(clients[i]);
}
END_TEST

START_TEST(processes_over_the_limit_cannot_attach) {
        RawClient *clients[3] = { NULL };
        autoraw *extra = NULL;

        api_restart("[limits]\nprocesses=3\n");
        for (size_t i = 0; i < G_N_ELEMENTS(clients); i++)
                clients[i] = attached();
        extra = raw_client_new(daemon_address(api_daemon()));
        ck_assert_ptr_nonnull(extra);
        ck_assert_status(raw_client_attach(extra, 0), STATUS_QUOTA_EXCEEDED);
        /* A program that cannot attach hears why. */
        ck_assert_status(zw_attach(NULL, 0), STATUS_QUOTA_EXCEEDED);

        raw_client_freep(&clients[0]);
        while (used(clients[1], "processes") != 2)
                sched_yield();
        api_assert_ok(raw_client_attach(extra, 0));
        for (size_t i = 0; i < G_N_ELEMENTS(clients); i++)
                raw_client_free(clients[i]);
}
END_TEST

/* As many as can be made, at most @n; returns how many, and the status that ended it. */
static unsigned create_many(
                RawClient *client, Nt__Grant *grants, unsigned n, NTSTATUS *ret_status) {
        for (unsigned i = 0; i < n; i++) {
                *ret_status = raw_client_create_section(
                                client, NULL, SECTION_ALL_ACCESS, API_PAGE, &grants[i]);
                if (!NT_SUCCESS(*ret_status))
                        return i;
        }
        return n;
}

static void expect_limit_of_ten(const char *config) {
        Nt__Grant grants[20];
        autoraw *client = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        api_restart(config);
        client = attached();
        ck_assert_uint_eq(create_many(client, grants, G_N_ELEMENTS(grants), &status), 10);
        ck_assert_status(status, STATUS_QUOTA_EXCEEDED);
        api_assert_ok(raw_client_close(client, &grants[3]));
        api_assert_ok(raw_client_create_section(
                        client, NULL, SECTION_ALL_ACCESS, API_PAGE, &grants[3]));
        for (unsigned i = 0; i < 10; i++)
                api_assert_ok(raw_client_close(client, &grants[i]));
}

START_TEST(grants_over_the_limit_are_refused) {
        expect_limit_of_ten("[limits]\ngrants=10\n");
}
END_TEST

START_TEST(objects_over_the_limit_are_refused) {
        expect_limit_of_ten("[limits]\nobjects=10\n");
}
END_TEST

START_TEST(section_bytes_over_the_limit_are_refused) {
        expect_limit_of_ten("[limits]\nsection-bytes=40K\n");
}
END_TEST

START_TEST(size_counts_as_it_is_rounded) {
        autoraw *client = NULL;
        Nt__Grant grant;

        api_restart("[limits]\nsection-bytes=8K\n");
        client = attached();
        ck_assert_status(raw_client_create_section(client, NULL, SECTION_QUERY, 0x2001, &grant),
                        STATUS_QUOTA_EXCEEDED);
        api_assert_ok(raw_client_create_section(client, NULL, SECTION_QUERY, 0x1001, &grant));
        ck_assert_uint_eq(used(client, "section-bytes"), 0x2000);
        api_assert_ok(raw_client_close(client, &grant));
        ck_assert_uint_eq(used(client, "section-bytes"), 0);
}
END_TEST

/* Names are paid for by whoever makes them; objects without one can still be made. */
START_TEST(name_bytes_over_the_limit_are_refused) {
        HANDLE named = NULL;
        HANDLE other = API_WILD;
        HANDLE unnamed = NULL;

        api_restart("[limits]\nname-bytes=64\n");
        api_assert_ok(api_create(
                        u"\\BaseNamedObjects\\twenty-four units long!!", SECTION_QUERY, &named));
        ck_assert_status(api_create(u"\\BaseNamedObjects\\nine more!", SECTION_QUERY, &other),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(other);
        ck_assert_status(api_open(u"\\BaseNamedObjects\\nine more!", SECTION_QUERY, &other),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(api_create(NULL, SECTION_QUERY, &unnamed));
        api_assert_ok(NtClose(unnamed));
        api_assert_ok(NtClose(named));
        api_assert_ok(api_create(u"\\BaseNamedObjects\\nine more!", SECTION_QUERY, &other));
        api_assert_ok(NtClose(other));
}
END_TEST

/* What a section that is refused had taken is given back: nothing is lost by trying. */
START_TEST(refused_attempts_use_nothing_up) {
        Nt__Grant grant;
        autoraw *client = NULL;

        api_restart("[limits]\ngrants=0\n");
        client = attached();
        for (unsigned i = 0; i < 100; i++)
                ck_assert_status(raw_client_create_section(client, "\\BaseNamedObjects\\refused",
                                                 SECTION_QUERY, API_PAGE, &grant),
                                STATUS_QUOTA_EXCEEDED);
        ck_assert_uint_eq(used(client, "objects"), 0);
        ck_assert_uint_eq(used(client, "name-bytes"), 0);
        ck_assert_uint_eq(used(client, "section-bytes"), 0);
        ck_assert_status(raw_client_open_section(client, "\\BaseNamedObjects\\refused",
                                         SECTION_QUERY, &grant),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* A section has a descriptor once somebody maps it; those that have theirs stay usable. */
START_TEST(descriptors_over_the_limit_refuse_new_memory_only) {
        Nt__Grant grants[16];
        int fds[16];
        autoraw *client = NULL;
        NTSTATUS status = STATUS_SUCCESS;
        unsigned n = 0;
        int fd = -1;

        api_restart("[limits]\ndescriptors=10\n");
        client = attached();
        ck_assert_uint_eq(create_many(client, grants, G_N_ELEMENTS(grants), &status),
                        G_N_ELEMENTS(grants));
        while (n < G_N_ELEMENTS(grants)) {
                status = raw_client_section_memory(client, &grants[n], &fds[n]);
                if (!NT_SUCCESS(status))
                        break;
                n++;
        }
        ck_assert_uint_gt(n, 0);
        ck_assert_uint_lt(n, 10);
        ck_assert_msg(is_refusal(status), "%s", zw_status_name(status));
        ck_assert_uint_le(used(client, "descriptors"), 10);
        api_assert_ok(raw_client_section_memory(client, &grants[0], &fd));
        close(fd);

        api_assert_ok(raw_client_close(client, &grants[0]));
        api_assert_ok(raw_client_section_memory(client, &grants[n], &fd));
        close(fd);
        for (unsigned i = 0; i < n; i++)
                close(fds[i]);
        for (unsigned i = 1; i < G_N_ELEMENTS(grants); i++)
                api_assert_ok(raw_client_close(client, &grants[i]));
}
END_TEST

static void send_memory_request(RawClient *client, Nt__Grant *grant) {
        Nt__SectionMemoryRequest body = NT__SECTION_MEMORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = grant;
        request.body_case = NT__REQUEST__BODY_SECTION_MEMORY;
        request.section_memory = &body;
        ck_assert_int_eq(raw_client_send(client, &request, NULL, 0), 0);
}

/* Descriptors that lie unread in sockets are few, and others are served meanwhile. */
START_TEST(unread_descriptors_are_bounded_and_hold_up_nobody) {
        RawClient *lazy[6];
        Nt__Grant grants[6];
        autoraw *other = NULL;
        unsigned n_served = 0;

        api_restart("[limits]\nreply-fds=2\n");
        other = attached();
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++) {
                lazy[i] = attached();
                api_assert_ok(raw_client_create_section(
                                lazy[i], NULL, SECTION_ALL_ACCESS, API_PAGE, &grants[i]));
        }
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++) {
                send_memory_request(lazy[i], &grants[i]);
                /* Requests are served in turn, so this answer comes after the other's was decided
                 * on. */
                ck_assert_uint_le(used(other, "reply-fds"), 2);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++) {
                NTSTATUS status = raw_client_receive(lazy[i]);

                ck_assert_msg(NT_SUCCESS(status) || is_refusal(status), "%s",
                                zw_status_name(status));
                n_served += NT_SUCCESS(status);
        }
        ck_assert_uint_ge(n_served, 2);
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++)
                raw_client_free(lazy[i]);
}
END_TEST

static void create_long_link(RawClient *client, Nt__Grant *ret) {
        enum { TARGET_BYTES = 65534 };
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateSymbolicLinkRequest body = NT__CREATE_SYMBOLIC_LINK_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        g_autofree uint8_t *target = g_malloc0(TARGET_BYTES);

        body.object_attributes = &attributes;
        body.desired_access = SYMBOLIC_LINK_QUERY;
        body.target.data = target;
        body.target.len = TARGET_BYTES;
        request.body_case = NT__REQUEST__BODY_CREATE_SYMBOLIC_LINK;
        request.create_symbolic_link = &body;
        api_assert_ok(raw_client_call(client, &request));
        nt__grant__init(ret);
        ret->slot = client->reply->grant->grant->slot;
        ret->tag = client->reply->grant->grant->tag;
}

static int ask_for_long_reply(RawClient *client, Nt__Grant *link) {
        Nt__QuerySymbolicLinkRequest body = NT__QUERY_SYMBOLIC_LINK_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = link;
        request.body_case = NT__REQUEST__BODY_QUERY_SYMBOLIC_LINK;
        request.query_symbolic_link = &body;
        return raw_client_send(client, &request, NULL, 0);
}

/* Who asks for much and reads nothing pays for what lies there, or is dropped; nobody else notices.
 */
START_TEST(unread_replies_are_bounded_and_hold_up_nobody) {
        const uint64_t limit = 150 * 1024;
        RawClient *lazy[8];
        autoraw *other = NULL;
        unsigned n_dropped = 0;

        api_restart("[limits]\nreply-bytes=150K\n");
        other = attached();
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++) {
                Nt__Grant link;

                lazy[i] = attached();
                create_long_link(lazy[i], &link);
                ck_assert_int_eq(fcntl(lazy[i]->socket, F_SETFL, O_NONBLOCK), 0);
                for (unsigned j = 0; j < 20; j++)
                        if (ask_for_long_reply(lazy[i], &link) < 0)
                                break;
                ck_assert_uint_le(used(other, "reply-bytes"), limit);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(lazy); i++) {
                NTSTATUS status;

                do
                        status = raw_client_receive(lazy[i]);
                while (NT_SUCCESS(status));
                n_dropped += status == STATUS_PORT_DISCONNECTED;
                raw_client_free(lazy[i]);
        }
        ck_assert_uint_gt(n_dropped, 0);
        ck_assert_uint_lt(n_dropped, G_N_ELEMENTS(lazy));
        while (used(other, "reply-bytes") != 0)
                sched_yield();
}
END_TEST

/* Parked grants are kept, and let go of, as the configuration says. */
START_TEST(parked_grants_are_as_many_as_configured) {
        autoraw *owner = NULL;
        Nt__Grant grants[100];
        HANDLE handle = NULL;

        api_restart("[limits]\nmax-parked=10\n");
        owner = attached();
        for (unsigned i = 0; i < G_N_ELEMENTS(grants); i++) {
                g_autofree char *name = g_strdup_printf("\\BaseNamedObjects\\parked-%u", i);
                g_autofree gunichar2 *wide = g_utf8_to_utf16(name, -1, NULL, NULL, NULL);

                api_assert_ok(raw_client_create_section(
                                owner, name, SECTION_QUERY, API_PAGE, &grants[i]));
                api_assert_ok(api_open(wide, SECTION_QUERY, &handle));
                api_assert_ok(NtClose(handle));
        }
        while (used(owner, "grants") > G_N_ELEMENTS(grants) + 10)
                sched_yield();
        for (unsigned i = 0; i < G_N_ELEMENTS(grants); i++)
                api_assert_ok(raw_client_close(owner, &grants[i]));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, connections_over_the_limit_are_not_served);
        tcase_add_test(tests, processes_over_the_limit_cannot_attach);
        tcase_add_test(tests, grants_over_the_limit_are_refused);
        tcase_add_test(tests, objects_over_the_limit_are_refused);
        tcase_add_test(tests, section_bytes_over_the_limit_are_refused);
        tcase_add_test(tests, size_counts_as_it_is_rounded);
        tcase_add_test(tests, name_bytes_over_the_limit_are_refused);
        tcase_add_test(tests, refused_attempts_use_nothing_up);
        tcase_add_test(tests, descriptors_over_the_limit_refuse_new_memory_only);
        tcase_add_test(tests, unread_descriptors_are_bounded_and_hold_up_nobody);
        tcase_add_test(tests, unread_replies_are_bounded_and_hold_up_nobody);
        tcase_add_test(tests, parked_grants_are_as_many_as_configured);
}

int main(void) {
        return api_main("quota", 60, add);
}
