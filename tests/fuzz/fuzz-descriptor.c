/*
 * Security descriptors, as bytes and as text.
 *
 * The input's first byte are flags, the next four the rights that are wished for, the rest is a
 * self-relative descriptor or, with the flag TEXT, SDDL. A descriptor that is accepted must survive
 * being written, shown and read again, checked against, handed down and changed.
 */

#include <glib.h>
#include <string.h>

#include "access.h"
#include "fuzz.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "sddl.h"
#include "security-descriptor.h"
#include "security.h"
#include "token.h"

#define TEXT      0x01
#define ROOT      0x02
#define LOW       0x04
#define CONTAINER 0x08
#define KERNEL    0x10

#define HEAD     5u
#define ALL      0xFu
#define WHOLE_SD (ALL | LABEL_SECURITY_INFORMATION)
#define USER     1000u

static Token *make_token(unsigned flags) {
        const gid_t groups[] = { 50 };
        const TokenSource source = {
                .uid = flags & ROOT ? 0 : USER,
                .gid = USER,
                .groups = groups,
                .n_groups = 1,
                .system = true,
                .ntobjd_group = (gid_t) -1,
        };
        Token *token = NULL;

        MUST(NT_SUCCESS(token_new(&source, &token)));
        token_adjust(token, flags & ROOT ? token->privileges : 0, 0, 0);
        if (flags & LOW)
                token->integrity = SECURITY_MANDATORY_LOW_RID;
        return token;
}

/* Writing what was read changes nothing from then on. */
static void write_again(const DescriptorView *view) {
        size_t size = descriptor_size(view);
        void *first = malloc(size), *second = malloc(size);
        DescriptorView again;

        MUST(first && second && size <= DESCRIPTOR_SIZE_MAX);
        descriptor_write(view, first);
        MUST(NT_SUCCESS(descriptor_view(first, size, &again)));
        MUST(descriptor_size(&again) == size);
        descriptor_write(&again, second);
        MUST(memcmp(first, second, size) == 0);
        free(first);
        free(second);
}

static void *parse(const char *text, size_t *size) {
        void *data = NULL;

        MUST(NT_SUCCESS(sddl_parse(text, &data, size, NULL)));
        return data;
}

static char *format(const void *data, size_t size) {
        char *text = NULL;
        NTSTATUS status = sddl_format(data, size, ALL, &text);

        MUST(NT_SUCCESS(status) || status == STATUS_INVALID_ACL);
        return text;
}

/* What has a text is described by it in full. */
static void show_again(const void *data, size_t size) {
        char *first = format(data, size), *second;
        void *parsed;
        size_t n_parsed = 0;

        if (!first)
                return;
        parsed = parse(first, &n_parsed);
        second = format(parsed, n_parsed);
        MUST(second && strcmp(first, second) == 0);
        free(second);
        free(parsed);
        free(first);
}

/* Who gets the maximum may ask for just that, and nobody gets what a check for it refuses. */
static void check(const DescriptorView *view,
                const Token *token,
                const ObjectTypeRules *type,
                ACCESS_MASK desired) {
        ACCESS_MASK plain = access_map_generic(&type->mapping, desired & ~MAXIMUM_ALLOWED);
        ACCESS_MASK granted = 0, again = 0;

        if (NT_SUCCESS(access_check(view, token, &type->mapping, false, desired, &granted)))
                MUST((granted & plain) == plain);
        else
                MUST(granted == 0);
        if (!NT_SUCCESS(access_check(
                            view, token, &type->mapping, false, MAXIMUM_ALLOWED, &granted)))
                return;
        MUST(granted != 0);
        MUST(NT_SUCCESS(access_check(view, token, &type->mapping, false, granted, &again)));
        MUST(again == granted);
        for (unsigned bit = 0; bit < 19; bit++) { /* above, privileges have their say */
                ACCESS_MASK right = 1u << bit;
                NTSTATUS status = access_check(view, token, &type->mapping, false, right, &again);

                MUST(NT_SUCCESS(status) == ((granted & right) != 0) || !view->dacl);
        }
}

