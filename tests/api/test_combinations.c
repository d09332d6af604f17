/*
 * Every shape of name with every root, type, flag and object that is there already: what must hold
 * whatever the status is.
 *
 * The rows of the tables are tested elsewhere, one by one. Here the combinations that nobody
 * thought of are made, by a generator with a fixed seed: names and situations all, flags a sample
 * of their 1,024 sets that reaches each of them. [P] throughout: that a failed call leaves nothing
 * behind, that a success can be undone, that the status is one of those that ntobapi.h names, and
 * that create and open agree on what is there.
 */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

#define ARENA u"\\BaseNamedObjects\\arena"

/* Under valgrind and the sanitizers each call costs many times as much: a part must do. */
#define FLAG_SETS_ALL  28u
#define FLAG_SETS_SLOW 2u

/* Without a root a name stands in the arena, unless it begins with a separator. */
static const struct {
        const WCHAR *text;
        size_t n_units; /* 0: up to its NUL */
} shapes[] = {
        { u"here", 0 },
        { u"HERE", 0 },
        { u"here\\", 0 },
        { u"here\\x", 0 },
        { u"here\\\\x", 0 },
        { u"here\0", 5 },
        { u"\0here", 5 },
        { u"missing", 0 },
        { u"missing\\", 0 },
        { u"missing\\x", 0 },
        { u"missing\\x\\y", 0 },
        { u"directory", 0 },
        { u"directory\\", 0 },
        { u"directory\\inner", 0 },
        { u"DIRECTORY\\Inner", 0 },
        { u"directory\\\\inner", 0 },
        { u"directory\\missing", 0 },
        { u"directory\\missing\\x", 0 },
        { u"to-here", 0 },
        { u"To-Here", 0 },
        { u"to-here\\x", 0 },
        { u"to-directory", 0 },
        { u"to-directory\\", 0 },
        { u"to-directory\\inner", 0 },
        { u"to-directory\\missing", 0 },
        { u"to-link", 0 },
        { u"round", 0 },
        { u"round\\x", 0 },
        { u"to-root", 0 },
        { u"to-root\\BaseNamedObjects\\arena\\here", 0 },
        { u"dangling", 0 },
        { u"dangling\\x", 0 },
        { u"relative", 0 },
        { u"relative\\x", 0 },
        { u".", 0 },
        { u"..\\here", 0 },
        { u" ", 0 },
        { u"\xD800", 0 },
        { u"here\xDFFF", 0 },
        { u"", 0 },
        { u"\\", 0 },
        { u"\\\\", 0 },
        { u"\\here", 0 },
        { u"\\??", 0 },
        { u"\\??\\", 0 },
        { u"\\??\\GLOBALROOT\\BaseNamedObjects\\arena\\here", 0 },
        { u"\\??\\GLOBALROOT\\??\\GLOBALROOT\\BaseNamedObjects\\arena\\missing", 0 },
        { u"\\DosDevices\\Global\\GLOBALROOT\\BaseNamedObjects\\arena\\directory\\missing", 0 },
        { u"\\BaseNamedObjects\\Local\\arena\\here", 0 },
        { u"\\basenamedobjects\\ARENA\\here", 0 },
        { u"\\Device", 0 },
        { u"\\ObjectTypes\\Section", 0 },
};

static const ULONG flags[] = { OBJ_INHERIT, OBJ_PERMANENT, OBJ_EXCLUSIVE, OBJ_CASE_INSENSITIVE,
        OBJ_OPENIF, OBJ_OPENLINK, OBJ_KERNEL_HANDLE, OBJ_FORCE_ACCESS_CHECK,
        OBJ_IGNORE_IMPERSONATED_DEVICEMAP, OBJ_DONT_REPARSE };

typedef struct TypeUnderTest {
        const char *name;
        NTSTATUS (*create)(PHANDLE handle, POBJECT_ATTRIBUTES attributes);
        NTSTATUS (*open)(PHANDLE handle, POBJECT_ATTRIBUTES attributes);
} TypeUnderTest;

static NTSTATUS create_section(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return api_create_with(attributes, SECTION_ALL_ACCESS, handle);
}

static NTSTATUS open_section(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenSection(handle, DELETE | SECTION_QUERY, attributes);
}

static NTSTATUS create_directory(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtCreateDirectoryObject(handle, DIRECTORY_ALL_ACCESS, attributes);
}

static NTSTATUS open_directory(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenDirectoryObject(handle, DELETE | DIRECTORY_QUERY, attributes);
}

static NTSTATUS create_link(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        UNICODE_STRING target;

        RtlInitUnicodeString(&target, ARENA u"\\here");
        return NtCreateSymbolicLinkObject(handle, SYMBOLIC_LINK_ALL_ACCESS, attributes, &target);
}

static NTSTATUS open_link(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenSymbolicLinkObject(handle, DELETE | SYMBOLIC_LINK_QUERY, attributes);
}

