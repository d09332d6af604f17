/*
 * A tree of directories: names relative to a handle, listing, collisions, what is not a directory.
 */

#include <ntifs.h>

#include "say.h"

static NTSTATUS CreateDirectory(_In_opt_ HANDLE Root,
                _In_ PCWSTR Name,
                _In_ ULONG Attributes,
                _Out_ PHANDLE Directory) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&name, Name);
        InitializeObjectAttributes(&attributes, &name, Attributes, Root, NULL);
        return ZwCreateDirectoryObject(Directory, DIRECTORY_ALL_ACCESS, &attributes);
}

static NTSTATUS OpenDirectory(_In_opt_ HANDLE Root,
                _In_ PCWSTR Name,
                _In_ ACCESS_MASK Access,
                _Out_ PHANDLE Directory) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&name, Name);
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, Root, NULL);
        return ZwOpenDirectoryObject(Directory, Access, &attributes);
}

static NTSTATUS CreateSection(_In_ HANDLE Root, _In_ PCWSTR Name, _Out_ PHANDLE Section) {
        UNICODE_STRING name;
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;

        size.QuadPart = PAGE_SIZE;
        RtlInitUnicodeString(&name, Name);
        InitializeObjectAttributes(&attributes, &name, 0, Root, NULL);
        return ZwCreateSection(Section, SECTION_QUERY, &attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

/* The first two fields of what ZwQueryDirectoryObject() writes. */
typedef struct _ENTRY {
        UNICODE_STRING Name;
        UNICODE_STRING TypeName;
} ENTRY, *PENTRY;

/* One entry a call, as drivers do it; the order is the system's, so only what is found is told. */
static VOID List(_In_ HANDLE Directory) {
        DECLSPEC_ALIGN(8) UCHAR buffer[512];
        PENTRY entry = (PENTRY) buffer;
        ULONG context = 0, needed = 0, n = 0, sections = 0, directories = 0, units = 0;
        BOOLEAN first = TRUE;

        for (;;) {
                NTSTATUS status = ZwQueryDirectoryObject(
                                Directory, buffer, sizeof(buffer), TRUE, first, &context, &needed);

                first = FALSE;
                if (status == STATUS_NO_MORE_ENTRIES)
                        break;
                if (!NT_SUCCESS(status)) {
                        say_status("list", status);
                        return;
                }
                n++;
                units += entry->Name.Length / sizeof(WCHAR);
                if (entry->TypeName.Buffer[0] == L'S')
                        sections++;
                if (entry->TypeName.Buffer[0] == L'D')
                        directories++;
        }
        say_number("entries", n);
        say_number("sections", sections);
        say_number("directories", directories);
        say_number("characters of all names", units);
}

int main(void) {
        HANDLE root = NULL, child = NULL, other = NULL, section = NULL, more = NULL;

        say_status("create", CreateDirectory(NULL, L"\\BaseNamedObjects\\WdkTree", 0, &root));
        say_status("create again",
                        CreateDirectory(NULL, L"\\BaseNamedObjects\\WdkTree", 0, &other));
        say_status("create or open",
                        CreateDirectory(NULL, L"\\BaseNamedObjects\\WdkTree", OBJ_OPENIF, &other));
        ZwClose(other);
        List(root);
        say_status("child", CreateDirectory(root, L"Child", 0, &child));
        say_status("below a missing one", CreateDirectory(root, L"Nobody\\There", 0, &other));
        say_status("with a backslash first", CreateDirectory(root, L"\\Child", 0, &other));
        say_status("empty component", CreateDirectory(root, L"Child\\\\Deep", 0, &other));
        say_status("section", CreateSection(child, L"Memory", &section));
        List(root);
        List(child);
        say_status("a section as a directory",
                        OpenDirectory(child, L"Memory", DIRECTORY_QUERY, &other));
        say_status("open by path", OpenDirectory(NULL, L"\\BaseNamedObjects\\wdktree\\CHILD",
                                                   DIRECTORY_QUERY, &other));
        say_status("create in one for queries", CreateSection(other, L"More", &more));
        ZwClose(more);
        ZwClose(other);
        ZwClose(section);
        List(child);
        ZwClose(child);
        say_status("child is gone", OpenDirectory(root, L"Child", DIRECTORY_QUERY, &other));
        ZwClose(root);
        say_status("all is gone", OpenDirectory(NULL, L"\\BaseNamedObjects\\WdkTree",
                                                  DIRECTORY_QUERY, &other));
        return 0;
}
