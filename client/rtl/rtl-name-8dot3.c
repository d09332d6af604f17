#include "ntrtlnls.h"
#include "ntrtlstr.h"
#include "ntstatus.h"
#include "rtl-string.h"

#define BASE_MAX      8
#define EXTENSION_MAX 3
#define NAME_MAX_83   (BASE_MAX + 1 + EXTENSION_MAX)

/* Whether the bytes are a name; @ret_spaces gets whether there are spaces in it. */
static bool legal(const char *name, size_t n, bool *ret_spaces) {
        const char *dot = NULL;

        *ret_spaces = false;
        if (n == 0 || (n == 1 && name[0] == '.') || (n == 2 && memcmp(name, "..", 2) == 0))
                return true;
        if (name[0] == ' ' || name[0] == '.' || name[n - 1] == ' ' || name[n - 1] == '.')
                return false;
        for (size_t i = 0; i < n; i++) {
                if (memchr("*?<>|\"+=,;[]:/\\", name[i], 15))
                        return false;
                if (name[i] == ' ')
                        *ret_spaces = true;
                if (name[i] == '.') {
                        if (dot || name[i - 1] == ' ')
                                return false;
                        dot = name + i;
                }
        }
        if (!dot)
                return n <= BASE_MAX;
        return dot - name <= BASE_MAX && name + n - dot - 1 <= EXTENSION_MAX;
}

BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(
                PCUNICODE_STRING Name, POEM_STRING OemName, PBOOLEAN NameContainsSpaces) {
        char bytes[NAME_MAX_83];
        STRING own = { .MaximumLength = sizeof(bytes), .Buffer = bytes };
        STRING *oem = OemName ? OemName : &own;
        ULONG n = 0, room = oem->MaximumLength;
        NTSTATUS status;
        bool spaces;

        if (room > NAME_MAX_83)
                room = NAME_MAX_83;
        status = RtlUpcaseUnicodeToOemN(oem->Buffer, room, &n, Name->Buffer, Name->Length);
        oem->Length = (USHORT) n;
        if (status == STATUS_BUFFER_OVERFLOW || !legal(oem->Buffer, n, &spaces))
                return FALSE;
        if (NameContainsSpaces)
                *NameContainsSpaces = spaces;
        return TRUE;
}
