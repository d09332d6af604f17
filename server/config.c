#include "config.h"

#include <string.h>

#include "token-rules.h"

#define GROUP_DAEMON     "daemon"
#define GROUP_LIMITS     "limits"
#define GROUP_PRIVILEGES "privileges"
#define GROUP_SIDS       "sids"

#define MAX_PARKED_DEFAULT 4096u
#define MAX_PARKED_MOST    4096u /* libzw has room for no more */

typedef struct Parse {
        GKeyFile *file;
        const char *path;
        Config config;
} Parse;

void config_init(Config *config) {
        *config = (Config){
                .max_parked = MAX_PARKED_DEFAULT,
                .log_level = LOG_LEVEL_INFO,
                .token_rules = token_rules_new(),
        };
        quota_limits_init(&config->limits);
}

void config_clear(Config *config) {
        g_clear_pointer(&config->known_dlls, g_free);
        g_clear_pointer(&config->token_rules, g_array_unref);
}

static bool refuse(const Parse *parse,
                const char *group,
                const char *key,
                const char *problem,
                GError **error) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: [%s] %s: %s",
                        parse->path, group, key, problem);
        return false;
}

/* A whole number, or one with K, M, G or T, in powers of 1024. */
static bool parse_amount(const char *text, uint64_t *ret) {
        static const char units[] = "KMGT";
        size_t length = strlen(text);
        g_autofree char *digits = NULL;
        const char *unit;
        unsigned shift = 0;
        guint64 number;

        if (length == 0)
                return false;
        unit = strchr(units, text[length - 1]);
        if (unit) {
                shift = 10 * (unsigned) (unit - units + 1);
                length--;
        }

        digits = g_strndup(text, length);
        if (!g_ascii_string_to_unsigned(digits, 10, 0, UINT64_MAX >> shift, &number, NULL))
                return false;
        *ret = number << shift;
        return true;
}

static bool parse_limit(Parse *parse, const char *key, const char *value, GError **error) {
        uint64_t amount;

        if (!parse_amount(value, &amount))
                return refuse(parse, GROUP_LIMITS, key,
                                "not a number, or one followed by K, M, G or T", error);

        if (strcmp(key, "max-parked") == 0) {
                if (amount > MAX_PARKED_MOST)
                        return refuse(parse, GROUP_LIMITS, key, "at most 4096", error);
                parse->config.max_parked = (unsigned) amount;
                return true;
        }
        for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
                if (strcmp(key, quota_kind_name(kind)) != 0)
                        continue;
                parse->config.limits.limit[kind] = amount;
                return true;
        }
        return refuse(parse, GROUP_LIMITS, key, "no such limit", error);
}

static bool parse_known_dlls(Parse *parse, const char *key, const char *value, GError **error) {
        if (value[0] != '\0' && !g_path_is_absolute(value))
                return refuse(parse, GROUP_DAEMON, key, "not a path that begins with a /", error);
        g_free(parse->config.known_dlls);
        parse->config.known_dlls = value[0] != '\0' ? g_strdup(value) : NULL;
        return true;
}

static bool parse_daemon(Parse *parse, const char *key, const char *value, GError **error) {
        if (strcmp(key, "known-dlls") == 0)
                return parse_known_dlls(parse, key, value, error);
        if (strcmp(key, "log-level") != 0)
                return refuse(parse, GROUP_DAEMON, key, "no such key", error);
        if (!log_level_parse(value, &parse->config.log_level))
                return refuse(parse, GROUP_DAEMON, key, "not error, warning, info or debug", error);
        return true;
}

static bool parse_privileges(Parse *parse, const char *key, const char *value, GError **error) {
        const char *problem = NULL;

        if (!token_rules_add_privileges(parse->config.token_rules, key, value, &problem))
                return refuse(parse, GROUP_PRIVILEGES, key, problem, error);
        return true;
}

static bool parse_sids(Parse *parse, const char *key, const char *value, GError **error) {
        const char *problem = NULL;

        if (!token_rules_add_sids(parse->config.token_rules, key, value, &problem))
                return refuse(parse, GROUP_SIDS, key, problem, error);
        return true;
}

static const struct {
        const char *name;
        bool (*parse)(Parse *parse, const char *key, const char *value, GError **error);
} groups[] = {
        { GROUP_DAEMON, parse_daemon },
        { GROUP_LIMITS, parse_limit },
        { GROUP_PRIVILEGES, parse_privileges },
        { GROUP_SIDS, parse_sids },
};

static bool parse_group(Parse *parse, const char *name, GError **error) {
        g_auto(GStrv) keys = NULL;
        size_t i = 0;

        while (i < G_N_ELEMENTS(groups) && strcmp(groups[i].name, name) != 0)
                i++;
        if (i == G_N_ELEMENTS(groups)) {
                g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                                "%s: [%s]: no such group", parse->path, name);
                return false;
        }

        keys = g_key_file_get_keys(parse->file, name, NULL, error);
        if (!keys)
                return false;
        for (char **key = keys; *key; key++) {
                g_autofree char *value = g_key_file_get_value(parse->file, name, *key, error);

                if (!value || !groups[i].parse(parse, *key, value, error))
                        return false;
        }
        return true;
}

bool config_load(Config *config, const char *path, GError **error) {
        g_autoptr(GKeyFile) file = g_key_file_new();
        Parse parse = { .file = file, .path = path };
        g_auto(GStrv) names = NULL;

        if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
                g_prefix_error(error, "%s: ", path);
                return false;
        }

        config_init(&parse.config);
        names = g_key_file_get_groups(file, NULL);
        for (char **name = names; *name; name++) {
                if (!parse_group(&parse, *name, error)) {
                        config_clear(&parse.config);
                        return false;
                }
        }

        config_clear(config);
        *config = parse.config;
        return true;
}
