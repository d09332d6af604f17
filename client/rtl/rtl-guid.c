#include <stdio.h>

#include "ntrtlnum.h"
#include "ntstatus.h"
#include "rtl-heap.h"
#include "rtl-string.h"
#include "rtl-text.h"

#define TEXT_LENGTH 38
#define TEXT_BYTES  (TEXT_LENGTH * sizeof(WCHAR))

static NTSTATUS format(const GUID *guid, UNICODE_STRING *string, bool allocate) {
        char text[TEXT_LENGTH + 1];

        if (allocate) {
                string->Buffer = rtl_allocate(TEXT_BYTES + sizeof(WCHAR));
                if (!string->Buffer)
                        return STATUS_NO_MEMORY;
                string->MaximumLength = TEXT_BYTES + sizeof(WCHAR);
        } else if (string->MaximumLength < TEXT_BYTES + sizeof(WCHAR)) {
                return STATUS_BUFFER_TOO_SMALL;
        }

        snprintf(text, sizeof(text), "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                        guid->Data1, guid->Data2, guid->Data3, guid->Data4[0], guid->Data4[1],
                        guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5],
                        guid->Data4[6], guid->Data4[7]);
        for (size_t i = 0; i <= TEXT_LENGTH; i++)
                string->Buffer[i] = (WCHAR) text[i];
        string->Length = TEXT_BYTES;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlStringFromGUID(REFGUID Guid, PUNICODE_STRING GuidString) {
        return format(Guid, GuidString, true);
}

NTSTATUS NTAPI RtlStringFromGUIDEx(REFGUID Guid, PUNICODE_STRING GuidString, BOOLEAN Allocate) {
        return format(Guid, GuidString, Allocate);
}

NTSTATUS NTAPI RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid) {
        static const char shape[] = "{hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh}";
        UCHAR bytes[16] = { 0 };
        GUID guid;
        size_t n = 0;

        if (GuidString->Length < TEXT_BYTES)
                return STATUS_INVALID_PARAMETER;
        for (size_t i = 0; i < TEXT_LENGTH; i++) {
                WCHAR unit = GuidString->Buffer[i];
                ULONG value = text_digit(unit);

                if (shape[i] == 'h' ? value > 15 : unit != (WCHAR) shape[i])
                        return STATUS_INVALID_PARAMETER;
                if (shape[i] == 'h') {
                        bytes[n / 2] = (UCHAR) (bytes[n / 2] << 4 | value);
                        n++;
                }
        }

        guid.Data1 = (ULONG) bytes[0] << 24 | (ULONG) bytes[1] << 16 | (ULONG) bytes[2] << 8 |
                     bytes[3];
        guid.Data2 = (USHORT) (bytes[4] << 8 | bytes[5]);
        guid.Data3 = (USHORT) (bytes[6] << 8 | bytes[7]);
        memcpy(guid.Data4, bytes + 8, sizeof(guid.Data4));
        *Guid = guid;
        return STATUS_SUCCESS;
}
