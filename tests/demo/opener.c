/*
 * The main job, second program: opens by name what the first has made, and meets each way to fail.
 *
 * Written as for Windows, and built unchanged for both.
 */

#include <string.h>
#include <wdm.h>

#include "dialog.h"

/* Case does not matter in the name: the creator wrote it otherwise. */
#define NAME L"\\BaseNamedObjects\\greeting"

static NTSTATUS open_section(PCWSTR name, ACCESS_MASK access, PHANDLE section) {
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;

        RtlInitUnicodeString(&string, name);
        InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return ZwOpenSection(section, access, &attributes);
}

static NTSTATUS map_section(HANDLE section, ULONG protection, PVOID *view) {
        SIZE_T view_size = 0;

        *view = NULL;
        return ZwMapViewOfSection(section, NtCurrentProcess(), view, 0, 0, NULL, &view_size,
                        ViewUnmap, 0, protection);
}

static void unmap_section(PVOID view) {
        require("ZwUnmapViewOfSection", ZwUnmapViewOfSection(NtCurrentProcess(), view),
                        STATUS_SUCCESS);
}

static void answer_the_creator(HANDLE section) {
        PVOID view;

        require("ZwMapViewOfSection", map_section(section, PAGE_READWRITE, &view), STATUS_SUCCESS);
        if (strcmp(view, "Hello from the creator.") != 0)
                exit(EXIT_FAILURE);
        strcpy(view, "Hello from the opener.");
        unmap_section(view);
}

/* A handle that may read only: the same memory, but no view that writes. */
static void open_with_too_few_rights(void) {
        HANDLE section;
        PVOID view;

        require("ZwOpenSection", open_section(NAME, SECTION_MAP_READ, &section), STATUS_SUCCESS);
        require("ZwMapViewOfSection", map_section(section, PAGE_READWRITE, &view),
                        STATUS_ACCESS_DENIED);
        require("ZwMapViewOfSection", map_section(section, PAGE_READONLY, &view), STATUS_SUCCESS);
        if (strcmp(view, "Hello from the opener.") != 0)
                exit(EXIT_FAILURE);
        unmap_section(view);
        require("ZwClose", ZwClose(section), STATUS_SUCCESS);
}

/* The name lives as long as any handle, whoever made the section; then it is gone. */
static void close_the_last_handle(HANDLE section) {
        HANDLE again;

        require("ZwOpenSection", open_section(NAME, SECTION_QUERY, &again), STATUS_SUCCESS);
        require("ZwClose", ZwClose(again), STATUS_SUCCESS);
        require("ZwClose", ZwClose(section), STATUS_SUCCESS);
        require("ZwOpenSection", open_section(NAME, SECTION_QUERY, &again),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}

int main(void) {
        HANDLE section;

        require("ZwOpenSection",
                        open_section(L"\\BaseNamedObjects\\Missing", SECTION_MAP_READ, &section),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        require("ZwOpenSection", open_section(NAME, SECTION_MAP_READ | SECTION_MAP_WRITE, &section),
                        STATUS_SUCCESS);
        answer_the_creator(section);
        say_and_wait("answered");

        open_with_too_few_rights();
        say_and_wait("refused");

        close_the_last_handle(section);
        say("gone");
        return EXIT_SUCCESS;
}
