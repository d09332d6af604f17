/*
 * What an object is, as far as its viewer may know. The directory that holds it names its type;
 * then it is opened as that with whatever rights the viewer has, and asked. What cannot be asked is
 * said to be unknown and why: a missing size must not look like a size of zero.
 */

#include <stdio.h>

#include "cli.h"
#include "directory.h"
#include "object.h"

/* 1970 in the time that NT counts, in 100 ns. */
#define EPOCH_OF_UNIX 116444736000000000ll

typedef struct Stat {
        const char *type; /* as the server says it, or NULL if nobody can tell */
        NTSTATUS opened;  /* of opening it; STATUS_NOT_IMPLEMENTED if there is no service for the
                             type */
        const Kind *kind; /* with @basic and what follows, if it could be opened */
        OBJECT_BASIC_INFORMATION basic;
        Name *path;        /* NULL if it could not be asked */
        NTSTATUS inquired; /* of asking for what its kind has, below */
        SECTION_BASIC_INFORMATION section;
        Name *target;
} Stat;

static const Right section_attributes[] = {
        { "SEC_BASED", SEC_BASED },
        { "SEC_NO_CHANGE", SEC_NO_CHANGE },
        { "SEC_FILE", SEC_FILE },
        { "SEC_IMAGE", SEC_IMAGE },
        { "SEC_PROTECTED_IMAGE", SEC_PROTECTED_IMAGE },
        { "SEC_RESERVE", SEC_RESERVE },
        { "SEC_COMMIT", SEC_COMMIT },
        { "SEC_NOCACHE", SEC_NOCACHE },
        { "SEC_GLOBAL", SEC_GLOBAL },
        { "SEC_WRITECOMBINE", SEC_WRITECOMBINE },
        { "SEC_LARGE_PAGES", SEC_LARGE_PAGES },
        { NULL, 0 },
};

static void stat_clear(Stat *stat) {
        name_free(stat->path);
        name_free(stat->target);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stat, stat_clear)

/* The parent's path and the last component of @path; false if it has none. */
static bool split(const Name *path, Name **ret_parent, Name **ret_leaf) {
        size_t at = path->n_units;

        while (at > 0 && path->units[at - 1] != '\\')
                at--;
        if (at == 0 || at == path->n_units)
                return false;

        *ret_parent = name_new(path->units, at > 1 ? at - 1 : 1);
        *ret_leaf = name_new(path->units + at, path->n_units - at);
        return true;
}

/* The type that @directory names for @leaf, or NULL. As for opening, the exact name goes first. */
static const char *find_type(HANDLE directory, const Name *leaf) {
        g_auto(DirectoryReader) reader = { 0 };
        const char *type = NULL;

        directory_reader_init(&reader, directory);
        for (;;) {
                g_autoptr(Entry) entry = NULL;

                if (directory_reader_next(&reader, &entry) != STATUS_SUCCESS)
                        return type;
                if (name_equal(entry->name, leaf, false))
                        return entry->type;
                if (!type && name_equal(entry->name, leaf, true))
                        type = entry->type;
        }
}

static const char *listed_type(const Name *path) {
        g_autoptr(Name) parent = NULL;
        g_autoptr(Name) leaf = NULL;
        autohandle HANDLE directory = NULL;

        if (!split(path, &parent, &leaf))
                return NULL;
        if (!NT_SUCCESS(object_open_path(&kind_directory, parent, DIRECTORY_QUERY, &directory)))
                return NULL;
        return find_type(directory, leaf);
}

/* Everything that the viewer may do with it; what he may read without any right comes with it. */
static NTSTATUS open_as(const Kind *kind, Name *path, HANDLE *ret) {
        return object_open_path(kind, path, MAXIMUM_ALLOWED, ret);
}

/*
 * The directory could not be listed, or does not name it, as `\??` does not name what it takes from
 * `\GLOBAL??`: what it is, is then found out by trying. Links first: the others would be followed.
 */
static NTSTATUS open_as_something(Name *path, const Kind **ret_kind, HANDLE *ret) {
        const Kind *const kinds[] = { &kind_symbolic_link, &kind_directory, &kind_section };
        NTSTATUS status = STATUS_OBJECT_TYPE_MISMATCH;

        for (size_t i = 0; i < G_N_ELEMENTS(kinds) && status == STATUS_OBJECT_TYPE_MISMATCH; i++) {
                status = open_as(kinds[i], path, ret);
                if (NT_SUCCESS(status))
                        *ret_kind = kinds[i];
        }
        return status;
}

