/*
 * Makes objects and has them until its standard input ends: somebody for ntobj to look at.
 *
 *     hold-objects [directory NAME | section NAME SIZE | link NAME TARGET]...
 *
 * Says "ready" when it has them all. Names are ASCII; ~HHHH is the UTF-16 unit HHHH.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zw.h"

#define NAME_UNITS_MAX 32767

/* Ends the program with a word about it. */
static void require(NTSTATUS status, const char *kind, const char *name) {
        const char *text = zw_status_name(status);

        if (NT_SUCCESS(status))
                return;
        fprintf(stderr, "hold-objects: %s %s: %s\n", kind, name, text ? text : "?");
        exit(1);
}

static UNICODE_STRING parse(const char *text, WCHAR *units) {
        USHORT n_units = 0;

        while (*text && n_units < NAME_UNITS_MAX) {
                char digits[5] = { 0 };

                if (*text != '~') {
                        units[n_units++] = (WCHAR) (unsigned char) *text++;
                        continue;
                }
                strncpy(digits, text + 1, 4);
                units[n_units++] = (WCHAR) strtoul(digits, NULL, 16);
                text += 1 + strlen(digits);
        }
        return (UNICODE_STRING){
                .Length = (USHORT) (n_units * sizeof(WCHAR)),
                .MaximumLength = (USHORT) (n_units * sizeof(WCHAR)),
                .Buffer = units,
        };
}

static void hold_section(POBJECT_ATTRIBUTES attributes, const char *name, const char *size) {
        LARGE_INTEGER maximum = { .QuadPart = strtoll(size, NULL, 0) };
        HANDLE section;

        require(zw_create_section(&section, SECTION_ALL_ACCESS, attributes, &maximum,
                                PAGE_READWRITE, SEC_COMMIT, NULL),
                        "section", name);
}

/* Makes what @arguments begin with; returns how many of them that took. */
static int hold(char **arguments, int n_arguments) {
        static WCHAR name_units[NAME_UNITS_MAX], target_units[NAME_UNITS_MAX];
        const char *kind = arguments[0];
        UNICODE_STRING name, target;
        OBJECT_ATTRIBUTES attributes = { .Length = sizeof(attributes), .ObjectName = &name };
        HANDLE handle;

        if (n_arguments >= 2)
                name = parse(arguments[1], name_units);
        if (n_arguments >= 2 && strcmp(kind, "directory") == 0) {
                require(zw_create_directory_object(&handle, DIRECTORY_ALL_ACCESS, &attributes),
                                kind, arguments[1]);
                return 2;
        }
        if (n_arguments >= 3 && strcmp(kind, "section") == 0) {
                hold_section(&attributes, arguments[1], arguments[2]);
                return 3;
        }
        if (n_arguments >= 3 && strcmp(kind, "link") == 0) {
                target = parse(arguments[2], target_units);
                require(zw_create_symbolic_link_object(
                                        &handle, SYMBOLIC_LINK_ALL_ACCESS, &attributes, &target),
                                kind, arguments[1]);
                return 3;
        }
        fprintf(stderr, "hold-objects: %s?\n", kind);
        exit(2);
}

int main(int argc, char **argv) {
        char byte;

        for (int i = 1; i < argc;)
                i += hold(argv + i, argc - i);
        puts("ready");
        fflush(stdout);
        while (read(STDIN_FILENO, &byte, 1) > 0)
                ;
        return 0;
}