static const TypeUnderTest types[] = {
        { "section", create_section, open_section },
        { "directory", create_directory, open_directory },
        { "link", create_link, open_link },
};

/* All that ntobapi.h says an open or a create may answer here. */
static const NTSTATUS statuses[] = {
        STATUS_SUCCESS,
        STATUS_OBJECT_NAME_EXISTS,
        STATUS_INVALID_PARAMETER,
        STATUS_OBJECT_NAME_INVALID,
        STATUS_OBJECT_PATH_SYNTAX_BAD,
        STATUS_INVALID_HANDLE,
        STATUS_OBJECT_TYPE_MISMATCH,
        STATUS_OBJECT_PATH_NOT_FOUND,
        STATUS_OBJECT_NAME_NOT_FOUND,
        STATUS_OBJECT_NAME_COLLISION,
        STATUS_ACCESS_DENIED,
        STATUS_REPARSE_POINT_ENCOUNTERED,
};

/* Where a name begins. */
enum { ROOT_NONE, ROOT_ARENA, ROOT_LINK, ROOT_SECTION, ROOT_CLOSED, ROOTS };

/* What stands at "here". */
enum { HERE_NOTHING, HERE_SECTION, HERE_DIRECTORY, HERE_LINK, HERES };

static struct Arena {
        HANDLE arena;
        HANDLE kept[10];
        size_t n_kept;
        HANDLE here;
        HANDLE roots[ROOTS];
} arena;

static void keep(HANDLE handle) {
        ck_assert_uint_lt(arena.n_kept, G_N_ELEMENTS(arena.kept));
        arena.kept[arena.n_kept++] = handle;
}

static void add_link(const WCHAR *name, const WCHAR *target) {
        UNICODE_STRING text;
        HANDLE link = NULL;

        RtlInitUnicodeString(&text, target);
        api_assert_ok(NtCreateSymbolicLinkObject(
                        &link, SYMBOLIC_LINK_ALL_ACCESS, NAMED_IN(arena.arena, name), &text));
        keep(link);
}

static void arena_build(void) {
        HANDLE handle = NULL;

        api_assert_ok(create_directory(&arena.arena, NAMED(ARENA)));
        api_assert_ok(create_directory(&handle, NAMED_IN(arena.arena, u"directory")));
        keep(handle);
        api_assert_ok(create_section(&handle, NAMED_IN(arena.arena, u"directory\\inner")));
        keep(handle);
        add_link(u"to-here", ARENA u"\\here");
        add_link(u"to-directory", ARENA u"\\directory");
        add_link(u"to-link", ARENA u"\\to-here");
        add_link(u"round", ARENA u"\\round");
        add_link(u"to-root", u"");
        add_link(u"dangling", u"\\nowhere\\at\\all");
        add_link(u"relative", u"nowhere");

        arena.roots[ROOT_ARENA] = arena.arena;
        arena.roots[ROOT_LINK] = arena.kept[2];
        arena.roots[ROOT_SECTION] = arena.kept[1];
        arena.roots[ROOT_CLOSED] = (HANDLE) 0x7FFC;
}

static void arena_clear(void) {
        while (arena.n_kept > 0)
                api_assert_ok(NtClose(arena.kept[--arena.n_kept]));
        api_assert_ok(NtClose(arena.arena));
}

static void here_put(unsigned here) {
        arena.here = NULL;
        if (here == HERE_SECTION)
                api_assert_ok(create_section(&arena.here, NAMED_IN(arena.arena, u"here")));
        else if (here == HERE_DIRECTORY)
                api_assert_ok(create_directory(&arena.here, NAMED_IN(arena.arena, u"here")));
        else if (here == HERE_LINK) {
                UNICODE_STRING target;

                RtlInitUnicodeString(&target, ARENA u"\\directory\\inner");
                api_assert_ok(NtCreateSymbolicLinkObject(&arena.here, SYMBOLIC_LINK_ALL_ACCESS,
                                NAMED_IN(arena.arena, u"here"), &target));
        }
}

static void here_take(void) {
        if (arena.here)
                api_assert_ok(NtClose(arena.here));
}

/* One combination. */
typedef struct Case {
        ApiName name;
        WCHAR text[256];
        char story[512];
        const TypeUnderTest *type;
} Case;

static void case_set(Case *one, unsigned shape, unsigned root, unsigned type, ULONG bits) {
        const WCHAR *text = shapes[shape].text;
        size_t n_prefix = 0, n_units = shapes[shape].n_units;

        while (shapes[shape].n_units == 0 && text[n_units] != 0)
                n_units++;
        if (root == ROOT_NONE && n_units > 0 && text[0] != '\\') {
                n_prefix = sizeof(ARENA) / sizeof(WCHAR);
                memcpy(one->text, ARENA u"\\", n_prefix * sizeof(WCHAR));
        }
        memcpy(one->text + n_prefix, text, n_units * sizeof(WCHAR));
        api_name(&one->name, arena.roots[root], u"", bits);
        one->name.string.Buffer = one->text;
        one->name.string.Length = (USHORT) ((n_prefix + n_units) * sizeof(WCHAR));
        one->name.string.MaximumLength = one->name.string.Length;
        one->type = &types[type];
        snprintf(one->story, sizeof(one->story), "%s, name %u, root %u, attributes 0x%x",
                        types[type].name, shape, root, bits);
}