static void inquire(Stat *stat, HANDLE handle) {
        if (stat->kind == &kind_section)
                stat->inquired = zw_query_section(handle, SectionBasicInformation, &stat->section,
                                sizeof(stat->section), NULL);
        else if (stat->kind == &kind_symbolic_link)
                stat->inquired = object_query_target(handle, &stat->target);
}

static NTSTATUS stat_query(Stat *stat, Name *path) {
        autohandle HANDLE handle = NULL;
        const Kind *kind = NULL;
        NTSTATUS status;

        stat->type = listed_type(path);
        if (stat->type) {
                kind = kind_find(stat->type);
                stat->opened = kind ? open_as(kind, path, &handle) : STATUS_NOT_IMPLEMENTED;
        } else {
                stat->opened = open_as_something(path, &kind, &handle);
                stat->type = kind ? kind->type : NULL;
        }
        if (stat->opened == STATUS_NOT_IMPLEMENTED)
                return STATUS_SUCCESS; /* what can be known is known */
        if (!NT_SUCCESS(stat->opened))
                return stat->opened;

        status = zw_query_object(
                        handle, ObjectBasicInformation, &stat->basic, sizeof(stat->basic), NULL);
        if (!NT_SUCCESS(status))
                return status;
        stat->kind = kind;
        object_query_path(handle, &stat->path);
        inquire(stat, handle);
        return stat->inquired;
}

/* Handles that others have: this program's own is none that the viewer wants to hear of. */
static ULONG stat_handles(const Stat *stat) {
        return stat->basic.HandleCount > 0 ? stat->basic.HandleCount - 1 : 0;
}

