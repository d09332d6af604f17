#include <stdio.h>

#include "cli.h"
#include "directory.h"
#include "object.h"

/* A column wider than this no longer helps the eye. */
#define NAME_COLUMN_MAX 48u

/* Name, and for a link what it stands for. */
static char *describe(const Cli *cli, HANDLE directory, const Entry *entry, NTSTATUS *ret_status) {
        g_autofree char *name = cli_print_name(cli, entry->name);
        g_autoptr(Name) target = NULL;
        g_autofree char *text = NULL;

        *ret_status = STATUS_SUCCESS;
        if (kind_find(entry->type) != &kind_symbolic_link)
                return g_steal_pointer(&name);

        *ret_status = object_read_link(directory, entry->name, &target);
        text = target ? cli_print_name(cli, target) : cli_status_text(*ret_status);
        return g_strdup_printf(target ? "%s -> %s" : "%s -> (%s)", name, text);
}

static void print_entry(const Cli *cli, const Entry *entry, const char *text, size_t column) {
        size_t width = name_width(text);

        printf("%s%s%s%*s  %s\n", cli_color_begin(cli, entry->type), text,
                        cli_color_end(cli, entry->type),
                        (int) (width < column ? column - width : 0), "", entry->type);
}

/* Vanished between the listing and the look at it: then it is no failure that it cannot be read. */
static CliExit exit_of(NTSTATUS status) {
        if (NT_SUCCESS(status) || status == STATUS_OBJECT_NAME_NOT_FOUND)
                return CLI_OK;
        return status == STATUS_PORT_DISCONNECTED ? CLI_UNREACHABLE : CLI_FAILED;
}

static CliExit print_text(const Cli *cli, HANDLE directory, const GPtrArray *entries) {
        g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
        CliExit code = CLI_OK;
        size_t column = 0;

        for (guint i = 0; i < entries->len; i++) {
                NTSTATUS status;
                char *text = describe(cli, directory, entries->pdata[i], &status);

                column = MIN(MAX(column, name_width(text)), NAME_COLUMN_MAX);
                code = cli_worse(code, exit_of(status));
                g_ptr_array_add(texts, text);
        }
        for (guint i = 0; i < entries->len; i++)
                print_entry(cli, entries->pdata[i], texts->pdata[i], column);
        return code;
}

static CliExit write_entry(JsonWriter *json, HANDLE directory, const Entry *entry) {
        g_autoptr(Name) target = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        json_begin_object(json, NULL);
        json_name(json, "name", entry->name);
        json_string(json, "type", entry->type);
        if (kind_find(entry->type) == &kind_symbolic_link) {
                status = object_read_link(directory, entry->name, &target);
                if (target)
                        json_name(json, "target", target);
                else
                        cli_json_error(json, status);
        }
        json_end_object(json);
        return exit_of(status);
}

static CliExit print_json(HANDLE directory, const Name *path, const GPtrArray *entries) {
        JsonWriter json;
        CliExit code = CLI_OK;

        json_init(&json, stdout);
        json_begin_object(&json, NULL);
        json_uint(&json, "version", 1);
        json_name(&json, "path", path);
        json_begin_array(&json, "entries");
        for (guint i = 0; i < entries->len; i++)
                code = cli_worse(code, write_entry(&json, directory, entries->pdata[i]));
        json_end_array(&json);
        json_end_object(&json);
        json_clear(&json);
        return code;
}

static CliExit list(const Cli *cli, Name *path, const char *text) {
        g_autoptr(GPtrArray) entries = NULL;
        autohandle HANDLE directory = NULL;
        NTSTATUS status;

        status = object_open_directory(NULL, path, &directory);
        if (!NT_SUCCESS(status))
                return cli_failed(status, "cannot open the directory '%s'", text);

        status = directory_list(directory, &entries);
        if (!NT_SUCCESS(status))
                return cli_failed(status, "cannot list the directory '%s'", text);

        if (cli->json)
                return cli_incomplete(print_json(directory, path, entries));
        return cli_incomplete(print_text(cli, directory, entries));
}

static CliExit ls_run(Cli *cli, const Command *command, int argc, char **argv) {
        g_autoptr(Name) path = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;
        CliExit code;

        if (!cli_parse(cli, command, NULL, &argc, &argv, 1))
                return CLI_USAGE;
        path = name_parse(argc > 1 ? argv[1] : "\\", &error);
        if (!path)
                return cli_misused(command, "%s", error->message);
        text = cli_print_name(cli, path);

        code = cli_attach(cli);
        if (code != CLI_OK)
                return code;
        return list(cli, path, text);
}

const Command ls_command = {
        .name = "ls",
        .arguments = "[PATH]",
        .summary = "List a directory",
        .description = "Lists the directory PATH, or the root: names, types, and what links stand "
                       "for.\n"
                       "Links on the way and at the end of PATH are followed.",
        .run = ls_run,
};
