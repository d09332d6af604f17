#include <string.h>

#include "script-call.h"
#include "sid.h"

/* Tokens. SIDs are text, privileges have their names. */

static const struct {
        ULONG number;
        const char *name;
} privilege_names[] = {
        { SE_CREATE_TOKEN_PRIVILEGE, "SeCreateTokenPrivilege" },
        { SE_LOCK_MEMORY_PRIVILEGE, "SeLockMemoryPrivilege" },
        { SE_TCB_PRIVILEGE, "SeTcbPrivilege" },
        { SE_SECURITY_PRIVILEGE, "SeSecurityPrivilege" },
        { SE_TAKE_OWNERSHIP_PRIVILEGE, "SeTakeOwnershipPrivilege" },
        { SE_CREATE_PERMANENT_PRIVILEGE, "SeCreatePermanentPrivilege" },
        { SE_RESTORE_PRIVILEGE, "SeRestorePrivilege" },
        { SE_DEBUG_PRIVILEGE, "SeDebugPrivilege" },
        { SE_CHANGE_NOTIFY_PRIVILEGE, "SeChangeNotifyPrivilege" },
        { SE_CREATE_GLOBAL_PRIVILEGE, "SeCreateGlobalPrivilege" },
        { SE_RELABEL_PRIVILEGE, "SeRelabelPrivilege" },
        { SE_CREATE_SYMBOLIC_LINK_PRIVILEGE, "SeCreateSymbolicLinkPrivilege" },
};

static NTSTATUS run_open_token(Call *call) {
        HANDLE handle = (HANDLE) (ULONG_PTR) HANDLE_UNTOUCHED;
        PHANDLE place = call_has(call, "handle") ? call_pointer(call, "handle") : &handle;
        NTSTATUS status;

        status = ENTRY(call, OpenProcessTokenEx)(call_handle(call, "process"),
                        call_ulong(call, "access"), call_ulong(call, "attributes"), place);
        call_give_integer(call, "handle", (ULONG_PTR) handle);
        return status;
}

static const Parameter open_token_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "process", SCRIPT_INTEGER, PARAMETER_PLACED, (uint64_t) -1 },
        { "attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "handle", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_open_thread_token(Call *call) {
        HANDLE handle = (HANDLE) (ULONG_PTR) HANDLE_UNTOUCHED;
        NTSTATUS status;

        status = ENTRY(call, OpenThreadToken)(call_handle(call, "thread"),
                        call_ulong(call, "access"), call_integer(call, "as_self") != 0, &handle);
        call_give_integer(call, "handle", (ULONG_PTR) handle);
        return status;
}

static const Parameter open_thread_token_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "thread", SCRIPT_INTEGER, PARAMETER_PLACED, (uint64_t) -2 },
        { "as_self", SCRIPT_INTEGER, PARAMETER_NAMED, 1 },
        { NULL, 0, 0, 0 },
};

static Name *name_of_text(const char *text) {
        g_autofree WCHAR *units = g_new(WCHAR, strlen(text) + 1);
        size_t n_units = 0;

        for (; *text; text++)
                units[n_units++] = (unsigned char) *text;
        return name_new(units, n_units);
}

static void give_sid(Call *call, const char *output, PSID sid) {
        char text[SID_TEXT_MAX];

        sid_format(sid, text);
        call_give_text(call, output, text);
}

static void give_groups(Call *call, const TOKEN_GROUPS *groups) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);

        for (ULONG i = 0; i < groups->GroupCount; i++) {
                char text[SID_TEXT_MAX];

                sid_format(groups->Groups[i].Sid, text);
                g_ptr_array_add(names, name_of_text(text));
        }
        call_give(call, "groups", script_list_new(names));
}

static Name *name_of_privilege(ULONG number) {
        g_autofree char *text = g_strdup_printf("%u", (unsigned) number);

        for (size_t i = 0; i < G_N_ELEMENTS(privilege_names); i++) {
                if (privilege_names[i].number == number)
                        return name_of_text(privilege_names[i].name);
        }
        return name_of_text(text);
}

static void give_privileges(Call *call, const TOKEN_PRIVILEGES *privileges) {
        g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);
        g_autoptr(GPtrArray) enabled = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);

        for (ULONG i = 0; i < privileges->PrivilegeCount; i++) {
                ULONG number = privileges->Privileges[i].Luid.LowPart;

                g_ptr_array_add(held, name_of_privilege(number));
                if (privileges->Privileges[i].Attributes & SE_PRIVILEGE_ENABLED)
                        g_ptr_array_add(enabled, name_of_privilege(number));
        }
        call_give(call, "held", script_list_new(held));
        call_give(call, "enabled", script_list_new(enabled));
}

static void give_information(Call *call, ULONG class, void *buffer) {
        switch (class) {
        case TokenUser:
                give_sid(call, "sid", ((TOKEN_USER *) buffer)->User.Sid);
                return;
        case TokenOwner:
                give_sid(call, "sid", ((TOKEN_OWNER *) buffer)->Owner);
                return;
        case TokenPrimaryGroup:
                give_sid(call, "sid", ((TOKEN_PRIMARY_GROUP *) buffer)->PrimaryGroup);
                return;
        case TokenIntegrityLevel:
                give_sid(call, "sid", ((TOKEN_MANDATORY_LABEL *) buffer)->Label.Sid);
                return;
        case TokenGroups:
                give_groups(call, buffer);
                return;
        case TokenPrivileges:
                give_privileges(call, buffer);
                return;
        case TokenType:
        case TokenImpersonationLevel:
        case TokenSessionId:
        case TokenElevationType:
        case TokenElevation:
        case TokenMandatoryPolicy:
        case TokenUIAccess:
                call_give_integer(call, "value", *(const ULONG *) buffer);
                return;
        }
}