static char *stat_creation(const Stat *stat) {
        g_autoptr(GDateTime) created = NULL;

        if (stat->basic.CreationTime.QuadPart <= EPOCH_OF_UNIX)
                return NULL;
        created = g_date_time_new_from_unix_utc(
                        (stat->basic.CreationTime.QuadPart - EPOCH_OF_UNIX) / 10000000);
        return created ? g_date_time_format(created, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static void print_flags(const Right *flags, ULONG mask) {
        for (; flags->name; flags++) {
                if (mask & flags->mask)
                        printf(" %s", flags->name);
        }
}

static void print_kind(const Cli *cli, const Stat *stat) {
        g_autofree char *problem = cli_status_text(stat->inquired);

        if (stat->kind == &kind_section && NT_SUCCESS(stat->inquired)) {
                printf("        Size: %lld\n", (long long) stat->section.MaximumSize.QuadPart);
                printf("  Attributes: 0x%08X", (unsigned) stat->section.AllocationAttributes);
                print_flags(section_attributes, stat->section.AllocationAttributes);
                putchar('\n');
        } else if (stat->kind == &kind_section) {
                printf("        Size: unknown (%s)\n", problem);
        } else if (stat->kind == &kind_symbolic_link && stat->target) {
                g_autofree char *target = cli_print_name(cli, stat->target);

                printf("      Target: %s\n", target);
        } else if (stat->kind == &kind_symbolic_link) {
                printf("      Target: unknown (%s)\n", problem);
        }
}

static void print_text(const Cli *cli, const Name *path, const Stat *stat) {
        g_autofree char *asked = cli_print_name(cli, path);
        g_autofree char *full = stat->path ? cli_print_name(cli, stat->path) : NULL;
        g_autofree char *created = stat->kind ? stat_creation(stat) : NULL;

        printf("        Path: %s\n", full && *full ? full : asked);
        printf("        Type: %s%s%s\n", cli_color_begin(cli, stat->type), stat->type,
                        cli_color_end(cli, stat->type));
        if (!stat->kind) {
                g_autofree char *problem = cli_status_text(stat->opened);

                if (stat->opened == STATUS_NOT_IMPLEMENTED)
                        puts("      Opened: no, this version cannot open objects of this type");
                else
                        printf("      Opened: no (%s)\n", problem);
                return;
        }

        printf("      Access: 0x%08X", (unsigned) stat->basic.GrantedAccess);
        print_flags(stat->kind->rights, stat->basic.GrantedAccess);
        print_flags(standard_rights, stat->basic.GrantedAccess);
        printf("\n     Handles: %u\n", (unsigned) stat_handles(stat));
        printf("  References: %u\n", (unsigned) stat->basic.PointerCount);
        printf("    Lifetime: %s\n",
                        stat->basic.Attributes & OBJ_PERMANENT ? "permanent" : "temporary");
        if (created)
                printf("     Created: %s\n", created);
        print_kind(cli, stat);
}

static void write_flags(JsonWriter *json, const char *key, const Right *const *tables, ULONG mask) {
        json_begin_object(json, key);
        json_uint(json, "mask", mask);
        json_begin_array(json, "names");
        for (; *tables; tables++) {
                for (const Right *flag = *tables; flag->name; flag++) {
                        if (mask & flag->mask)
                                json_string(json, NULL, flag->name);
                }
        }
        json_end_array(json);
        json_end_object(json);
}

static void write_opened(JsonWriter *json, const Stat *stat) {
        const Right *const rights[] = { stat->kind->rights, standard_rights, NULL };
        const Right *const attributes[] = { section_attributes, NULL };
        g_autofree char *created = stat_creation(stat);

        if (stat->path)
                json_name(json, "path", stat->path);
        write_flags(json, "access", rights, stat->basic.GrantedAccess);
        json_uint(json, "handles", stat_handles(stat));
        json_uint(json, "references", stat->basic.PointerCount);
        json_bool(json, "permanent", stat->basic.Attributes & OBJ_PERMANENT);
        if (created)
                json_string(json, "created", created);
        if (stat->kind == &kind_section && NT_SUCCESS(stat->inquired)) {
                json_uint(json, "size", (uint64_t) stat->section.MaximumSize.QuadPart);
                write_flags(json, "attributes", attributes, stat->section.AllocationAttributes);
        }
        if (stat->target)
                json_name(json, "target", stat->target);
}

static void write_json(JsonWriter *json, const Name *path, const Stat *stat, NTSTATUS status) {
        json_begin_object(json, NULL);
        json_name(json, "asked", path);
        if (stat->type)
                json_string(json, "type", stat->type);
        if (stat->type)
                json_bool(json, "opened", stat->kind != NULL);
        if (stat->kind)
                write_opened(json, stat);
        if (!NT_SUCCESS(status))
                cli_json_error(json, status);
        json_end_object(json);
}

static CliExit show(const Cli *cli, JsonWriter *json, Name *path) {
        g_auto(Stat) stat = { 0 };
        g_autofree char *text = cli_print_name(cli, path);
        NTSTATUS status = stat_query(&stat, path);

        if (cli->json)
                write_json(json, path, &stat, status);
        else if (stat.type)
                print_text(cli, path, &stat);

        if (NT_SUCCESS(status))
                return CLI_OK;
        fflush(stdout); /* so that the message comes behind what it is about */
        return cli_failed(
                        status, stat.kind ? "cannot ask all about '%s'" : "cannot open '%s'", text);
}

static GPtrArray *parse_paths(const Command *command, int argc, char **argv) {
        g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);
        g_autoptr(GError) error = NULL;

        if (argc < 2) {
                cli_misused(command, "which object?");
                return NULL;
        }
        for (int i = 1; i < argc; i++) {
                Name *path = name_parse(argv[i], &error);

                if (!path) {
                        cli_misused(command, "%s", error->message);
                        return NULL;
                }
                g_ptr_array_add(paths, path);
        }
        return g_steal_pointer(&paths);
}

static CliExit stat_run(Cli *cli, const Command *command, int argc, char **argv) {
        g_autoptr(GPtrArray) paths = NULL;
        JsonWriter json;
        CliExit code;

        if (!cli_parse(cli, command, NULL, &argc, &argv, -1))
                return CLI_USAGE;
        paths = parse_paths(command, argc, argv);
        if (!paths)
                return CLI_USAGE;

        code = cli_attach(cli);
        if (code != CLI_OK)
                return code;

        if (cli->json) {
                json_init(&json, stdout);
                json_begin_object(&json, NULL);
                json_uint(&json, "version", 1);
                json_begin_array(&json, "objects");
        }
        for (guint i = 0; i < paths->len; i++) {
                if (i > 0 && !cli->json)
                        putchar('\n');
                code = cli_worse(code, show(cli, &json, paths->pdata[i]));
        }
        if (cli->json) {
                json_end_array(&json);
                json_end_object(&json);
                json_clear(&json);
        }
        return code;
}

const Command stat_command = {
        .name = "stat",
        .arguments = "PATH...",
        .summary = "Tell what objects are",
        .description = "Tells of each object its type, what you may do with it, how many handles "
                       "others have to\n"
                       "it, the size and attributes of a section, and what a link stands for.\n"
                       "A link at the end of PATH is not followed.",
        .run = stat_run,
};
