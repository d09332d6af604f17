/*
 * A client with many names
 *
 * scale.py starts several of these and says what each does, a line at a time:
 *
 *     sections|directories|links COUNT   make so many more of them in the directory, and hold them
 *     nested COUNT                       so many directories, each in the one before
 *     chains COUNT                       so many links, in chains of HOPS, each ending at a section
 *     walk COUNT                         open what a chain leads to and close it, chain by chain
 *     open COUNT ALL                     so many of all sections, at random: open and close
 *     take COUNT                         the first so many sections: open and hold
 *     close COUNT                        as many of those held last
 *     list COUNT                         the whole directory, which has so many entries
 *     ping 0                             calls until the next line comes
 *
 * and reads a line with the nanoseconds that took. A ping's answer is the longest call, the median
 * and the number of calls. "failed STATUS" answers what went wrong.
 */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "zw.h"

#define HELD_MOST  1048000u /* a process's handles, nearly */
#define LIST_SIZE  65536u
#define HOPS       30u
#define PINGS_MOST (1u << 22)
#define FOLDER     u"\\BaseNamedObjects\\scale"

typedef struct Client {
        HANDLE directory; /* FOLDER */
        HANDLE *held;
        size_t n_held;
        size_t n_made; /* names that this client has made */
        uint64_t random;
} Client;

/* A name, and OBJECT_ATTRIBUTES that say it. */
typedef struct Name {
        WCHAR units[64];
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;
} Name;

