/*
 * Who this process is: user, groups, privileges; one privilege off and on; a copy to impersonate
 * with.
 */

#include <ntifs.h>

#include "say.h"

static DECLSPEC_ALIGN(8) UCHAR Buffer[8192];

static NTSTATUS Query(_In_ HANDLE Token, _In_ TOKEN_INFORMATION_CLASS Class, _In_ ULONG Length) {
        ULONG needed = 0;

        return ZwQueryInformationToken(Token, Class, Buffer, Length, &needed);
}

static VOID QueryUser(_In_ HANDLE Token) {
        PTOKEN_USER user = (PTOKEN_USER) Buffer;

        say_status("user without room", Query(Token, TokenUser, 4));
        say_status("user", Query(Token, TokenUser, sizeof(Buffer)));
        say_number("valid", RtlValidSid(user->User.Sid));
        say_number("revision", ((SID *) user->User.Sid)->Revision);
        say_number("attributes", user->User.Attributes);
}

static VOID QueryStatistics(_In_ HANDLE Token) {
        PTOKEN_STATISTICS statistics = (PTOKEN_STATISTICS) Buffer;

        say_status("statistics", Query(Token, TokenStatistics, sizeof(Buffer)));
        say_number("type", statistics->TokenType);
        say_number("has groups", statistics->GroupCount > 0);
}

/* SeChangeNotifyPrivilege, which every user has. */
static ULONG FindPrivilege(_In_ HANDLE Token) {
        PTOKEN_PRIVILEGES privileges = (PTOKEN_PRIVILEGES) Buffer;
        ULONG i;

        if (!NT_SUCCESS(Query(Token, TokenPrivileges, sizeof(Buffer))))
                return 0;
        for (i = 0; i < privileges->PrivilegeCount; i++)
                if (privileges->Privileges[i].Luid.LowPart == SE_CHANGE_NOTIFY_PRIVILEGE)
                        return privileges->Privileges[i].Attributes;
        return 0;
}

static VOID Adjust(
                _In_ PCSTR What, _In_ HANDLE Token, _In_ ULONG Privilege, _In_ ULONG Attributes) {
        TOKEN_PRIVILEGES wanted;
        NTSTATUS status;

        wanted.PrivilegeCount = 1;
        wanted.Privileges[0].Luid.LowPart = Privilege;
        wanted.Privileges[0].Luid.HighPart = 0;
        wanted.Privileges[0].Attributes = Attributes;
        status = ZwAdjustPrivilegesToken(Token, FALSE, &wanted, 0, NULL, NULL);
        say_status(What, status);
        say_number("enabled", (FindPrivilege(Token) & SE_PRIVILEGE_ENABLED) != 0);
}

static VOID Copy(_In_ HANDLE Token) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityIdentification, FALSE,
                FALSE };
        OBJECT_ATTRIBUTES attributes;
        HANDLE copy = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        attributes.SecurityQualityOfService = &quality;
        say_status("copy", ZwDuplicateToken(Token, TOKEN_QUERY, &attributes, FALSE,
                                           TokenImpersonation, &copy));
        QueryStatistics(copy);
        say_status("level", Query(copy, TokenImpersonationLevel, sizeof(ULONG)));
        say_number("is", *(PULONG) Buffer);
        say_status("adjust without the right",
                        ZwAdjustPrivilegesToken(copy, TRUE, NULL, 0, NULL, NULL));
        ZwClose(copy);
}

int main(void) {
        HANDLE token = NULL;

        say_status("open", ZwOpenProcessTokenEx(NtCurrentProcess(),
                                           TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ADJUST_PRIVILEGES,
                                           0, &token));
        QueryUser(token);
        QueryStatistics(token);
        Adjust("off", token, SE_CHANGE_NOTIFY_PRIVILEGE, 0);
        Adjust("on", token, SE_CHANGE_NOTIFY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        Adjust("unknown", token, 4711, SE_PRIVILEGE_ENABLED);
        Copy(token);
        ZwClose(token);
        return 0;
}
