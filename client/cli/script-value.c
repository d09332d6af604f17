#include "script-value.h"

#include <inttypes.h>
#include <string.h>

/* More of something long than this helps nobody. */
#define PRINTED_BYTES_MAX 64u
#define PRINTED_UNITS_MAX 512u

GVariant *script_integer_new(uint64_t value) {
        return g_variant_ref_sink(g_variant_new_uint64(value));
}

GVariant *script_name_new(const WCHAR *units, size_t n_units) {
        return g_variant_ref_sink(g_variant_new_fixed_array(
                        G_VARIANT_TYPE_UINT16, units, n_units, sizeof(WCHAR)));
}

GVariant *script_bytes_new(const void *bytes, size_t n_bytes) {
        return g_variant_ref_sink(
                        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, n_bytes, 1));
}

GVariant *script_list_new(GPtrArray *names) {
        g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aaq"));

        for (guint i = 0; i < names->len; i++) {
                const Name *name = names->pdata[i];
                g_autoptr(GVariant) value = script_name_new(name->units, name->n_units);

                g_variant_builder_add_value(&builder, value);
        }
        return g_variant_ref_sink(g_variant_builder_end(&builder));
}

uint64_t script_integer(GVariant *value) {
        return g_variant_get_uint64(value);
}

Name *script_name(GVariant *value) {
        gsize n_units = 0;
        const WCHAR *units = g_variant_get_fixed_array(value, &n_units, sizeof(WCHAR));

        return name_new(units, n_units);
}

const uint8_t *script_bytes(GVariant *value, size_t *ret_n_bytes) {
        return g_variant_get_fixed_array(value, ret_n_bytes, 1);
}

GPtrArray *script_list(GVariant *value) {
        GPtrArray *names = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);

        for (gsize i = 0; i < g_variant_n_children(value); i++) {
                g_autoptr(GVariant) child = g_variant_get_child_value(value, i);

                g_ptr_array_add(names, script_name(child));
        }
        return names;
}

const char *script_type_text(ScriptType type) {
        switch (type) {
        case SCRIPT_INTEGER:
                return "an integer";
        case SCRIPT_NAME:
                return "a name";
        case SCRIPT_BYTES:
                return "bytes";
        case SCRIPT_LIST:
                return "a list of names";
        }
        g_assert_not_reached();
}

static void print_name(GString *text, GVariant *value) {
        g_autoptr(Name) name = script_name(value);
        size_t n_units = name->n_units;
        g_autofree char *printed = NULL;

        if (n_units > PRINTED_UNITS_MAX)
                name->n_units = PRINTED_UNITS_MAX;
        printed = name_print(name, g_get_charset(NULL));
        g_string_append_printf(text, "\"%s\"", printed);
        if (n_units > PRINTED_UNITS_MAX)
                g_string_append_printf(text, "... (%zu units)", n_units);
}

static void print_bytes(GString *text, GVariant *value) {
        size_t n_bytes;
        const uint8_t *bytes = script_bytes(value, &n_bytes);

        for (size_t i = 0; i < n_bytes && i < PRINTED_BYTES_MAX; i++)
                g_string_append_printf(text, i ? " %02x" : "%02x", bytes[i]);
        if (n_bytes > PRINTED_BYTES_MAX)
                g_string_append_printf(text, " ... (%zu bytes)", n_bytes);
        if (n_bytes == 0)
                g_string_append(text, "no bytes");
}

static void print_list(GString *text, GVariant *value) {
        gsize n = g_variant_n_children(value);

        g_string_append(text, n ? "" : "nothing");
        for (gsize i = 0; i < n && i < PRINTED_BYTES_MAX; i++) {
                g_autoptr(GVariant) child = g_variant_get_child_value(value, i);

                g_string_append(text, i ? " " : "");
                print_name(text, child);
        }
        if (n > PRINTED_BYTES_MAX)
                g_string_append_printf(text, " ... (%zu names)", n);
}

char *script_value_print(GVariant *value) {
        GString *text = g_string_new(NULL);

        if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64))
                g_string_append_printf(text, "%" PRIu64 " (0x%" PRIX64 ")", script_integer(value),
                                script_integer(value));
        else if (g_variant_is_of_type(value, G_VARIANT_TYPE("aq")))
                print_name(text, value);
        else if (g_variant_is_of_type(value, G_VARIANT_TYPE("ay")))
                print_bytes(text, value);
        else
                print_list(text, value);
        return g_string_free(text, FALSE);
}