static uint64_t now(void) {
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

/* PREFIX, a letter and seven digits. */
static POBJECT_ATTRIBUTES numbered(
                Name *name, HANDLE root, const WCHAR *prefix, WCHAR letter, size_t number) {
        size_t n = 0;

        while (prefix[n]) {
                name->units[n] = prefix[n];
                n++;
        }
        name->units[n++] = letter;
        for (size_t digit = 1000000; digit > 0; digit /= 10)
                name->units[n++] = (WCHAR) (u'0' + number / digit % 10);
        name->units[n] = 0;
        name->string = (UNICODE_STRING){
                .Length = (USHORT) (n * sizeof(WCHAR)),
                .MaximumLength = (USHORT) (n * sizeof(WCHAR)),
                .Buffer = name->units,
        };
        InitializeObjectAttributes(&name->attributes, &name->string, 0, root, NULL);
        return &name->attributes;
}

static POBJECT_ATTRIBUTES plain(Name *name, const WCHAR *text) {
        size_t n = 0;

        for (; text[n]; n++)
                name->units[n] = text[n];
        name->string = (UNICODE_STRING){
                .Length = (USHORT) (n * sizeof(WCHAR)),
                .MaximumLength = (USHORT) (n * sizeof(WCHAR)),
                .Buffer = name->units,
        };
        InitializeObjectAttributes(&name->attributes, &name->string, OBJ_OPENIF, NULL, NULL);
        return &name->attributes;
}

static NTSTATUS create_section(POBJECT_ATTRIBUTES attributes, PHANDLE ret) {
        LARGE_INTEGER size = { .QuadPart = 4096 };

        return zw_create_section(ret, SECTION_ALL_ACCESS, attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

/* A link to the name LETTER and TO in the directory. */
static NTSTATUS create_link(POBJECT_ATTRIBUTES attributes, WCHAR letter, size_t to, PHANDLE ret) {
        Name target;

        numbered(&target, NULL, FOLDER u"\\", letter, to);
        return zw_create_symbolic_link_object(
                        ret, SYMBOLIC_LINK_ALL_ACCESS, attributes, &target.string);
}

/* One more object of the sort that @sort is the first letter of. */
static NTSTATUS make_one(Client *client, char sort) {
        HANDLE *ret = &client->held[client->n_held];
        Name name;
        POBJECT_ATTRIBUTES attributes = numbered(&name, client->directory, u"",
                        (WCHAR) (unsigned char) sort, client->n_made);
        NTSTATUS status;

        if (client->n_held == HELD_MOST)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (sort == 's')
                status = create_section(attributes, ret);
        else if (sort == 'd')
                status = zw_create_directory_object(ret, DIRECTORY_ALL_ACCESS, attributes);
        else
                status = create_link(attributes, u'l', client->n_made, ret);
        if (!NT_SUCCESS(status))
                return status;
        client->n_held++;
        client->n_made++;
        return STATUS_SUCCESS;
}

static NTSTATUS nest_one(Client *client) {
        HANDLE parent = client->n_held > 0 ? client->held[client->n_held - 1] : client->directory;
        Name name;
        NTSTATUS status;

        if (client->n_held == HELD_MOST)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = zw_create_directory_object(&client->held[client->n_held], DIRECTORY_ALL_ACCESS,
                        numbered(&name, parent, u"", u'd', 0));
        if (NT_SUCCESS(status))
                client->n_held++;
        return status;
}

/* Link N leads to link N + 1, the last one of a chain to a section. */
static NTSTATUS chain_one(Client *client) {
        size_t n = client->n_made;
        bool last = n % HOPS == HOPS - 1;
        Name name;
        NTSTATUS status;

        if (client->n_held + 2 > HELD_MOST)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = create_link(numbered(&name, client->directory, u"", u'l', n), last ? u's' : u'l',
                        last ? n : n + 1, &client->held[client->n_held]);
        if (!NT_SUCCESS(status))
                return status;
        client->n_held++;
        client->n_made++;
        if (!last)
                return STATUS_SUCCESS;
        status = create_section(numbered(&name, client->directory, u"", u's', n),
                        &client->held[client->n_held]);
        if (NT_SUCCESS(status))
                client->n_held++;
        return status;
}

static NTSTATUS open_close(POBJECT_ATTRIBUTES attributes) {
        HANDLE handle = NULL;
        NTSTATUS status = zw_open_section(&handle, SECTION_QUERY, attributes);

        return NT_SUCCESS(status) ? zw_close(handle) : status;
}

static NTSTATUS walk_one(size_t chain) {
        Name name;

        return open_close(numbered(&name, NULL, FOLDER u"\\", u'l', chain * HOPS));
}

/* One of @n names; never the next one or the one before. */
static NTSTATUS open_one(Client *client, size_t n) {
        Name name;

        client->random = client->random * 6364136223846793005u + 1442695040888963407u;
        return open_close(numbered(&name, NULL, FOLDER u"\\", u's', (client->random >> 33) % n));
}

static NTSTATUS take_one(Client *client) {
        Name name;
        NTSTATUS status = zw_open_section(&client->held[client->n_held], SECTION_QUERY,
                        numbered(&name, NULL, FOLDER u"\\", u's', client->n_held));

        if (NT_SUCCESS(status))
                client->n_held++;
        return status;
}

static NTSTATUS close_one(Client *client) {
        if (client->n_held == 0)
                return STATUS_INVALID_HANDLE;
        return zw_close(client->held[--client->n_held]);
}

static NTSTATUS list(const Client *client, size_t n_wanted) {
        static OBJECT_DIRECTORY_INFORMATION
                        entries[LIST_SIZE / sizeof(OBJECT_DIRECTORY_INFORMATION)];
        ULONG context = 0, length = 0;
        size_t n = 0;
        NTSTATUS status = STATUS_MORE_ENTRIES;

        while (status == STATUS_MORE_ENTRIES) {
                status = zw_query_directory_object(client->directory, entries, sizeof(entries),
                                false, n == 0, &context, &length);
                for (size_t i = 0; NT_SUCCESS(status) && entries[i].Name.Buffer; i++)
                        n++;
        }
        if (status == STATUS_NO_MORE_ENTRIES)
                status = STATUS_SUCCESS;
        return NT_SUCCESS(status) && n != n_wanted ? STATUS_INTERNAL_ERROR : status;
}

static bool input_waits(void) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

        return poll(&input, 1, 0) != 0;
}

static int compare(const void *a, const void *b) {
        uint32_t left = *(const uint32_t *) a, right = *(const uint32_t *) b;

        return (left > right) - (left < right);
}

/* Calls that must ask the daemon: a name that was never asked for. */
static void ping(Client *client) {
        uint32_t *took = calloc(PINGS_MOST, sizeof(*took));
        size_t n = 0;

        while (took && n < PINGS_MOST && !input_waits()) {
                uint64_t began = now();
                Name name;

                open_close(numbered(&name, NULL, u"\\BaseNamedObjects\\", u'p', client->n_made++));
                took[n++] = (uint32_t) (now() - began);
        }
        if (n == 0) {
                puts("failed: no call was made");
        } else {
                qsort(took, n, sizeof(*took), compare);
                printf("%u %u %zu\n", took[n - 1], took[n / 2], n);
        }
        free(took);
}

static NTSTATUS step(Client *client, const char *what, size_t i) {
        if (strcmp(what, "sections") == 0 || strcmp(what, "directories") == 0 ||
                        strcmp(what, "links") == 0)
                return make_one(client, what[0]);
        if (strcmp(what, "nested") == 0)
                return nest_one(client);
        if (strcmp(what, "chains") == 0)
                return chain_one(client);
        if (strcmp(what, "walk") == 0)
                return walk_one(i);
        if (strcmp(what, "take") == 0)
                return take_one(client);
        if (strcmp(what, "close") == 0)
                return close_one(client);
        return STATUS_NOT_IMPLEMENTED;
}

/* @all: how many names there are, for what chooses among them */
static NTSTATUS run(Client *client, const char *what, size_t count, size_t all) {
        NTSTATUS status = STATUS_SUCCESS;

        if (strcmp(what, "list") == 0)
                return list(client, count);
        for (size_t i = 0; i < count && NT_SUCCESS(status); i++)
                status = strcmp(what, "open") == 0 && all > 0 ? open_one(client, all)
                                                              : step(client, what, i);
        return status;
}

int main(void) {
        Client client = { .random = (uint64_t) getpid() };
        char line[128], what[16];
        unsigned long count, all;
        Name name;
        NTSTATUS status = zw_create_directory_object(
                        &client.directory, DIRECTORY_ALL_ACCESS, plain(&name, FOLDER));

        client.held = calloc(HELD_MOST, sizeof(*client.held));
        if (!client.held || !NT_SUCCESS(status))
                return EXIT_FAILURE;
        setvbuf(stdout, NULL, _IOLBF, 0);
        setvbuf(stdin, NULL, _IONBF, 0); /* so that poll() sees all there is */
        while (fgets(line, sizeof(line), stdin)) {
                uint64_t began;

                all = 0;
                if (sscanf(line, "%15s %lu %lu", what, &count, &all) < 2)
                        continue;
                if (strcmp(what, "ping") == 0) {
                        ping(&client);
                        continue;
                }
                began = now();
                status = run(&client, what, count, all);
                if (NT_SUCCESS(status))
                        printf("%llu\n", (unsigned long long) (now() - began));
                else
                        printf("failed %08X\n", (unsigned) status);
        }
        return EXIT_SUCCESS;
}
