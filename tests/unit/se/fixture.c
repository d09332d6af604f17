#include "fixture.h"

#include <stdlib.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "sddl.h"

#define EVERYTHING                                                                                 \
        (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |     \
                        SACL_SECURITY_INFORMATION)

Token *fixture_token(uid_t uid) {
        const TokenSource source = {
                .uid = uid,
                .gid = uid,
                .daemon_owner = DAEMON_OWNER,
                .system = true,
                .ntobjd_group = (gid_t) -1,
        };
        Token *token = NULL;

        ck_assert_status(token_new(&source, &token), STATUS_SUCCESS);
        return token;
}

Token *fixture_enabled_token(uid_t uid) {
        Token *token = fixture_token(uid);

        token_adjust(token, token->privileges, 0, 0);
        return token;
}

void fixture_set_group(Token *token, const char *sid, uint32_t attributes) {
        SidBuffer group;

        ck_assert(sid_parse(sid, &sid, &group));
        for (size_t i = 0; i < token->n_groups; i++) {
                if (sid_equal(&token->groups[i].sid.sid, &group.sid)) {
                        token->groups[i].attributes = attributes;
                        return;
                }
        }
        ck_abort_msg("the token has no such group");
}

Descriptor *fixture_descriptor(const char *sddl) {
        Descriptor *descriptor = g_new0(Descriptor, 1);
        size_t error = 0;
        NTSTATUS status = sddl_parse(sddl, &descriptor->data, &descriptor->size, &error);

        ck_assert_msg(NT_SUCCESS(status), "%s does not parse at %zu", sddl, error);
        ck_assert_status(descriptor_view(descriptor->data, descriptor->size, &descriptor->view),
                        STATUS_SUCCESS);
        return descriptor;
}

void descriptor_free(Descriptor *descriptor) {
        free(descriptor->data);
        g_free(descriptor);
}

char *fixture_text_of(const void *data, size_t size, SECURITY_INFORMATION information) {
        char *text = NULL, *copy;

        ck_assert_status(sddl_format(data, size, information, &text), STATUS_SUCCESS);
        copy = g_strdup(text);
        free(text);
        return copy;
}

char *fixture_text(const Security *security) {
        g_autofree void *data = NULL;
        size_t size = 0;

        ck_assert_status(security_query(security, EVERYTHING, &data, &size), STATUS_SUCCESS);
        return fixture_text_of(data, size, EVERYTHING);
}