static void query_all(const Security *security) {
        for (SECURITY_INFORMATION information = 0; information <= WHOLE_SD; information++) {
                void *data = NULL;
                size_t size = 0;
                DescriptorView view;

                MUST(NT_SUCCESS(security_query(security, information, &data, &size)));
                MUST(NT_SUCCESS(descriptor_view(data, size, &view)));
                g_free(data);
        }
}

/* As the descriptor of an object, of its directory, and as what is set. */
static void keep(const DescriptorView *view,
                const Token *token,
                const ObjectTypeRules *type,
                bool kernel_mode) {
        SecurityStore *store = security_store_new();
        Security *made = NULL, *assigned = NULL, *inherited = NULL, *again = NULL, *changed = NULL;
        SecurityOrigin origin = { .explicit_view = view, .token = token, .type = type };

        MUST(NT_SUCCESS(security_new(store, NULL, view, &made)));
        query_all(made);
        origin.kernel_mode = kernel_mode;
        if (NT_SUCCESS(security_assign(store, NULL, &origin, &assigned)))
                query_all(assigned);
        origin.explicit_view = NULL;
        origin.parent = made;
        if (NT_SUCCESS(security_assign(store, NULL, &origin, &inherited))) {
                query_all(inherited);
                MUST(NT_SUCCESS(security_assign(store, NULL, &origin, &again)));
                MUST(again == inherited);
        }
        if (NT_SUCCESS(security_change(store, NULL, inherited ? inherited : made, WHOLE_SD, view,
                            token, type, kernel_mode, &changed)))
                query_all(changed);
        security_unref(made);
        security_unref(assigned);
        security_unref(inherited);
        security_unref(again);
        security_unref(changed);
        security_store_free(store); /* says so if one is left */
}

static void run(unsigned flags, ACCESS_MASK desired, const void *data, size_t size) {
        const ObjectTypeRules *type =
                        object_type_rules(flags & CONTAINER ? KIND_DIRECTORY : KIND_SECTION);
        DescriptorView view;
        Token *token;

        if (!NT_SUCCESS(descriptor_view(data, size, &view)))
                return;
        token = make_token(flags);
        write_again(&view);
        show_again(data, size);
        check(&view, token, type, desired);
        keep(&view, token, type, (flags & KERNEL) != 0);
        token_unref(token);
}

/* Text that means something means the same once it is written as we write it. */
static void run_text(unsigned flags, ACCESS_MASK desired, const char *text) {
        void *data = NULL, *again;
        size_t size = 0, n_again = 0, error = 0;
        char *shown;

        if (!NT_SUCCESS(sddl_parse(text, &data, &size, &error))) {
                MUST(error <= strlen(text));
                return;
        }
        shown = format(data, size);
        MUST(shown);
        again = parse(shown, &n_again);
        MUST(n_again == size && memcmp(again, data, size) == 0);
        run(flags, desired, data, size);
        free(again);
        free(shown);
        free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        size_t n_rest = size < HEAD ? 0 : size - HEAD;
        uint32_t desired = 0;
        char *rest;

        if (size < HEAD || size > 2 * DESCRIPTOR_SIZE_MAX)
                return 0;
        memcpy(&desired, data + 1, sizeof(desired));
        /* Memory of just that size, so that reading on is noticed. */
        rest = malloc(data[0] & TEXT ? n_rest + 1 : n_rest);
        MUST(rest || n_rest == 0);
        if (n_rest > 0)
                memcpy(rest, data + HEAD, n_rest);
        if (data[0] & TEXT) {
                rest[n_rest] = '\0';
                run_text(data[0], desired, rest);
        } else {
                run(data[0], desired, rest, n_rest);
        }
        free(rest);
        return 0;
}
