#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>

#include "cli.h"

/* More than this a daemon cannot mean: 16 counters for each of 2^24 users. */
#define STATISTICS_MAX (1u << 28)

static NTSTATUS query(GArray **ret) {
        ULONG count = 64;

        for (;;) {
                g_autoptr(GArray) statistics = g_array_new(FALSE, TRUE, sizeof(ZW_STATISTIC));
                ULONG capacity = count;
                NTSTATUS status;

                g_array_set_size(statistics, capacity);
                status = zw_query_statistics(
                                (PZW_STATISTIC) (void *) statistics->data, capacity, &count);
                if (status == STATUS_BUFFER_TOO_SMALL && count > capacity && count < STATISTICS_MAX)
                        continue;
                if (!NT_SUCCESS(status))
                        return status;

                g_array_set_size(statistics, MIN(count, capacity));
                *ret = g_steal_pointer(&statistics);
                return status;
        }
}

static int compare_users(gconstpointer a, gconstpointer b) {
        const ZW_STATISTIC *left = a;
        const ZW_STATISTIC *right = b;

        /* The whole daemon, ZW_NO_USER, goes before the users. */
        return (left->User + 1 > right->User + 1) - (left->User + 1 < right->User + 1);
}

/* A daemon's words are for a terminal here, wherever they come from. */
static char *printable(const ZW_STATISTIC *statistic) {
        char *name = g_strndup(statistic->Name, sizeof(statistic->Name));

        return g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '?');
}

static const char *user_name(ULONG user) {
        const struct passwd *entry = getpwuid(user);

        return entry ? entry->pw_name : NULL;
}

static void print_header(const Cli *cli, ULONG user) {
        const char *name = user == ZW_NO_USER ? NULL : user_name(user);

        if (user == ZW_NO_USER)
                printf("daemon at %s\n", cli->path);
        else if (name)
                printf("user %u (%s)\n", (unsigned) user, name);
        else
                printf("user %u\n", (unsigned) user);
}

static void print_text(const Cli *cli, const GArray *statistics) {
        for (guint i = 0; i < statistics->len; i++) {
                const ZW_STATISTIC *statistic = &g_array_index(statistics, ZW_STATISTIC, i);
                g_autofree char *name = printable(statistic);

                if (i == 0 || statistic[-1].User != statistic->User)
                        print_header(cli, statistic->User);
                printf("  %-20s %16" PRIu64, name, (uint64_t) statistic->Value);
                if (statistic->Limit != ZW_NO_LIMIT)
                        printf("  of %" PRIu64, (uint64_t) statistic->Limit);
                putchar('\n');
        }
}

static void write_statistic(JsonWriter *json, const ZW_STATISTIC *statistic) {
        g_autofree char *name = printable(statistic);

        json_begin_object(json, name);
        json_uint(json, "value", statistic->Value);
        if (statistic->Limit == ZW_NO_LIMIT)
                json_null(json, "limit");
        else
                json_uint(json, "limit", statistic->Limit);
        json_end_object(json);
}

static void begin_user(JsonWriter *json, ULONG user) {
        const char *name = user_name(user);

        json_begin_object(json, NULL);
        json_uint(json, "uid", user);
        if (name)
                json_string(json, "name", name);
        json_begin_object(json, "held");
}

static void write_json(const Cli *cli, const GArray *statistics) {
        JsonWriter json;
        guint i = 0;

        json_init(&json, stdout);
        json_begin_object(&json, NULL);
        json_uint(&json, "version", 1);
        json_string(&json, "address", cli->path);

        json_begin_object(&json, "daemon");
        for (; i < statistics->len; i++) {
                const ZW_STATISTIC *statistic = &g_array_index(statistics, ZW_STATISTIC, i);

                if (statistic->User != ZW_NO_USER)
                        break;
                write_statistic(&json, statistic);
        }
        json_end_object(&json);

        json_begin_array(&json, "users");
        while (i < statistics->len) {
                ULONG user = g_array_index(statistics, ZW_STATISTIC, i).User;

                begin_user(&json, user);
                for (; i < statistics->len &&
                                g_array_index(statistics, ZW_STATISTIC, i).User == user;
                                i++)
                        write_statistic(&json, &g_array_index(statistics, ZW_STATISTIC, i));
                json_end_object(&json);
                json_end_object(&json);
        }
        json_end_array(&json);
        json_end_object(&json);
        json_clear(&json);
}

static CliExit stats_run(Cli *cli, const Command *command, int argc, char **argv) {
        g_autoptr(GArray) statistics = NULL;
        NTSTATUS status;
        CliExit code;

        if (!cli_parse(cli, command, NULL, &argc, &argv, 0))
                return CLI_USAGE;
        code = cli_attach(cli);
        if (code != CLI_OK)
                return code;

        status = query(&statistics);
        if (!NT_SUCCESS(status))
                return cli_failed(status, "cannot ask for what the daemon holds");

        g_array_sort(statistics, compare_users); /* stable: within a user, the daemon's order */
        if (cli->json)
                write_json(cli, statistics);
        else
                print_text(cli, statistics);
        return CLI_OK;
}

const Command stats_command = {
        .name = "stats",
        .arguments = "",
        .summary = "Tell what the daemon holds",
        .description = "Tells what the daemon holds, by kind: as a whole, and of each user that "
                       "you may see\n"
                       "beside what that user may hold.",
        .run = stats_run,
};
