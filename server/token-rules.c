#include "token-rules.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "token.h"

static const struct {
        const char *name;
        unsigned number;
} privileges[] = {
        { "SeCreateTokenPrivilege", 2 },
        { "SeAssignPrimaryTokenPrivilege", 3 },
        { "SeLockMemoryPrivilege", 4 },
        { "SeIncreaseQuotaPrivilege", 5 },
        { "SeTcbPrivilege", 7 },
        { "SeSecurityPrivilege", 8 },
        { "SeTakeOwnershipPrivilege", 9 },
        { "SeLoadDriverPrivilege", 10 },
        { "SeSystemProfilePrivilege", 11 },
        { "SeSystemtimePrivilege", 12 },
        { "SeProfileSingleProcessPrivilege", 13 },
        { "SeIncreaseBasePriorityPrivilege", 14 },
        { "SeCreatePagefilePrivilege", 15 },
        { "SeCreatePermanentPrivilege", 16 },
        { "SeBackupPrivilege", 17 },
        { "SeRestorePrivilege", 18 },
        { "SeShutdownPrivilege", 19 },
        { "SeDebugPrivilege", 20 },
        { "SeAuditPrivilege", 21 },
        { "SeSystemEnvironmentPrivilege", 22 },
        { "SeChangeNotifyPrivilege", 23 },
        { "SeRemoteShutdownPrivilege", 24 },
        { "SeUndockPrivilege", 25 },
        { "SeManageVolumePrivilege", 28 },
        { "SeImpersonatePrivilege", 29 },
        { "SeCreateGlobalPrivilege", 30 },
        { "SeRelabelPrivilege", 32 },
        { "SeIncreaseWorkingSetPrivilege", 33 },
        { "SeTimeZonePrivilege", 34 },
        { "SeCreateSymbolicLinkPrivilege", 35 },
};

static void rule_clear(gpointer data) {
        TokenRule *rule = data;

        g_free((gpointer) rule->sids);
}

GArray *token_rules_new(void) {
        GArray *rules = g_array_new(FALSE, TRUE, sizeof(TokenRule));

        g_array_set_clear_func(rules, rule_clear);
        return rules;
}

static bool find_user(const char *name, uint32_t *ret) {
        const struct passwd *user = getpwnam(name);

        if (user)
                *ret = user->pw_uid;
        return user != NULL;
}

static bool find_group(const char *name, uint32_t *ret) {
        const struct group *group = getgrnam(name);

        if (group)
                *ret = group->gr_gid;
        return group != NULL;
}

static bool parse_who(const char *who, TokenRule *rule, const char **problem) {
        const char *name = strchr(who, ':');
        guint64 number = 0;

        *problem = "not user:NAME or group:NAME";
        if (!name)
                return false;
        name++;
        if (g_str_has_prefix(who, "group:"))
                rule->group = true;
        else if (!g_str_has_prefix(who, "user:"))
                return false;

        *problem = "no such user or group";
        if (g_ascii_string_to_unsigned(name, 10, 0, UINT32_MAX - 1, &number, NULL)) {
                rule->id = (uint32_t) number;
                return true;
        }
        return rule->group ? find_group(name, &rule->id) : find_user(name, &rule->id);
}

static bool parse_privilege(const char *name, uint64_t *bits) {
        for (size_t i = 0; i < G_N_ELEMENTS(privileges); i++) {
                if (g_ascii_strcasecmp(name, privileges[i].name) != 0)
                        continue;
                *bits |= SE_BIT(privileges[i].number);
                return true;
        }
        return false;
}

bool token_rules_add_privileges(
                GArray *rules, const char *who, const char *what, const char **problem) {
        g_auto(GStrv) words = g_strsplit(what, ";", -1);
        TokenRule rule = { 0 };

        if (!parse_who(who, &rule, problem))
                return false;
        *problem = "not a list of privileges such as SeLockMemoryPrivilege";
        for (char **word = words; *word; word++) {
                if (*g_strstrip(*word) != '\0' && !parse_privilege(*word, &rule.privileges))
                        return false;
        }
        g_array_append_val(rules, rule);
        return true;
}

bool token_rules_add_sids(GArray *rules, const char *who, const char *what, const char **problem) {
        g_auto(GStrv) words = g_strsplit(what, ";", -1);
        g_autofree SidBuffer *sids = g_new0(SidBuffer, g_strv_length(words) + 1);
        TokenRule rule = { 0 };

        if (!parse_who(who, &rule, problem))
                return false;
        *problem = "not a list of SIDs such as S-1-5-32-544";
        for (char **word = words; *word; word++) {
                const char *end = NULL;

                if (*g_strstrip(*word) == '\0')
                        continue;
                if (!sid_parse(*word, &end, &sids[rule.n_sids++]) || *end != '\0')
                        return false;
        }
        rule.sids = g_steal_pointer(&sids);
        g_array_append_val(rules, rule);
        return true;
}
