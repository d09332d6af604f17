/*
 * Resources of a program, found by type, name and language, and messages among them.
 *
 * Out: English, Deutsch, neutral, by name, type by name
 * Out: no type: C000008A
 * Out: no name: C000008B
 * Out: directory: C0000204
 * Out: no data: C0000089
 * Out: first
 * Out: second text
 * Out: wide wid
 * Out: no message: C0000109
 */

#include "ldr.h"
#include "pe.h"

#define RAW_DATA 10
#define MESSAGES 11
#define ENGLISH  0x409
#define GERMAN   0x407
#define FRENCH   0x40C

/* MESSAGE_RESOURCE_ENTRY */
typedef struct Message {
        USHORT length;
        USHORT flags;
        char text[];
} Message;

static PVOID program;

static void copy(ULONG_PTR type, ULONG_PTR name, ULONG_PTR language, char text[32]) {
        const ULONG_PTR path[3] = { type, name, language };
        PVOID entry = NULL, bytes = NULL;
        ULONG size = 0;

        text[0] = 0;
        check_status(LdrFindResource_U(program, path, 3, &entry), STATUS_SUCCESS);
        if (!entry)
                return;
        check_status(LdrAccessResource(program, entry, &bytes, &size), STATUS_SUCCESS);
        check(size < 32 && at_offset(ULONG, entry, 4) == size);
        memcpy(text, bytes, size);
        text[size] = 0;
}

static void texts(void) {
        char text[5][32];

        copy(RAW_DATA, 1, ENGLISH, text[0]);
        copy(RAW_DATA, 1, GERMAN, text[1]);
        copy(RAW_DATA, 2, FRENCH, text[2]); /* what has no language is for all */
        copy(RAW_DATA, (ULONG_PTR) u"GREETING", 0, text[3]);
        copy((ULONG_PTR) u"MYTYPE", 3, 0, text[4]);
        print("%s, %s, %s, %s, %s\n", text[0], text[1], text[2], text[3], text[4]);
}

static void absent(void) {
        const ULONG_PTR no_type[3] = { 99, 1, 0 }, no_name[3] = { RAW_DATA, 99, 0 },
                        path[3] = { RAW_DATA, 1, ENGLISH };
        PVOID entry = (PVOID) 0x55, ntdll = NULL;

        print_status("no type", LdrFindResource_U(program, no_type, 3, &entry));
        print_status("no name", LdrFindResource_U(program, no_name, 3, &entry));
        check_status(LdrFindResource_U(program, path, 4, &entry), STATUS_INVALID_PARAMETER);
        check(entry == (PVOID) 0x55);
        check_status(LdrFindResourceDirectory_U(program, path, 0, &entry), STATUS_SUCCESS);
        check(entry == RtlImageDirectoryEntryToData(
                                       at_offset(PVOID, peb_self(), 0x10), TRUE, 2, &(ULONG){ 0 }));
        check_status(LdrFindResourceDirectory_U(program, path, 1, &entry), STATUS_SUCCESS);
        check(at_offset(USHORT, entry, 12) == 1 && at_offset(USHORT, entry, 14) == 2);
        check_status(LdrFindResourceDirectory_U(program, path, 2, &entry), STATUS_SUCCESS);
        check(at_offset(USHORT, entry, 14) == 2);
        print_status("directory", LdrFindResourceDirectory_U(program, path, 3, &entry));
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-quiet"), &ntdll), STATUS_SUCCESS);
        print_status("no data", LdrFindResource_U(ntdll, path, 3, &entry));
        check_status(LdrUnloadDll(ntdll), STATUS_SUCCESS);
}

static const Message *message(ULONG id) {
        PVOID entry = NULL;

        check_status(RtlFindMessage(program, MESSAGES, ENGLISH, id, &entry), STATUS_SUCCESS);
        return entry;
}

NTSTATUS world_main(void) {
        PVOID entry = NULL;

        program = at_offset(PVOID, peb_self(), 0x10);
        texts();
        absent();
        print("%s", message(0x10)->text);
        print("%s\n", message(0x11)->text);
        check(message(0x10)->flags == 0 && message(0x40000001)->flags == 1);
        print("wide %ls\n", (PCWSTR) (const void *) message(0x40000001)->text);
        print_status("no message", RtlFindMessage(program, MESSAGES, ENGLISH, 0x12, &entry));
        check_status(RtlFindMessage(program, MESSAGES, ENGLISH, 0xF, &entry),
                        STATUS_MESSAGE_NOT_FOUND);
        return failed;
}
