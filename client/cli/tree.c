/*
 * The tree is walked with a stack of our own, not by recursion: whoever may create directories
 * decides how deep it is. Links are shown, not followed, so that it ends.
 */

#include <stdio.h>

#include "cli.h"
#include "directory.h"
#include "object.h"

#define DEFAULT_DEPTH 100

/* A directory that is being walked. */
typedef struct Level {
        HANDLE directory;
        GPtrArray *entries;
        guint next;
} Level;

typedef struct Tree {
        const Cli *cli;
        JsonWriter json; /* with --json */
        GArray *levels;  /* of Level, the root first */
        guint max_depth;
        CliExit code;
} Tree;

static void level_clear(Level *level) {
        if (level->directory)
                zw_close(level->directory);
        if (level->entries)
                g_ptr_array_unref(level->entries);
}

static void tree_clear(Tree *tree) {
        g_array_unref(tree->levels);
}

static Level *tree_top(Tree *tree) {
        return tree->levels->len ? &g_array_index(tree->levels, Level, tree->levels->len - 1)
                                 : NULL;
}

static void tree_note_failure(Tree *tree, NTSTATUS status) {
        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
                return; /* it vanished between the listing and the look at it */
        tree->code = cli_worse(tree->code,
                        status == STATUS_PORT_DISCONNECTED ? CLI_UNREACHABLE : CLI_FAILED);
}

/* Lists @directory, which is consumed, and makes it the top. */
static NTSTATUS tree_push(Tree *tree, HANDLE directory) {
        Level level = { .directory = directory };
        NTSTATUS status = directory_list(directory, &level.entries);

        if (NT_SUCCESS(status))
                g_array_append_val(tree->levels, level);
        else
                level_clear(&level);
        return status;
}

static void print_branches(Tree *tree) {
        bool utf8 = tree->cli->utf8;

        for (guint i = 0; i < tree->levels->len; i++) {
                const Level *level = &g_array_index(tree->levels, Level, i);
                bool last = level->next == level->entries->len;

                if (i + 1 < tree->levels->len)
                        fputs(last ? "    " : utf8 ? "│   " : "|   ", stdout);
                else if (last)
                        fputs(utf8 ? "└── " : "`-- ", stdout);
                else
                        fputs(utf8 ? "├── " : "|-- ", stdout);
        }
}

static void print_object(const Cli *cli, const Name *name, const char *type, const Name *target) {
        g_autofree char *text = cli_print_name(cli, name);
        g_autofree char *goal = target ? cli_print_name(cli, target) : NULL;

        printf("%s%s%s", cli_color_begin(cli, type), text, cli_color_end(cli, type));
        if (goal)
                printf(" -> %s", goal);
        if (kind_find(type) != &kind_directory && kind_find(type) != &kind_symbolic_link)
                printf("  [%s]", type);
}

/* One object, complete but for what is below it. */
static void tree_show(Tree *tree, const Name *name, const char *type, const Name *target) {
        if (!tree->cli->json) {
                print_branches(tree);
                print_object(tree->cli, name, type, target);
                return;
        }
        json_begin_object(&tree->json, NULL);
        json_name(&tree->json, "name", name);
        json_string(&tree->json, "type", type);
        if (target)
                json_name(&tree->json, "target", target);
}

/* ... and whether something is known to be below it that is not shown. */
static void tree_end(Tree *tree, NTSTATUS status, bool truncated) {
        g_autofree char *text = NT_SUCCESS(status) ? NULL : cli_status_text(status);

        if (tree->cli->json) {
                if (truncated)
                        json_bool(&tree->json, "truncated", true);
                if (text)
                        cli_json_error(&tree->json, status);
                json_end_object(&tree->json);
                return;
        }
        if (truncated)
                fputs("  (deeper than --depth)", stdout);
        if (text)
                printf("  (%s)", text);
        fputc('\n', stdout);
}

