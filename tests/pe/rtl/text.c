#include <string.h>

#include "world.h"

static const char *const numbers[] = {
        "0",
        "1",
        "+1",
        "-1",
        " 12",
        "\t12",
        "\x01\x1f 12",
        "12 ",
        "12x",
        "0x12",
        "0X12",
        "0b101",
        "0B101",
        "0o17",
        "0O17",
        "x12",
        "0x",
        "0b",
        "0b2",
        "0o8",
        "",
        " ",
        "+",
        "-",
        "--1",
        "+-1",
        "4294967295",
        "4294967296",
        "99999999999",
        "-4294967296",
        "0xffffffff",
        "0x1ffffffff",
        "abcdef",
        "ABCDEFG",
        "1e5",
        "\xe9\x31",
        "\x7f\x31",
        "1\x80",
        "0777",
        "0789",
        "- 1",
        "-0x10",
        "00x10",
        "0x-1",
        "1.5",
        "a",
        "g",
        "0xg",
        "0b1012",
        "0o1789",
        "2147483648",
        "-2147483648",
};
static const ULONG bases[] = { 0, 2, 8, 10, 16, 1, 3, 7, 36, 0xFFFFFFFF };

static void parse(const char *text, ULONG base) {
        ULONG value = 0x55555555;
        WCHAR units[64];
        UNICODE_STRING string = { 0 };
        NTSTATUS status = RtlCharToInteger(text, base, &value);

        put_text("CharToInteger '");
        put_text(text);
        put_text("'");
        put("base", base);
        put("status", (ULONG) status);
        put("value", value);
        put_line();

        widen(text, units);
        string.Buffer = units;
        string.Length = string.MaximumLength = (USHORT) (strlen(text) * 2);
        value = 0x55555555;
        status = RtlUnicodeStringToInteger(&string, base, &value);
        put_text("UnicodeStringToInteger '");
        put_text(text);
        put_text("'");
        put("base", base);
        put("status", (ULONG) status);
        put("value", value);
        put_line();
}

static void format(ULONGLONG value, ULONG base, ULONG room) {
        char text[80];
        WCHAR units[80];
        UNICODE_STRING string = { .Buffer = units, .Length = 0x55, .MaximumLength = (USHORT) room };
        LARGE_INTEGER large = { .QuadPart = (LONGLONG) value };
        NTSTATUS status;

        memset(text, 0x77, sizeof(text));
        status = RtlIntegerToChar((ULONG) value, base, room, text);
        put_text("IntegerToChar");
        put("value", (ULONG) value);
        put("base", base);
        put("room", room);
        put("status", (ULONG) status);
        put_bytes(text, 36);
        put_line();

        memset(text, 0x77, sizeof(text));
        status = RtlLargeIntegerToChar(&large, base, room, text);
        put_text("LargeIntegerToChar");
        put("value", value);
        put("base", base);
        put("room", room);
        put("status", (ULONG) status);
        put_bytes(text, 68);
        put_line();

        memset(units, 0x77, sizeof(units));
        status = RtlIntegerToUnicodeString((ULONG) value, base, &string);
        put_text("IntegerToUnicodeString");
        put("value", (ULONG) value);
        put("base", base);
        put("room", room);
        put("status", (ULONG) status);
        put("length", string.Length);
        put_units(units, 34);
        put_line();

        memset(units, 0x77, sizeof(units));
        string.Length = 0x55;
        status = RtlInt64ToUnicodeString(value, base, &string);
        put_text("Int64ToUnicodeString");
        put("value", value);
        put("base", base);
        put("room", room);
        put("status", (ULONG) status);
        put("length", string.Length);
        put_units(units, 66);
        put_line();
}

static void guids(void) {
        static const char *const texts[] = {
                "{01020304-0506-0708-090A-0B0C0D0E0F0A}",
                "{abcdefAB-cdef-ABCD-efab-cdefABCDEFab}",
                "01020304-0506-0708-090A-0B0C0D0E0F0A}",
                "{01020304-0506-0708-090A-0B0C0D0E0F0A",
                "{01020304-0506-0708-090A-0B0C0D0E0F0A}x",
                "{0102030-40506-0708-090A-0B0C0D0E0F0A}",
                "{0102030g-0506-0708-090A-0B0C0D0E0F0A}",
                "{01020304_0506-0708-090A-0B0C0D0E0F0A}",
                "{01020304-0506-0708-090A0B0C0D0E0F0A}",
                "",
                "{}",
        };

        for (size_t i = 0; i < N(texts); i++) {
                WCHAR units[64];
                UNICODE_STRING string = { .Buffer = units };
                GUID guid;
                NTSTATUS status;

                widen(texts[i], units);
                string.Length = string.MaximumLength = (USHORT) (strlen(texts[i]) * 2);
                memset(&guid, 0x77, sizeof(guid));
                status = RtlGUIDFromString(&string, &guid);
                put_text("GUIDFromString ");
                put_text(texts[i]);
                put("status", (ULONG) status);
                if (NT_SUCCESS(status))
                        put_bytes(&guid, sizeof(guid));
                put_line();
                if (!NT_SUCCESS(status))
                        continue;
                status = RtlStringFromGUID(&guid, &string);
                put_text("StringFromGUID");
                put("status", (ULONG) status);
                put("length", string.Length);
                put("maximum", string.MaximumLength);
                put_units(string.Buffer, string.Length / 2 + 1);
                put_line();
                RtlFreeUnicodeString(&string);
        }
}

void compare_numbers(void) {
        static const ULONGLONG values[] = { 0, 1, 7, 9, 10, 255, 12345, 0x7FFFFFFF, 0x80000000,
                0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF };

        for (size_t i = 0; i < N(numbers); i++) {
                for (size_t b = 0; b < N(bases); b++)
                        parse(numbers[i], bases[b]);
        }
        for (size_t i = 0; i < N(values); i++) {
                for (size_t b = 0; b < 7; b++) {
                        for (ULONG room = 0; room < 70;
                                        room += 2) /* Wine writes a NUL beyond an odd length */
                                format(values[i], bases[b], room);
                }
        }
        guids();
}
