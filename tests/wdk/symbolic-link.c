/*
 * Symbolic links: made, asked for their target, followed, and left without one.
 */

#include <ntifs.h>

#include "say.h"

static NTSTATUS CreateLink(_In_ PCWSTR Name, _In_ PCWSTR Target, _Out_ PHANDLE Link) {
        UNICODE_STRING name, target;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&name, Name);
        RtlInitUnicodeString(&target, Target);
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return ZwCreateSymbolicLinkObject(Link, SYMBOLIC_LINK_ALL_ACCESS, &attributes, &target);
}

static VOID Query(_In_ HANDLE Link, _In_ USHORT Room) {
        WCHAR buffer[128];
        UNICODE_STRING target;
        ULONG needed = 0;
        NTSTATUS status;

        RtlInitEmptyUnicodeString(&target, buffer, Room);
        status = ZwQuerySymbolicLinkObject(Link, &target, &needed);
        say_status("query", status);
        if (NT_SUCCESS(status))
                say_string("target", &target);
        say_number("needed", needed);
}

static NTSTATUS OpenSection(_In_ PCWSTR Name, _In_ ACCESS_MASK Access, _Out_ PHANDLE Section) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&name, Name);
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return ZwOpenSection(Section, Access, &attributes);
}

int main(void) {
        DECLARE_CONST_UNICODE_STRING(targetName, L"\\BaseNamedObjects\\WdkTarget");
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;
        HANDLE link = NULL, chain = NULL, section = NULL, opened = NULL;

        size.QuadPart = PAGE_SIZE;
        say_status("link", CreateLink(L"\\BaseNamedObjects\\WdkLink",
                                           L"\\BaseNamedObjects\\WdkTarget", &link));
        say_status("chain", CreateLink(L"\\BaseNamedObjects\\WdkChain",
                                            L"\\BaseNamedObjects\\WdkLink", &chain));
        Query(link, 256);
        Query(link, 8);
        InitializeObjectAttributes(&attributes, (PUNICODE_STRING) &targetName, 0, NULL, NULL);
        say_status("target", ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size,
                                             PAGE_READWRITE, SEC_COMMIT, NULL));
        say_status("open by the link",
                        OpenSection(L"\\BaseNamedObjects\\WdkLink", SECTION_QUERY, &opened));
        ZwClose(opened);
        say_status("open by the chain",
                        OpenSection(L"\\BaseNamedObjects\\wdkchain", SECTION_QUERY, &opened));
        ZwClose(opened);
        say_status("a section as a link",
                        ZwOpenSymbolicLinkObject(&opened, GENERIC_READ, &attributes));
        ZwClose(link);
        say_status("target all the same",
                        OpenSection(L"\\BaseNamedObjects\\WdkTarget", SECTION_QUERY, &opened));
        ZwClose(opened);
        ZwClose(chain);
        ZwClose(section);
        return 0;
}
