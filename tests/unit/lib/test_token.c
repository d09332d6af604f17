#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "sid.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define BAD ((void *) 0xDEADBEE0)

/* The token that the daemon tells of. */
static Nt__QueryTokenReply told;
static Nt__SidAndAttributes group;
static Nt__Privilege privileges[2];
static SidBuffer user, group_sid;

/* What the last requests said. */
static struct {
        uint64_t luids[64];
        uint32_t attributes[64];
        size_t n;
        bool disable_all;
        unsigned n_adjusted;
        uint32_t level, type, access;
        bool had_process;
} said;

static HANDLE token;

static ProtobufCBinaryData bytes_of_sid(SidBuffer *sid) {
        return (ProtobufCBinaryData){ sid_size(&sid->sid), sid->bytes };
}

static void token_init(void) {
        static Nt__SidAndAttributes *groups[] = { &group };
        static Nt__Privilege *list[] = { &privileges[0], &privileges[1] };
        static uint8_t dacl[] = { 2, 0, 8, 0, 0, 0, 0, 0 };

        sid_of_user(&user, 1000);
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
        told.user = told.owner = bytes_of_sid(&user);
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

static HANDLE open_token(ACCESS_MASK access) {
        HANDLE handle = NULL;

        ck_assert_status(NtOpenProcessToken(NtCurrentProcess(), access, &handle), STATUS_SUCCESS);
        return handle;
}

static void setup(void) {
        stub_init();
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        token_init();
        memset(&said, 0, sizeof(said));
        stub.more = tell;
        token = open_token(TOKEN_ALL_ACCESS);
        stub_messages();
}

/* A handle that is none of a token. */
static HANDLE section(void) {
        LARGE_INTEGER size = { .QuadPart = 1 };
        HANDLE handle = NULL;

        ck_assert_status(NtCreateSection(&handle, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        return handle;
}

static NTSTATUS query(TOKEN_INFORMATION_CLASS which, void *to, ULONG length, ULONG *needed) {
        return NtQueryInformationToken(token, which, to, length, needed);
}

/* The class in a buffer of its length, which it gives; each shorter one is too short. */
static void *answer(TOKEN_INFORMATION_CLASS which, ULONG length, NTSTATUS too_short) {
        uint8_t *buffer = malloc(length + 8u);
        ULONG needed = 0;

        for (ULONG n = 0; n < length; n++) {
                needed = 0;
                ck_assert_status(query(which, n ? buffer : NULL, n, &needed), too_short);
                ck_assert_uint_eq(needed, length);
        }
        memset(buffer, 0xAA, length + 8u);
        ck_assert_status(query(which, buffer, length + 8u, &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(needed, length);
        ck_assert_uint_eq(buffer[length], 0xAA);
        ck_assert_status(query(which, buffer, length, &needed), STATUS_SUCCESS);
        return buffer;
}

static void expect_word(TOKEN_INFORMATION_CLASS which, ULONG value, NTSTATUS too_short) {
        ULONG *word = answer(which, sizeof(ULONG), too_short);

        ck_assert_uint_eq(*word, value);
        free(word);
}

START_TEST(user_and_label_are_sids_behind_the_structure) {
        TOKEN_MANDATORY_LABEL *label;
        TOKEN_USER *answered = answer(TokenUser, 16 + 16, STATUS_BUFFER_TOO_SMALL);
        SidBuffer medium;

        ck_assert_ptr_eq(answered->User.Sid, answered + 1);
        ck_assert(sid_equal(answered->User.Sid, &user.sid));
        ck_assert_uint_eq(answered->User.Attributes, 0);
        free(answered);

        label = answer(TokenIntegrityLevel, 16 + 12, STATUS_BUFFER_TOO_SMALL);
        sid_of_integrity(&medium, SECURITY_MANDATORY_MEDIUM_RID);
        ck_assert(sid_equal(label->Label.Sid, &medium.sid));
        ck_assert_uint_eq(label->Label.Attributes, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED);
        free(label);
}
END_TEST

START_TEST(groups_and_privileges_are_arrays) {
        TOKEN_GROUPS *groups = answer(TokenGroups, 8 + 16 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_PRIVILEGES *list;

        ck_assert_uint_eq(groups->GroupCount, 1);
        ck_assert(sid_equal(groups->Groups[0].Sid, &group_sid.sid));
        ck_assert_uint_eq(groups->Groups[0].Attributes, 7);
        free(groups);
        groups = answer(TokenRestrictedSids, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(groups->GroupCount, 0);
        free(groups);

        list = answer(TokenPrivileges, 4 + 2 * 12, STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(list->PrivilegeCount, 2);
        ck_assert_uint_eq(list->Privileges[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(list->Privileges[0].Attributes, 0);
        ck_assert_uint_eq(list->Privileges[1].Attributes,
                        SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT);
        free(list);
}
END_TEST

START_TEST(owner_group_and_dacl_are_pointers) {
        TOKEN_OWNER *owner = answer(TokenOwner, 8 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_PRIMARY_GROUP *primary = answer(TokenPrimaryGroup, 8 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_DEFAULT_DACL *dacl = answer(TokenDefaultDacl, 8 + 8, STATUS_BUFFER_TOO_SMALL);

        ck_assert(sid_equal(owner->Owner, &user.sid));
        ck_assert(sid_equal(primary->PrimaryGroup, &group_sid.sid));
        ck_assert_uint_eq(dacl->DefaultDacl->AclSize, 8);
        free(owner);
        free(primary);
        free(dacl);
        told.has_default_dacl = false;
        dacl = answer(TokenDefaultDacl, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_ptr_null(dacl->DefaultDacl);
        free(dacl);
        dacl = answer(TokenAppContainerSid, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_ptr_null(dacl->DefaultDacl);
        free(dacl);
}
END_TEST

START_TEST(statistics_source_and_origin_have_windows_layout) {
        TOKEN_STATISTICS *statistics = answer(TokenStatistics, 56, STATUS_BUFFER_TOO_SMALL);
        TOKEN_SOURCE *source = answer(TokenSource, 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_ORIGIN *origin = answer(TokenOrigin, 8, STATUS_INFO_LENGTH_MISMATCH);

        ck_assert_uint_eq(statistics->TokenId.LowPart, 2);
        ck_assert_int_eq(statistics->TokenId.HighPart, 1);
        ck_assert_uint_eq(statistics->AuthenticationId.LowPart, 3);
        ck_assert_int_eq(statistics->ExpirationTime.QuadPart, INT64_MAX);
        ck_assert_int_eq(statistics->TokenType, TokenPrimary);
        ck_assert_uint_eq(statistics->DynamicCharged, 16 + 8);
        ck_assert_uint_eq(statistics->GroupCount, 1);
        ck_assert_uint_eq(statistics->PrivilegeCount, 2);
        ck_assert_uint_eq(statistics->ModifiedId.LowPart, 4);
        ck_assert_str_eq(source->SourceName, "ntobjd");
        ck_assert_uint_eq(origin->OriginatingLogonSession.LowPart, 0);
        free(statistics);
        free(source);
        free(origin);
}
END_TEST

START_TEST(numbers_are_words) {
        static const TOKEN_INFORMATION_CLASS none[] = { TokenSandBoxInert, TokenHasRestrictions,
                TokenVirtualizationAllowed, TokenVirtualizationEnabled, TokenUIAccess,
                TokenIsAppContainer, TokenAppContainerNumber, TokenIsRestricted,
                TokenIsLessPrivilegedAppContainer, TokenIsSandboxed, TokenIsAppSilo };

        expect_word(TokenType, TokenPrimary, STATUS_BUFFER_TOO_SMALL);
        expect_word(TokenSessionId, 5, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenElevationType, TokenElevationTypeDefault, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenElevation, 0, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenMandatoryPolicy, TOKEN_MANDATORY_POLICY_NO_WRITE_UP,
                        STATUS_INFO_LENGTH_MISMATCH);
        told.integrity_level = SECURITY_MANDATORY_SYSTEM_RID;
        expect_word(TokenElevation, 1, STATUS_INFO_LENGTH_MISMATCH);
        for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
                expect_word(none[i], 0, STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

START_TEST(impersonation_level_is_of_impersonation_tokens_only) {
        ULONG level, needed;

        ck_assert_status(query(TokenImpersonationLevel, &level, sizeof(level), &needed),
                        STATUS_INVALID_INFO_CLASS);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityIdentification;
        expect_word(TokenImpersonationLevel, SecurityIdentification, STATUS_BUFFER_TOO_SMALL);
}
END_TEST

START_TEST(classes_that_are_not_answered_say_so) {
        static const TOKEN_INFORMATION_CLASS later[] = { TokenGroupsAndPrivileges,
                TokenAccessInformation, TokenLogonSid, TokenSecurityAttributes, TokenBnoIsolation };
        static const TOKEN_INFORMATION_CLASS never[] = { (TOKEN_INFORMATION_CLASS) 0,
                TokenSessionReference, TokenAuditPolicy, MaxTokenInfoClass,
                (TOKEN_INFORMATION_CLASS) 0x7FFFFFFF };
        HANDLE linked;
        ULONG needed;

        for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
                ck_assert_status(query(later[i], NULL, 0, &needed), STATUS_NOT_IMPLEMENTED);
        for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
                ck_assert_status(query(never[i], NULL, 0, &needed), STATUS_INVALID_INFO_CLASS);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(query(TokenLinkedToken, &linked, sizeof(linked), &needed),
                        STATUS_NO_SUCH_LOGON_SESSION);
}
END_TEST

START_TEST(query_looks_at_pointers_first_then_class_length_handle) {
        ULONG word = 0, needed = 0;

        token = NULL;
        ck_assert_status(query((TOKEN_INFORMATION_CLASS) 0, &word, 4, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(query(TokenSessionId, &word, 4, BAD), STATUS_ACCESS_VIOLATION);
        ck_assert_status(query((TOKEN_INFORMATION_CLASS) 0, BAD, 4, &needed),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(query(TokenSessionId, BAD, 2, &needed), STATUS_ACCESS_VIOLATION);
        ck_assert_status(query(TokenSessionId, (char *) &word + 1, 2, &needed),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(query(TokenSessionId, &word, 2, &needed), STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_INVALID_HANDLE);
        token = section();
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_DUPLICATE);
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_ACCESS_DENIED);
        ck_assert_status(query(TokenUser, &word, 4, &needed), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(source_needs_a_right_of_its_own_and_no_message) {
        TOKEN_SOURCE source;
        ULONG needed;

        stub_messages();
        ck_assert_status(query(TokenSource, &source, sizeof(source), &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(
                        query(TokenSource, &source, sizeof(source), &needed), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(daemon_whose_sids_are_broken_is_not_believed) {
        uint8_t buffer[64];
        ULONG needed;

        told.user.len--;
        ck_assert_status(query(TokenUser, buffer, sizeof(buffer), &needed),
                        STATUS_PORT_DISCONNECTED);
        told.user.len++;
        group_sid.sid.SubAuthorityCount = 200;
        ck_assert_status(query(TokenUser, buffer, sizeof(buffer), &needed),
                        STATUS_PORT_DISCONNECTED);
}
END_TEST

START_TEST(no_thread_has_a_token) {
        HANDLE handle = (HANDLE) 0x55;
        ULONG needed, word;

        ck_assert_status(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle),
                        STATUS_NO_TOKEN);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, 0, &handle),
                        STATUS_NO_TOKEN);
        ck_assert_status(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(
                        NtOpenThreadToken(NULL, TOKEN_QUERY, TRUE, &handle), STATUS_INVALID_HANDLE);
        ck_assert_status(NtOpenThreadToken(section(), TOKEN_QUERY, TRUE, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        token = NtCurrentThreadToken();
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_NO_TOKEN);
}
END_TEST

START_TEST(threads_do_not_impersonate) {
        HANDLE none = NULL;

        ck_assert_status(NtImpersonateAnonymousToken(NtCurrentThread()), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtImpersonateAnonymousToken(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &token,
                                         sizeof(token)),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &none,
                                         sizeof(none)),
                        STATUS_SUCCESS);
        ck_assert_status(
                        NtSetInformationThread(NULL, ThreadImpersonationToken, &none, sizeof(none)),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &none,
                                         sizeof(none) - 4),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, BAD,
                                         sizeof(none)),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), (THREADINFOCLASS) 3, &none, 8),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), (THREADINFOCLASS) 999, &none, 8),
                        STATUS_INVALID_INFO_CLASS);
}
END_TEST

START_TEST(token_of_a_process_is_opened_by_a_good_handle_only) {
        HANDLE handle = (HANDLE) 0x55;

        ck_assert(!said.had_process);
        ck_assert_status(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenProcessToken(NULL, TOKEN_QUERY, &handle), STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtOpenProcessToken(token, TOKEN_QUERY, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtOpenProcessToken(NtCurrentThread(), TOKEN_QUERY, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtOpenProcessTokenEx(
                                         NtCurrentProcess(), TOKEN_QUERY, OBJ_OPENLINK, &handle),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtOpenProcessTokenEx(
                                         NtCurrentProcess(), TOKEN_QUERY, OBJ_EXCLUSIVE, &handle),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY,
                                         OBJ_INHERIT | OBJ_OPENIF, &handle),
                        STATUS_SUCCESS);
        ck_assert(stub.client.page->handles[(uintptr_t) handle / 4] & HANDLE_ENTRY_INHERIT);
}
END_TEST

static NTSTATUS adjust(const TOKEN_PRIVILEGES *state, void *previous, ULONG length, ULONG *needed) {
        return NtAdjustPrivilegesToken(
                        token, FALSE, (PTOKEN_PRIVILEGES) state, length, previous, needed);
}

static TOKEN_PRIVILEGES one_privilege(ULONG number, ULONG attributes) {
        return (TOKEN_PRIVILEGES){ 1, { { { number, 0 }, attributes } } };
}

START_TEST(privileges_are_adjusted_and_what_they_were_is_told) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        TOKEN_PRIVILEGES previous;
        ULONG needed = 0;

        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_SUCCESS);
        ck_assert_uint_eq(said.n, 1);
        ck_assert_uint_eq(said.luids[0], SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(said.attributes[0], SE_PRIVILEGE_ENABLED);
        stub_messages();
        ck_assert_status(adjust(&state, &previous, sizeof(previous), &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(needed, sizeof(previous));
        ck_assert_uint_eq(previous.PrivilegeCount, 1);
        ck_assert_uint_eq(previous.Privileges[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(previous.Privileges[0].Attributes, 0);
}
END_TEST

START_TEST(previous_state_that_has_no_room_changes_nothing) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        ULONG needed = 0, count = 7;

        ck_assert_status(adjust(&state, &count, sizeof(count), &needed), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(needed, 16);
        ck_assert_uint_eq(count, 7);
        ck_assert_uint_eq(said.n_adjusted, 0);

        /* All that is enabled: one. */
        ck_assert_status(NtAdjustPrivilegesToken(token, TRUE, NULL, sizeof(count),
                                         (PTOKEN_PRIVILEGES) (void *) &count, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(needed, 16);
        ck_assert_status(NtAdjustPrivilegesToken(token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
        ck_assert(said.disable_all);
}
END_TEST

START_TEST(adjusting_checks_in_order) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        TOKEN_PRIVILEGES previous;
        ULONG needed;

        token = NULL;
        ck_assert_status(adjust(NULL, BAD, 16, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(adjust(BAD, NULL, 0, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(adjust((void *) ((char *) &state + 2), NULL, 0, NULL),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(adjust(&state, BAD, 16, &needed), STATUS_ACCESS_VIOLATION);
        ck_assert_status(adjust(&state, &previous, 16, NULL), STATUS_ACCESS_VIOLATION);
        state.PrivilegeCount = 65;
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_INVALID_PARAMETER);
        state.PrivilegeCount = 1;
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_INVALID_HANDLE);
        token = section();
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_ACCESS_DENIED);
        token = open_token(TOKEN_ADJUST_PRIVILEGES);
        ck_assert_status(adjust(&state, &previous, 16, &needed), STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(said.n_adjusted, 0);
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(not_all_assigned_is_a_success) {
        struct {
                ULONG count;
                LUID_AND_ATTRIBUTES entries[2];
        } state = { 2, { { { SE_SECURITY_PRIVILEGE, 0 }, 2 }, { { 99, 0 }, 2 } } };

        ck_assert_status(adjust((void *) &state, NULL, 0, NULL), STATUS_NOT_ALL_ASSIGNED);
        ck_assert_uint_eq(said.luids[1], 99);
}
END_TEST

START_TEST(privilege_check_knows_all_and_any) {
        struct {
                ULONG count, control;
                LUID_AND_ATTRIBUTES entries[2];
        } set = { 2, PRIVILEGE_SET_ALL_NECESSARY,
                { { { SE_CHANGE_NOTIFY_PRIVILEGE, 0 }, 0 }, { { SE_SECURITY_PRIVILEGE, 0 }, 0 } } };
        BOOLEAN held = 7;

        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, FALSE);
        ck_assert_uint_eq(set.entries[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
        ck_assert_uint_eq(set.entries[1].Attributes, 0);
        set.control = 0;
        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, TRUE);
        set.count = 1;
        set.control = PRIVILEGE_SET_ALL_NECESSARY;
        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, TRUE);
}
END_TEST

START_TEST(privilege_check_checks_in_order) {
        PRIVILEGE_SET set = { 65, 0, { { { SE_CHANGE_NOTIFY_PRIVILEGE, 0 }, 0 } } };
        BOOLEAN held = 7;

        ck_assert_status(NtPrivilegeCheck(NULL, NULL, &held), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtPrivilegeCheck(NULL, &set, &held), STATUS_INVALID_PARAMETER);
        set.PrivilegeCount = 1;
        ck_assert_status(NtPrivilegeCheck(NULL, &set, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtPrivilegeCheck(NULL, &set, &held), STATUS_INVALID_HANDLE);
        ck_assert_status(NtPrivilegeCheck(section(), &set, &held), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtPrivilegeCheck(open_token(TOKEN_DUPLICATE), &set, &held),
                        STATUS_ACCESS_DENIED);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityAnonymous;
        ck_assert_status(NtPrivilegeCheck(token, &set, &held), STATUS_BAD_IMPERSONATION_LEVEL);
        ck_assert_uint_eq(held, 7);
}
END_TEST

static NTSTATUS duplicate(POBJECT_ATTRIBUTES attributes, TOKEN_TYPE type, PHANDLE handle) {
        return NtDuplicateToken(token, 0, attributes, FALSE, type, handle);
}

START_TEST(duplicate_has_the_level_of_the_quality_of_service) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityDelegation, 0, FALSE };
        OBJECT_ATTRIBUTES attributes;
        HANDLE handle = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        attributes.SecurityQualityOfService = &quality;
        ck_assert_status(duplicate(&attributes, TokenImpersonation, &handle), STATUS_SUCCESS);
        ck_assert_uint_eq(said.level, SecurityDelegation);
        ck_assert_uint_eq(said.type, TokenImpersonation);
        ck_assert_uint_eq(said.access, TOKEN_ALL_ACCESS); /* 0 wanted: those of the source */
        ck_assert_status(duplicate(NULL, TokenPrimary, &handle), STATUS_SUCCESS);
        ck_assert_uint_eq(said.level, SecurityAnonymous);
        ck_assert_status(NtDuplicateToken(token, TOKEN_QUERY, NULL, FALSE, TokenPrimary, &handle),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(said.access, TOKEN_QUERY);
}
END_TEST

START_TEST(duplicating_checks_in_order) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityDelegation, 0, FALSE };
        OBJECT_ATTRIBUTES attributes;
        HANDLE handle = (HANDLE) 0x55;

        InitializeObjectAttributes(&attributes, NULL, 1, NULL, NULL);
        token = NULL;
        ck_assert_status(duplicate(&attributes, (TOKEN_TYPE) 3, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(duplicate(&attributes, TokenPrimary, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(handle);
        attributes.Attributes = 0;
        attributes.SecurityQualityOfService = &quality;
        quality.Length = 8;
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        quality.Length = 12;
        quality.ImpersonationLevel = (SECURITY_IMPERSONATION_LEVEL) 4;
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        quality.ImpersonationLevel = SecurityDelegation;
        ck_assert_status(NtDuplicateToken(NULL, 0, &attributes, TRUE, TokenPrimary, &handle),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_HANDLE);
        token = section();
        ck_assert_status(
                        duplicate(&attributes, TokenPrimary, &handle), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_ACCESS_DENIED);
}
END_TEST

/* One access check. */
static struct {
        SECURITY_DESCRIPTOR descriptor;
        GENERIC_MAPPING mapping;
        ULONG set[16];
        ULONG length;
        ACCESS_MASK granted;
        NTSTATUS status;
} check;

static void check_init(void) {
        check.descriptor = (SECURITY_DESCRIPTOR){
                .Revision = SECURITY_DESCRIPTOR_REVISION, .Owner = &user, .Group = &group_sid
        };
        check.length = sizeof(check.set);
        check.granted = 0x1abe11ed;
        check.status = 0x1abe11ed;
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityIdentification;
}

static NTSTATUS access_check(ACCESS_MASK access) {
        return NtAccessCheck(&check.descriptor, token, access, &check.mapping,
                        (PPRIVILEGE_SET) (void *) check.set, &check.length, &check.granted,
                        &check.status);
}

START_TEST(access_check_answers_with_rights_and_status) {
        check_init();
        ck_assert_status(access_check(READ_CONTROL), STATUS_SUCCESS);
        ck_assert_uint_eq(check.granted, READ_CONTROL);
        ck_assert_status(check.status, STATUS_SUCCESS);
        ck_assert_uint_eq(check.set[0], 0);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_SUCCESS);
        ck_assert_uint_eq(check.set[0], 2);
        ck_assert_uint_eq(check.set[2], SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(check.set[4], SE_PRIVILEGE_USED_FOR_ACCESS);
        ck_assert_uint_eq(check.set[5], SE_TAKE_OWNERSHIP_PRIVILEGE);
}
END_TEST

/* [W] advapi32/security: nothing is written but the length that is needed. */
START_TEST(privilege_set_needs_room_for_one_or_as_many_as_were_used) {
        check_init();
        check.length = sizeof(PRIVILEGE_SET) - 1;
        ck_assert_status(access_check(READ_CONTROL), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(check.length, sizeof(PRIVILEGE_SET));
        ck_assert_uint_eq(check.granted, 0x1abe11ed);
        ck_assert_status(check.status, 0x1abe11ed);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(check.length, 32);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_SUCCESS);
}
END_TEST

START_TEST(access_check_checks_in_order) {
        HANDLE good = token;

        check_init();
        check.descriptor.Revision = 0;
        token = NULL;
        told.type = TokenPrimary;
        ck_assert_status(NtAccessCheck(NULL, NULL, GENERIC_READ, NULL, NULL, NULL, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtAccessCheck(NULL, NULL, GENERIC_READ, &check.mapping, NULL,
                                         &check.length, &check.granted, &check.status),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(access_check(GENERIC_READ), STATUS_GENERIC_NOT_MAPPED);
        ck_assert_status(access_check(1), STATUS_INVALID_HANDLE);
        token = section();
        ck_assert_status(access_check(1), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_DUPLICATE);
        ck_assert_status(access_check(1), STATUS_ACCESS_DENIED);
        token = good;
        ck_assert_status(access_check(1), STATUS_NO_IMPERSONATION_TOKEN);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityAnonymous;
        ck_assert_status(access_check(1), STATUS_BAD_IMPERSONATION_LEVEL);
        told.impersonation_level = SecurityIdentification;
        ck_assert_status(access_check(1), STATUS_UNKNOWN_REVISION);
        check.descriptor.Revision = SECURITY_DESCRIPTOR_REVISION;
        check.descriptor.Owner = NULL;
        ck_assert_status(access_check(1), STATUS_INVALID_SECURITY_DESCR);
        check.descriptor.Owner = &user;
        check.descriptor.Group = NULL;
        ck_assert_status(access_check(1), STATUS_INVALID_SECURITY_DESCR);
        ck_assert_uint_eq(check.granted, 0x1abe11ed);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, user_and_label_are_sids_behind_the_structure);
        tcase_add_test(tests, groups_and_privileges_are_arrays);
        tcase_add_test(tests, owner_group_and_dacl_are_pointers);
        tcase_add_test(tests, statistics_source_and_origin_have_windows_layout);
        tcase_add_test(tests, numbers_are_words);
        tcase_add_test(tests, impersonation_level_is_of_impersonation_tokens_only);
        tcase_add_test(tests, classes_that_are_not_answered_say_so);
        tcase_add_test(tests, query_looks_at_pointers_first_then_class_length_handle);
        tcase_add_test(tests, source_needs_a_right_of_its_own_and_no_message);
        tcase_add_test(tests, daemon_whose_sids_are_broken_is_not_believed);
        tcase_add_test(tests, no_thread_has_a_token);
        tcase_add_test(tests, threads_do_not_impersonate);
        tcase_add_test(tests, token_of_a_process_is_opened_by_a_good_handle_only);
        tcase_add_test(tests, privileges_are_adjusted_and_what_they_were_is_told);
        tcase_add_test(tests, previous_state_that_has_no_room_changes_nothing);
        tcase_add_test(tests, adjusting_checks_in_order);
        tcase_add_test(tests, not_all_assigned_is_a_success);
        tcase_add_test(tests, privilege_check_knows_all_and_any);
        tcase_add_test(tests, privilege_check_checks_in_order);
        tcase_add_test(tests, duplicate_has_the_level_of_the_quality_of_service);
        tcase_add_test(tests, duplicating_checks_in_order);
        tcase_add_test(tests, access_check_answers_with_rights_and_status);
        tcase_add_test(tests, privilege_set_needs_room_for_one_or_as_many_as_were_used);
        tcase_add_test(tests, access_check_checks_in_order);
}

int main(void) {
        return suite_main("token", 20, add);
}