static void tree_descend(Tree *tree, HANDLE parent, Entry *entry) {
        HANDLE directory = NULL;
        NTSTATUS status;

        tree_show(tree, entry->name, entry->type, NULL);
        if (tree->levels->len >= tree->max_depth) {
                tree_end(tree, STATUS_SUCCESS, true);
                return;
        }

        status = object_open_directory(parent, entry->name, &directory);
        if (NT_SUCCESS(status))
                status = tree_push(tree, directory);
        if (!NT_SUCCESS(status)) {
                tree_note_failure(tree, status);
                tree_end(tree, status, false);
                return;
        }

        if (tree->cli->json)
                json_begin_array(&tree->json, "children");
        else
                fputc('\n', stdout);
}

static void tree_visit(Tree *tree, HANDLE parent, Entry *entry) {
        const Kind *kind = kind_find(entry->type);
        g_autoptr(Name) target = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (kind == &kind_directory) {
                tree_descend(tree, parent, entry);
                return;
        }
        if (kind == &kind_symbolic_link) {
                status = object_read_link(parent, entry->name, &target);
                if (!NT_SUCCESS(status))
                        tree_note_failure(tree, status);
        }
        tree_show(tree, entry->name, entry->type, target);
        tree_end(tree, status, false);
}

static void tree_walk(Tree *tree) {
        Level *level;

        while ((level = tree_top(tree))) {
                if (level->next < level->entries->len) {
                        Entry *entry = level->entries->pdata[level->next++];

                        tree_visit(tree, level->directory, entry);
                        continue;
                }
                if (tree->cli->json) {
                        json_end_array(&tree->json);
                        json_end_object(&tree->json);
                }
                g_array_set_size(tree->levels, tree->levels->len - 1);
        }
}

static void print_tree(Tree *tree, const Name *path) {
        if (!tree->cli->json) {
                print_object(tree->cli, path, kind_directory.type, NULL);
                fputc('\n', stdout);
                tree_walk(tree);
                return;
        }

        json_init(&tree->json, stdout);
        json_begin_object(&tree->json, NULL);
        json_uint(&tree->json, "version", 1);
        json_name(&tree->json, "path", path);
        json_string(&tree->json, "type", kind_directory.type);
        json_begin_array(&tree->json, "children");
        tree_walk(tree); /* ends what is open of the root */
        json_clear(&tree->json);
}

static CliExit walk(const Cli *cli, Name *path, const char *text, guint max_depth) {
        Tree tree __attribute__((cleanup(tree_clear))) = {
                .cli = cli,
                .levels = g_array_new(FALSE, FALSE, sizeof(Level)),
                .max_depth = max_depth,
        };
        HANDLE root = NULL;
        NTSTATUS status;

        g_array_set_clear_func(tree.levels, (GDestroyNotify) level_clear);
        status = object_open_directory(NULL, path, &root);
        if (!NT_SUCCESS(status))
                return cli_failed(status, "cannot open the directory '%s'", text);

        status = tree_push(&tree, root);
        if (!NT_SUCCESS(status))
                return cli_failed(status, "cannot list the directory '%s'", text);

        print_tree(&tree, path);
        return cli_incomplete(tree.code);
}

static CliExit tree_run(Cli *cli, const Command *command, int argc, char **argv) {
        int depth = DEFAULT_DEPTH;
        const GOptionEntry entries[] = {
                { "depth", 'd', 0, G_OPTION_ARG_INT, &depth, "Show at most N levels (default: 100)",
                                "N" },
                G_OPTION_ENTRY_NULL,
        };
        g_autoptr(Name) path = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;
        CliExit code;

        if (!cli_parse(cli, command, entries, &argc, &argv, 1))
                return CLI_USAGE;
        if (depth < 1)
                return cli_misused(command, "--depth is at least 1");
        path = name_parse(argc > 1 ? argv[1] : "\\", &error);
        if (!path)
                return cli_misused(command, "%s", error->message);
        text = cli_print_name(cli, path);

        code = cli_attach(cli);
        if (code != CLI_OK)
                return code;
        return walk(cli, path, text, (guint) depth);
}

const Command tree_command = {
        .name = "tree",
        .arguments = "[PATH]",
        .summary = "Show a directory and all below it",
        .description = "Shows the directory PATH, or the root, and all that is below it.\n"
                       "Links are shown, not followed.",
        .run = tree_run,
};
