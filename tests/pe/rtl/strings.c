#include <string.h>

#include "world.h"

static WCHAR some_unit(void) {
        static const WCHAR units[] = { 'a', 'A', 'b', 'B', 'z', '_', 0x00E9, 0x00C9, 0x0131, 0xD800,
                0xDC00, 0x0416, 0x0436, 0, ' ', 0xFFFF };

        return units[random_below(N(units))];
}

static void some_string(UNICODE_STRING *string, WCHAR *buffer, ULONG max_units) {
        ULONG n = random_below(max_units + 1);

        for (ULONG i = 0; i < max_units; i++)
                buffer[i] = some_unit();
        string->Buffer = buffer;
        string->Length = (USHORT) (n * 2);
        string->MaximumLength = (USHORT) (max_units * 2);
}

static void some_bytes(STRING *string, char *buffer, ULONG max) {
        ULONG n = random_below(max + 1);

        for (ULONG i = 0; i < max; i++)
                buffer[i] = "abABzZ_@[`{"[random_below(11)];
        string->Buffer = buffer;
        string->Length = (USHORT) n;
        string->MaximumLength = (USHORT) max;
}

static void put_string(const UNICODE_STRING *string) {
        put("length", string->Length);
        put("maximum", string->MaximumLength);
        put_units(string->Buffer, string->MaximumLength / 2);
}

static void one_round(void) {
        WCHAR left_units[16], right_units[16], out_units[24];
        char left_bytes[16], right_bytes[16], out_bytes[24];
        UNICODE_STRING left, right, out = { .Buffer = out_units };
        STRING a, b, c = { .Buffer = out_bytes };
        BOOLEAN ignore_case = (BOOLEAN) random_below(2);
        USHORT at = 0x5555;
        ULONG hash = 0;
        NTSTATUS status;

        some_string(&left, left_units, 5);
        some_string(&right, right_units, 5);
        if (random_below(2))
                memcpy(right_units, left_units, sizeof(WCHAR) * 4);
        put_text("Strings");
        put_units(left.Buffer, left.Length / 2);
        put_units(right.Buffer, right.Length / 2);
        put("case", ignore_case);
        put("compare", (uint64_t) (uint32_t) RtlCompareUnicodeString(&left, &right, ignore_case));
        put("equal", RtlEqualUnicodeString(&left, &right, ignore_case));
        put("prefix", RtlPrefixUnicodeString(&left, &right, ignore_case));
        status = RtlHashUnicodeString(&left, ignore_case, random_below(3), &hash);
        put("hash", (ULONG) status);
        put("value", hash);
        for (ULONG flags = 0; flags < 4; flags++) {
                status = RtlFindCharInUnicodeString(flags, &left, &right, &at);
                put("find", (ULONG) status);
                put("at", at);
        }
        put_line();

        memset(out_units, 0x77, sizeof(out_units));
        out.MaximumLength = (USHORT) random_below(22);
        out.Length = (USHORT) (random_below(out.MaximumLength / 2 + 1) * 2);
        put_text("Append");
        put_units(left.Buffer, left.Length / 2);
        status = RtlAppendUnicodeStringToString(&out, &left);
        put("status", (ULONG) status);
        put_string(&out);
        RtlCopyUnicodeString(&out, &right);
        put_string(&out);
        RtlEraseUnicodeString(&out);
        put_string(&out);
        status = RtlUpcaseUnicodeString(&out, &left, FALSE);
        put("status", (ULONG) status);
        put_string(&out);
        status = RtlDowncaseUnicodeString(&out, &left, FALSE);
        put("status", (ULONG) status);
        put_string(&out);
        put_line();

        some_bytes(&a, left_bytes, 5);
        some_bytes(&b, right_bytes, 5);
        if (random_below(2))
                memcpy(right_bytes, left_bytes, 4);
        memset(out_bytes, 0x77, sizeof(out_bytes));
        c.MaximumLength = (USHORT) random_below(12);
        c.Length = (USHORT) random_below(c.MaximumLength + 1u);
        put_text("Bytes");
        put_bytes(a.Buffer, a.Length);
        put_bytes(b.Buffer, b.Length);
        put("case", ignore_case);
        put("compare", (uint64_t) (uint32_t) RtlCompareString(&a, &b, ignore_case));
        put("equal", RtlEqualString(&a, &b, ignore_case));
        put("prefix", RtlPrefixString(&a, &b, ignore_case));
        put("append", (ULONG) RtlAppendStringToString(&c, &a));
        put("length", c.Length);
        put_bytes(out_bytes, 14);
        RtlCopyString(&c, &b);
        put("length", c.Length);
        put_bytes(out_bytes, 14);
        RtlUpperString(&c, &a);
        put("length", c.Length);
        put_bytes(out_bytes, 14);
        put_line();
}

