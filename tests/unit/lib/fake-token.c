#include "fake-token.h"

#include <string.h>

#include "assert-status.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "zw.h"

/* The token that the daemon tells of. */
Nt__QueryTokenReply told;
static Nt__SidAndAttributes group;
static Nt__Privilege privileges[2];
SidBuffer user_sid, group_sid;

TokenSaid said;

HANDLE token;

static ProtobufCBinaryData bytes_of_sid(SidBuffer *sid) {
        return (ProtobufCBinaryData){ sid_size(&sid->sid), sid->bytes };
}

static void token_init(void) {
        static Nt__SidAndAttributes *groups[] = { &group };
        static Nt__Privilege *list[] = { &privileges[0], &privileges[1] };
        static uint8_t dacl[] = { 2, 0, 8, 0, 0, 0, 0, 0 };

        sid_of_user(&user_sid, 1000);
        sid_of_group(&group_sid, 100);
        nt__sid_and_attributes__init(&group);
        group.sid = bytes_of_sid(&group_sid);
        group.attributes = 7;
        nt__privilege__init(&privileges[0]);
        nt__privilege__init(&privileges[1]);
        privileges[0].luid = SE_SECURITY_PRIVILEGE;
        privileges[1].luid = SE_CHANGE_NOTIFY_PRIVILEGE;
        privileges[1].attributes = SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT;

        nt__query_token_reply__init(&told);
        told.user = told.owner = bytes_of_sid(&user_sid);
        told.primary_group = bytes_of_sid(&group_sid);
        told.n_groups = 1;
        told.groups = groups;
        told.n_privileges = 2;
        told.privileges = list;
        told.has_default_dacl = true;
        told.default_dacl = (ProtobufCBinaryData){ sizeof(dacl), dacl };
        told.token_id = 0x100000002;
        told.logon_id = 3;
        told.modified_id = 4;
        told.session_id = 5;
        told.type = TokenPrimary;
        told.integrity_level = SECURITY_MANDATORY_MEDIUM_RID;
}

static bool tell_grant(uint32_t kind, uint32_t access, Nt__Reply *reply) {
        static Nt__GrantReply grant;
        static Nt__Grant number;

        nt__grant__init(&number);
        nt__grant_reply__init(&grant);
        number.slot = ++stub.last_slot;
        number.tag = 1;
        grant.grant = &number;
        grant.granted_access = access;
        grant.kind = kind;
        atomic_store(&stub.client.page->grants[number.slot], grant_word_make(1, 1, 0));
        reply->grant = &grant;
        reply->body_case = NT__REPLY__BODY_GRANT;
        return true;
}

static bool tell_adjusted(const Nt__AdjustPrivilegesRequest *request, Nt__Reply *reply) {
        static Nt__AdjustPrivilegesReply answer;
        static Nt__Privilege *previous[] = { &privileges[0] };

        said.n = request->n_privileges;
        said.disable_all = request->disable_all;
        said.n_adjusted++;
        for (size_t i = 0; i < said.n; i++) {
                said.luids[i] = request->privileges[i]->luid;
                said.attributes[i] = request->privileges[i]->attributes;
        }
        nt__adjust_privileges_reply__init(&answer);
        answer.n_previous = 1;
        answer.previous = previous;
        reply->adjust_privileges = &answer;
        reply->body_case = NT__REPLY__BODY_ADJUST_PRIVILEGES;
        reply->status = said.n > 1 ? STATUS_NOT_ALL_ASSIGNED : STATUS_SUCCESS;
        return true;
}

static bool tell_access(const Nt__AccessCheckRequest *request, Nt__Reply *reply) {
        static Nt__AccessCheckReply answer;

        nt__access_check_reply__init(&answer);
        said.access = request->desired_access;
        answer.granted_access = request->desired_access & ~ACCESS_SYSTEM_SECURITY;
        if (request->desired_access & ACCESS_SYSTEM_SECURITY)
                answer.privileges_used =
                                1u << SE_SECURITY_PRIVILEGE | 1u << SE_TAKE_OWNERSHIP_PRIVILEGE;
        reply->access_check = &answer;
        reply->body_case = NT__REPLY__BODY_ACCESS_CHECK;
        return true;
}

static bool tell(const Nt__Request *request, Nt__Reply *reply) {
        switch (request->body_case) {
        case NT__REQUEST__BODY_QUERY_TOKEN:
                reply->query_token = &told;
                reply->body_case = NT__REPLY__BODY_QUERY_TOKEN;
                return true;
        case NT__REQUEST__BODY_OPEN_PROCESS_TOKEN:
                said.had_process = request->open_process_token->process != NULL;
                return tell_grant(NT__OBJECT_KIND__OBJECT_KIND_TOKEN,
                                request->open_process_token->desired_access, reply);
        case NT__REQUEST__BODY_DUPLICATE_TOKEN:
                said.level = request->duplicate_token->impersonation_level;
                said.type = request->duplicate_token->type;
                said.access = request->duplicate_token->desired_access;
                return tell_grant(NT__OBJECT_KIND__OBJECT_KIND_TOKEN, said.access, reply);
        case NT__REQUEST__BODY_ADJUST_PRIVILEGES:
                return tell_adjusted(request->adjust_privileges, reply);
        case NT__REQUEST__BODY_ACCESS_CHECK:
                return tell_access(request->access_check, reply);
        default:
                return false;
        }
}

HANDLE open_token(ACCESS_MASK access) {
        HANDLE handle = NULL;

        ck_assert_status(NtOpenProcessToken(NtCurrentProcess(), access, &handle), STATUS_SUCCESS);
        return handle;
}

void fake_token_setup(void) {
        stub_init();
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        token_init();
        memset(&said, 0, sizeof(said));
        stub.more = tell;
        token = open_token(TOKEN_ALL_ACCESS);
        stub_messages();
}

/* A handle that is none of a token. */
HANDLE make_section(void) {
        LARGE_INTEGER size = { .QuadPart = 1 };
        HANDLE handle = NULL;

        ck_assert_status(NtCreateSection(&handle, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        return handle;
}