static void expect_known(const Case *one, const char *call, NTSTATUS status, HANDLE handle) {
        bool known = false;

        for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
                known = known || statuses[i] == status;
        ck_assert_msg(known, "%s of %s: %08X is not a status that it may have", call, one->story,
                        (unsigned) status);
        ck_assert_msg(NT_SUCCESS(status) == (handle != NULL), "%s of %s: %08X leaves handle %p",
                        call, one->story, (unsigned) status, handle);
}

static NTSTATUS try_open(Case *one, PHANDLE handle) {
        NTSTATUS status;

        *handle = API_WILD;
        status = one->type->open(handle, &one->name.attributes);
        expect_known(one, "open", status, *handle);
        return status;
}

/* What was made goes without a trace. */
static void undo(Case *one, HANDLE handle) {
        if (one->name.attributes.Attributes & OBJ_PERMANENT)
                api_assert_ok(NtMakeTemporaryObject(handle));
        api_assert_ok(NtClose(handle));
}

/* Opens twice; whatever comes must come again. Returns what it was. */
static NTSTATUS check_open(Case *one) {
        HANDLE first = NULL, second = NULL;
        NTSTATUS status = try_open(one, &first), again;

        if (first)
                api_assert_ok(NtClose(first));
        again = try_open(one, &second);
        if (second)
                api_assert_ok(NtClose(second));
        ck_assert_msg(again == status, "open of %s: %08X, then %08X", one->story, (unsigned) status,
                        (unsigned) again);
        return status;
}

static void check_create(Case *one, NTSTATUS opened) {
        ULONG bits = one->name.attributes.Attributes;
        bool named = one->name.string.Length > 0;
        HANDLE handle = API_WILD, other = NULL;
        NTSTATUS status = one->type->create(&handle, &one->name.attributes);

        expect_known(one, "create", status, handle);
        if (!NT_SUCCESS(status)) {
                ck_assert_msg(check_open(one) == opened, "a failed create of %s (%08X) changed it",
                                one->story, (unsigned) status);
                return;
        }
        ck_assert_msg(!named || bits & OBJ_OPENIF || !NT_SUCCESS(opened),
                        "create of %s made what was there", one->story);

        /* While there is a handle the name can be opened, unless that one wants to be alone. */
        if (named && !(bits & (OBJ_EXCLUSIVE | OBJ_DONT_REPARSE))) {
                NTSTATUS reopened = try_open(one, &other);

                ck_assert_msg(NT_SUCCESS(reopened), "open of what create of %s gave: %08X",
                                one->story, (unsigned) reopened);
                api_assert_ok(NtCompareObjects(handle, other));
                api_assert_ok(NtClose(other));
        }
        if (NT_SUCCESS(opened) && named)
                api_assert_ok(NtClose(handle)); /* opened, not made */
        else
                undo(one, handle);
        ck_assert_msg(check_open(one) == opened, "%s is not as it was before its create",
                        one->story);
}

static ULONG flags_from(uint32_t random) {
        ULONG bits = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
                if (random & 1u << i)
                        bits |= flags[i];
        }
        return bits;
}

START_TEST(every_combination_keeps_its_promises) {
        GRand *random = g_rand_new_with_seed(20 + (guint32) _i);
        bool slow = getenv("CK_TIMEOUT_MULTIPLIER") != NULL;
        unsigned n_sets = slow ? FLAG_SETS_SLOW : FLAG_SETS_ALL, n = 0;

        arena_build();
        here_put((unsigned) _i);
        for (unsigned shape = 0; shape < G_N_ELEMENTS(shapes); shape++) {
                for (unsigned root = 0; root < ROOTS; root++) {
                        for (unsigned type = 0; type < G_N_ELEMENTS(types); type++) {
                                for (unsigned set = 0; set < n_sets; set++) {
                                        ULONG bits = set == 0 ? 0 : flags_from(g_rand_int(random));
                                        Case one;

                                        case_set(&one, shape, root, type, bits);
                                        check_create(&one, check_open(&one));
                                        n += 2;
                                }
                        }
                }
        }
        here_take();
        arena_clear();
        g_rand_free(random);
        ck_assert_uint_ge(n * HERES, slow ? 10000 : 150000);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, every_combination_keeps_its_promises, 0, HERES);
}

int main(void) {
        return api_main("combinations", 120, add);
}