void compare_strings(void) {
        for (ULONG i = 0; i < 65536; i++) {
                if (RtlUpcaseUnicodeChar((WCHAR) i) == i && RtlDowncaseUnicodeChar((WCHAR) i) == i)
                        continue;
                put_text("Case");
                put("unit", i);
                put("up", RtlUpcaseUnicodeChar((WCHAR) i));
                put("down", RtlDowncaseUnicodeChar((WCHAR) i));
                put_line();
        }
        for (int i = 0; i < 128; i++) {
                put_text("UpperChar");
                put("byte", (uint8_t) i);
                put("up", (uint8_t) RtlUpperChar((CHAR) i));
                put_line();
        }
        for (int i = 0; i < 1500; i++)
                one_round();
        for (ULONG flags = 0; flags < 6; flags++) {
                for (USHORT length = 0; length < 5; length++) {
                        for (USHORT maximum = 0; maximum < 6; maximum++) {
                                UNICODE_STRING from = { length, maximum, (PWSTR) u"abcd" },
                                               to = { 0x55, 0x55, NULL };
                                NTSTATUS status;

                                if (length == 0 && maximum > 3)
                                        from.Buffer = NULL;
                                status = RtlDuplicateUnicodeString(flags, &from, &to);
                                put_text("Duplicate");
                                put("flags", flags);
                                put("length", length);
                                put("maximum", maximum);
                                put("status", (ULONG) status);
                                put("length", to.Length);
                                put("maximum", to.MaximumLength);
                                put("buffer", to.Buffer != NULL);
                                put_line();
                                if (NT_SUCCESS(status))
                                        RtlFreeUnicodeString(&to);
                        }
                }
        }
}

static void utf8(const uint8_t *bytes, ULONG size, ULONG room) {
        WCHAR units[16];
        ULONG length = 0x5555;
        NTSTATUS status;

        memset(units, 0x77, sizeof(units));
        status = RtlUTF8ToUnicodeN(room == 99 ? NULL : units, room, &length, (PCCH) bytes, size);
        put_text("UTF8ToUnicodeN");
        put_bytes(bytes, size);
        put("room", room);
        put("status", (ULONG) status);
        put("length", length);
        put_units(units, room == 99 ? 0 : 8);
        put_line();
}

static void utf16(const WCHAR *units, ULONG size, ULONG room) {
        char bytes[32];
        ULONG length = 0x5555;
        NTSTATUS status;

        memset(bytes, 0x77, sizeof(bytes));
        status = RtlUnicodeToUTF8N(room == 99 ? NULL : bytes, room, &length, units, size);
        put_text("UnicodeToUTF8N");
        put_units(units, size / 2);
        put("size", size);
        put("room", room);
        put("status", (ULONG) status);
        put("length", length);
        put_bytes(bytes, room == 99 ? 0 : 16);
        put_line();
}

static void ascii(void) {
        char bytes[8] = "abc", out_bytes[16];
        WCHAR units[16];

        for (USHORT length = 0; length < 4; length++) {
                for (USHORT room = 0; room < 12; room++) {
                        STRING from = { length, 4, bytes };
                        UNICODE_STRING to = { 0x55, room, units };
                        UNICODE_STRING wide = { (USHORT) (length * 2), 8, (PWSTR) u"abc" };
                        STRING narrow = { 0x55, room, out_bytes };

                        memset(units, 0x77, sizeof(units));
                        put_text("AnsiStringToUnicodeString");
                        put("from", length);
                        put("room", room);
                        put("status", (ULONG) RtlAnsiStringToUnicodeString(&to, &from, FALSE));
                        put("length", to.Length);
                        put_units(units, 6);
                        memset(out_bytes, 0x77, sizeof(out_bytes));
                        put("back", (ULONG) RtlUnicodeStringToAnsiString(&narrow, &wide, FALSE));
                        put("length", narrow.Length);
                        put_bytes(out_bytes, 6);
                        memset(out_bytes, 0x77, sizeof(out_bytes));
                        put("oem", (ULONG) RtlUpcaseUnicodeStringToOemString(
                                                   &narrow, &wide, FALSE));
                        put("length", narrow.Length);
                        put_bytes(out_bytes, 6);
                        put_line();
                }
        }
}

void compare_conversions(void) {
        static const uint8_t leads[] = { 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
                0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF };
        static const WCHAR halves[] = { 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDBFF,
                0xDC00, 0xDFFF, 0xE000, 0xFFFF };

        for (int i = 0; i < 6000; i++) {
                uint8_t bytes[9];
                ULONG size = random_below(6);

                for (ULONG k = 0; k < size; k++)
                        bytes[k] = leads[random_below(N(leads))];
                memset(bytes + size, 'a',
                                3); /* a first byte at the end: Wine takes all that follows */
                utf8(bytes, size + 3, i % 5 == 0 ? 99 : i % 4 == 0 ? random_below(8) : 24);
        }
        for (int i = 0; i < 3000; i++) {
                WCHAR units[4];
                ULONG room;

                for (ULONG k = 0; k < 4; k++)
                        units[k] = halves[random_below(N(halves))];
                room = i % 5 == 0 ? 99 : i % 3 == 0 ? random_below(14) : 32;
                utf16(units, random_below(9), room);
        }
        ascii();
}