/* These want exactly the room of a number; the others have what is behind them in the buffer. */
static ULONG query_length(const Call *call, ULONG class) {
        if (call_has(call, "length"))
                return call_ulong(call, "length");
        return class == TokenSessionId ? sizeof(ULONG) : 65536;
}

static NTSTATUS run_query_token(Call *call) {
        ULONG class = call_ulong(call, "class");
        ULONG length = query_length(call, class);
        g_autofree void *buffer = g_try_malloc0(MAX(length, 16));
        ULONG return_length = 0;
        NTSTATUS status;

        if (!buffer)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QueryInformationToken)(call_handle(call, "token"),
                        (TOKEN_INFORMATION_CLASS) class, buffer, length, &return_length);
        call_give_integer(call, "return_length", return_length);
        if (NT_SUCCESS(status))
                give_information(call, class, buffer);
        return status;
}

static const Parameter query_token_parameters[] = {
        { "token", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "class", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output query_token_outputs[] = {
        { "value", SCRIPT_INTEGER },
        { "sid", SCRIPT_NAME },
        { "groups", SCRIPT_LIST },
        { "held", SCRIPT_LIST },
        { "enabled", SCRIPT_LIST },
        { "return_length", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_adjust_privileges(Call *call) {
        TOKEN_PRIVILEGES state = {
                .PrivilegeCount = 1,
                .Privileges = { {
                                .Luid = { .LowPart = call_ulong(call, "privilege") },
                                .Attributes = call_ulong(call, "state"),
                } },
        };

        return ENTRY(call, AdjustPrivilegesToken)(call_handle(call, "token"),
                        call_integer(call, "disable_all") != 0,
                        call_has(call, "privilege") ? &state : NULL, 0, NULL, NULL);
}

static const Parameter adjust_privileges_parameters[] = {
        { "token", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "privilege", SCRIPT_INTEGER, PARAMETER_PLACED, 0 },
        { "state", SCRIPT_INTEGER, PARAMETER_PLACED, SE_PRIVILEGE_ENABLED },
        { "disable_all", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_privilege_check(Call *call) {
        PRIVILEGE_SET set = {
                .PrivilegeCount = 1,
                .Control = PRIVILEGE_SET_ALL_NECESSARY,
                .Privilege = { { .Luid = { .LowPart = call_ulong(call, "privilege") } } },
        };
        BOOLEAN result = FALSE;
        NTSTATUS status;

        status = ENTRY(call, PrivilegeCheck)(call_handle(call, "token"), &set, &result);
        if (NT_SUCCESS(status))
                call_give_integer(call, "result", result);
        return status;
}

static const Parameter privilege_check_parameters[] = {
        { "token", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "privilege", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output privilege_check_outputs[] = {
        { "result", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_duplicate_token(Call *call) {
        SECURITY_QUALITY_OF_SERVICE quality = {
                .Length = sizeof(quality),
                .ImpersonationLevel = (SECURITY_IMPERSONATION_LEVEL) call_ulong(call, "level"),
        };
        OBJECT_ATTRIBUTES attributes = {
                .Length = sizeof(attributes),
                .Attributes = call_ulong(call, "attributes"),
                .SecurityQualityOfService = &quality,
        };
        HANDLE handle = (HANDLE) (ULONG_PTR) HANDLE_UNTOUCHED;
        NTSTATUS status;

        status = ENTRY(call, DuplicateToken)(call_handle(call, "token"), call_ulong(call, "access"),
                        &attributes, call_integer(call, "effective_only") != 0,
                        (TOKEN_TYPE) call_ulong(call, "type"), &handle);
        call_give_integer(call, "handle", (ULONG_PTR) handle);
        return status;
}

static const Parameter duplicate_token_parameters[] = {
        { "token", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "access", SCRIPT_INTEGER, PARAMETER_PLACED, 0 },
        { "type", SCRIPT_INTEGER, PARAMETER_NAMED, TokenImpersonation },
        { "level", SCRIPT_INTEGER, PARAMETER_NAMED, SecurityImpersonation },
        { "effective_only", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { "attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

const Service script_token_services[] = {
        { "NtOpenProcessTokenEx", open_token_parameters, call_handle_outputs, run_open_token },
        { "NtOpenThreadToken", open_thread_token_parameters, call_handle_outputs,
                        run_open_thread_token },
        { "NtQueryInformationToken", query_token_parameters, query_token_outputs, run_query_token },
        { "NtAdjustPrivilegesToken", adjust_privileges_parameters, call_no_outputs,
                        run_adjust_privileges },
        { "NtPrivilegeCheck", privilege_check_parameters, privilege_check_outputs,
                        run_privilege_check },
        { "NtDuplicateToken", duplicate_token_parameters, call_handle_outputs,
                        run_duplicate_token },
        { NULL, NULL, NULL, NULL },
};
