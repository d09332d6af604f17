#include "json.h"

#include <inttypes.h>

void json_init(JsonWriter *json, FILE *out) {
        *json = (JsonWriter){ .out = out, .closers = g_string_new(NULL) };
}

void json_clear(JsonWriter *json) {
        g_assert(json->closers->len == 0);
        g_string_free(json->closers, TRUE);
        fputc('\n', json->out);
}

static void put_indentation(JsonWriter *json) {
        fputc('\n', json->out);
        for (size_t i = 0; i < json->closers->len; i++)
                fputs("  ", json->out);
}

/* Every string goes out as ASCII: whatever the reader's locale is, it cannot break it. */
static void put_unit(JsonWriter *json, WCHAR unit) {
        if (unit == '"' || unit == '\\')
                fprintf(json->out, "\\%c", (char) unit);
        else if (unit >= 0x20 && unit < 0x7F)
                fputc(unit, json->out);
        else
                fprintf(json->out, "\\u%04x", (unsigned) unit);
}

static void put_text(JsonWriter *json, const char *text) {
        g_autofree char *valid = g_utf8_make_valid(text, -1);

        fputc('"', json->out);
        for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
                gunichar c = g_utf8_get_char(at);

                if (c >= 0x10000) {
                        put_unit(json, (WCHAR) (0xD800u + ((c - 0x10000u) >> 10)));
                        c = 0xDC00u + ((c - 0x10000u) & 0x3FFu);
                }
                put_unit(json, (WCHAR) c);
        }
        fputc('"', json->out);
}

static void begin_value(JsonWriter *json, const char *key) {
        bool inside = json->closers->len > 0;

        g_assert((key != NULL) == (inside && json->closers->str[json->closers->len - 1] == '}'));
        if (json->after_value)
                fputc(',', json->out);
        if (inside)
                put_indentation(json);
        if (key) {
                put_text(json, key);
                fputs(": ", json->out);
        }
        json->after_value = true;
}

static void begin_container(JsonWriter *json, const char *key, char opener, char closer) {
        begin_value(json, key);
        fputc(opener, json->out);
        g_string_append_c(json->closers, closer);
        json->after_value = false;
}

static void end_container(JsonWriter *json, char closer) {
        size_t depth = json->closers->len;

        g_assert(depth > 0 && json->closers->str[depth - 1] == closer);
        g_string_truncate(json->closers, depth - 1);
        if (json->after_value)
                put_indentation(json);
        fputc(closer, json->out);
        json->after_value = true;
}

void json_begin_object(JsonWriter *json, const char *key) {
        begin_container(json, key, '{', '}');
}

void json_end_object(JsonWriter *json) {
        end_container(json, '}');
}

void json_begin_array(JsonWriter *json, const char *key) {
        begin_container(json, key, '[', ']');
}

void json_end_array(JsonWriter *json) {
        end_container(json, ']');
}

void json_string(JsonWriter *json, const char *key, const char *value) {
        begin_value(json, key);
        put_text(json, value);
}

void json_name(JsonWriter *json, const char *key, const Name *value) {
        begin_value(json, key);
        fputc('"', json->out);
        for (size_t i = 0; i < value->n_units; i++)
                put_unit(json, value->units[i]);
        fputc('"', json->out);
}

void json_uint(JsonWriter *json, const char *key, uint64_t value) {
        begin_value(json, key);
        fprintf(json->out, "%" PRIu64, value);
}

void json_bool(JsonWriter *json, const char *key, bool value) {
        begin_value(json, key);
        fputs(value ? "true" : "false", json->out);
}

void json_null(JsonWriter *json, const char *key) {
        begin_value(json, key);
        fputs("null", json->out);
}
