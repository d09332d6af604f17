#include "sddl-names.h"

#include <string.h>

#include "ntsecurity.h"

const SddlWord sddl_kinds[] = {
        { "A", ACCESS_ALLOWED_ACE_TYPE },
        { "D", ACCESS_DENIED_ACE_TYPE },
        { "AU", SYSTEM_AUDIT_ACE_TYPE },
        { "ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE },
        { NULL, 0 },
};

const SddlWord sddl_refused_kinds[] = {
        { "AL", 0 },
        { "OA", 0 },
        { "OD", 0 },
        { "OU", 0 },
        { "OL", 0 },
        { "XA", 0 },
        { "XD", 0 },
        { "XU", 0 },
        { "ZA", 0 },
        { "RA", 0 },
        { "SP", 0 },
        { "TL", 0 },
        { "FL", 0 },
        { NULL, 0 },
};

const SddlWord sddl_flags[] = {
        { "OI", OBJECT_INHERIT_ACE },
        { "CI", CONTAINER_INHERIT_ACE },
        { "NP", NO_PROPAGATE_INHERIT_ACE },
        { "IO", INHERIT_ONLY_ACE },
        { "ID", INHERITED_ACE },
        { "SA", SUCCESSFUL_ACCESS_ACE_FLAG },
        { "FA", FAILED_ACCESS_ACE_FLAG },
        { NULL, 0 },
};

const SddlWord sddl_rights[] = {
        { "GA", GENERIC_ALL },
        { "GR", GENERIC_READ },
        { "GW", GENERIC_WRITE },
        { "GX", GENERIC_EXECUTE },
        { "RC", READ_CONTROL },
        { "SD", DELETE },
        { "WD", WRITE_DAC },
        { "WO", WRITE_OWNER },
        /* Of directory services, files and keys: what a bit means here is up to the type. */
        { "CC", 0x1 },
        { "DC", 0x2 },
        { "LC", 0x4 },
        { "SW", 0x8 },
        { "RP", 0x10 },
        { "WP", 0x20 },
        { "DT", 0x40 },
        { "LO", 0x80 },
        { "CR", 0x100 },
        { "FA", 0x1F01FF },
        { "FR", 0x120089 },
        { "FW", 0x120116 },
        { "FX", 0x1200A0 },
        { "KA", 0xF003F },
        { "KR", 0x20019 },
        { "KW", 0x20006 },
        { "KX", 0x20019 },
        { NULL, 0 },
};

const SddlWord sddl_label_rights[] = {
        { "NW", SYSTEM_MANDATORY_LABEL_NO_WRITE_UP },
        { "NR", SYSTEM_MANDATORY_LABEL_NO_READ_UP },
        { "NX", SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP },
        { NULL, 0 },
};

const SddlWord sddl_dacl_control[] = {
        { "P", SE_DACL_PROTECTED },
        { "AR", SE_DACL_AUTO_INHERIT_REQ },
        { "AI", SE_DACL_AUTO_INHERITED },
        { NULL, 0 },
};

const SddlWord sddl_sacl_control[] = {
        { "P", SE_SACL_PROTECTED },
        { "AR", SE_SACL_AUTO_INHERIT_REQ },
        { "AI", SE_SACL_AUTO_INHERITED },
        { NULL, 0 },
};

/* Authority and numbers of the SIDs that have letters; the second number is 0 where there is none.
 */
static const struct {
        char letters[3];
        uint8_t authority;
        uint8_t n_numbers;
        uint32_t numbers[2];
} aliases[] = {
        { "WD", 1, 1, { 0 } },       /* Everyone */
        { "CO", 3, 1, { 0 } },       /* creator owner */
        { "CG", 3, 1, { 1 } },       /* creator group */
        { "OW", 3, 1, { 4 } },       /* owner rights */
        { "NU", 5, 1, { 2 } },       /* network */
        { "IU", 5, 1, { 4 } },       /* interactive */
        { "SU", 5, 1, { 6 } },       /* service */
        { "AN", 5, 1, { 7 } },       /* anonymous */
        { "PS", 5, 1, { 10 } },      /* principal self */
        { "AU", 5, 1, { 11 } },      /* Authenticated Users */
        { "RC", 5, 1, { 12 } },      /* restricted code */
        { "SY", 5, 1, { 18 } },      /* Local System */
        { "LS", 5, 1, { 19 } },      /* local service */
        { "NS", 5, 1, { 20 } },      /* network service */
        { "BA", 5, 2, { 32, 544 } }, /* Administrators */
        { "BU", 5, 2, { 32, 545 } }, /* Users */
        { "BG", 5, 2, { 32, 546 } }, /* Guests */
        { "LW", 16, 1, { 0x1000 } }, /* integrity: low, medium, medium plus, high, system */
        { "ME", 16, 1, { 0x2000 } },
        { "MP", 16, 1, { 0x2100 } },
        { "HI", 16, 1, { 0x3000 } },
        { "SI", 16, 1, { 0x4000 } },
};

#define N_ALIASES (sizeof(aliases) / sizeof(aliases[0]))

const SddlWord *sddl_word_at(const SddlWord *table, const char *text) {
        const SddlWord *found = NULL;

        for (const SddlWord *word = table; word->word; word++) {
                size_t length = strlen(word->word);

                if (strncmp(text, word->word, length) == 0 &&
                                (!found || length > strlen(found->word)))
                        found = word;
        }
        return found;
}

const SddlWord *sddl_word_of(const SddlWord *table, uint32_t value) {
        for (const SddlWord *word = table; word->word; word++) {
                if (word->value == value)
                        return word;
        }
        return NULL;
}

static void make(size_t i, SidBuffer *ret) {
        sid_make(ret, aliases[i].authority, aliases[i].n_numbers, aliases[i].numbers[0],
                        aliases[i].numbers[1]);
}

const char *sddl_alias_of(const SID *sid) {
        for (size_t i = 0; i < N_ALIASES; i++) {
                SidBuffer known;

                make(i, &known);
                if (sid_equal(&known.sid, sid))
                        return aliases[i].letters;
        }
        return NULL;
}

bool sddl_alias_at(const char *text, SidBuffer *ret) {
        for (size_t i = 0; i < N_ALIASES; i++) {
                if (strncmp(text, aliases[i].letters, 2) == 0) {
                        make(i, ret);
                        return true;
                }
        }
        return false;
}
