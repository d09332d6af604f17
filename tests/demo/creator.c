/*
 * The main job, first program: makes a section, writes into it, and reads the answer.
 *
 * Written as for Windows, and built unchanged for both.
 */

#include <string.h>
#include <wdm.h>

#include "dialog.h"

static HANDLE create_section(PCWSTR name) {
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;
        HANDLE section = NULL;

        RtlInitUnicodeString(&string, name);
        InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE, NULL, NULL);
        size.QuadPart = 65536;
        require("ZwCreateSection",
                        ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size,
                                        PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        return section;
}

int main(void) {
        HANDLE section = create_section(L"\\BaseNamedObjects\\Greeting");
        PVOID view = NULL;
        SIZE_T view_size = 0;

        require("ZwMapViewOfSection",
                        ZwMapViewOfSection(section, NtCurrentProcess(), &view, 0, 0, NULL,
                                        &view_size, ViewUnmap, 0, PAGE_READWRITE),
                        STATUS_SUCCESS);
        strcpy(view, "Hello from the creator.");

        say_and_wait("written");

        if (strcmp(view, "Hello from the opener.") != 0)
                return EXIT_FAILURE;
        require("ZwUnmapViewOfSection", ZwUnmapViewOfSection(NtCurrentProcess(), view),
                        STATUS_SUCCESS);
        require("ZwClose", ZwClose(section), STATUS_SUCCESS);

        say("closed");
        return EXIT_SUCCESS;
}
