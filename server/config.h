#pragma once

/*
 * Configuration
 *
 * A key file of groups; ntobjd.conf(5) describes it, units/ntobjd.conf shows every key with its
 * default. What the file does not say has its default; what it says and we do not know is an error.
 */

#include <glib.h>
#include <stdbool.h>

#include "log.h"
#include "quota.h"

typedef struct Config {
        QuotaLimits limits;
        unsigned max_parked; /* grants without a handle that a process may keep */
        LogLevel log_level;
        char *known_dlls;    /* folder of the images of \\KnownDlls; NULL: there are none */
        GArray *token_rules; /* of TokenRule (token-rules.h); a reference */
} Config;

void config_clear(Config *config);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Config, config_clear)

/* The defaults; ends with config_clear(). RLIMIT_NOFILE must be what it will stay: some limits
 * follow from it. */
void config_init(Config *config);

/**
 * config_load() - read a configuration file
 * @config: from config_init(); set whole on success, untouched on failure
 * @path:   the file
 * @error:  says which file, group and key, and what is wrong; G_FILE_ERROR_NOENT if there is no
 * file
 */
bool config_load(Config *config, const char *path, GError **error);
