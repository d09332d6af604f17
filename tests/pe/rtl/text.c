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

static void widen(const char *text, WCHAR *units) {
        size_t i = 0;

        do
                units[i] = (WCHAR) (unsigned char) text[i];
        while (text[i++]);
}

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

static const char *const ipv4[] = {
        "1.2.3.4",
        "0.0.0.0",
        "255.255.255.255",
        "256.1.1.1",
        "1.256.1.1",
        "1.2.3",
        "1.2",
        "1",
        "",
        ".",
        "1.",
        "1.2.",
        "1.2.3.",
        "1.2.3.4.",
        "1.2.3.4.5",
        ".1.2.3",
        "1..2",
        "1.2.3.256",
        "1.2.65535",
        "1.2.65536",
        "1.16777215",
        "1.16777216",
        "4294967295",
        "4294967296",
        "0x1.0x2.0x3.0x4",
        "01.02.03.04",
        "08.1.1.1",
        "0x",
        "0x.1",
        "0xff.1",
        "0xFF",
        "0377",
        "0400.1",
        "00.1",
        "1.2.3.4x",
        "1.2.3.4 ",
        " 1.2.3.4",
        "x",
        "1.2.3.x",
        "+1.2.3.4",
        "-1.2.3.4",
        "1.2.3.4:80",
        "1.2.3.4:0",
        "1.2.3.4:65535",
        "1.2.3.4:65536",
        "1.2.3.4:",
        "1.2.3.4:0x50",
        "1.2.3.4:0120",
        "1.2.3.4:80x",
        "1.2.3.4:-1",
        "1:80",
        "1.2:80",
        "0x1:0x50",
        "099.1.2.3",
        "1.2.3.099",
        "00000000001.2.3.4",
        "1.2.3.0x",
        "0x100.1.1.1",
        "1.2.3.4:08",
        "1.2.3.4:00080",
        "1.2.3.4:99999999999",
        "001.002.003.004",
        "1.2.3.4\n",
};
static const char *const ipv6[] = {
        "::",
        "::1",
        "1::",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        "1::8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "1::2::3",
        ":::",
        ":1",
        "1:",
        ":",
        "",
        "g::",
        "1:g",
        "12345::",
        "fe80::1%5",
        "fe80::1%",
        "fe80::1%x",
        "[::1]",
        "[::1]:80",
        "[::1]:",
        "[::1",
        "::1]",
        "[::1%3]:443",
        "[::1]:0x50",
        "[::1]:65536",
        "[::1]:080",
        "::1:80",
        "::ffff:1.2.3.4",
        "::1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3",
        "::1.2.3.256",
        "::01.2.3.4",
        "1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.4:1",
        "::0x1",
        "ABCD:ef01::",
        "0000:0000::",
        "00000::",
        "::ffff:0:1.2.3.4",
        "1:2",
        "1:::2",
        "::1 ",
        " ::1",
        "::1x",
        "fe80::5efe:1.2.3.4",
        "1:2:3:4:5:6:7:8%9",
        "[1:2:3:4:5:6:7:8%9]:1",
        "[::1]:80x",
        "[::1]x",
        "::1%4294967295",
        "::1%4294967296",
        "[::]:0",
        "1:2:3::4:5:6:7:8",
        "0:0:0:0:0:0:0:0",
        "::1%-1",
        "::1%0x10",
        "::1%010",
        "1::2:",
        "1::2:x",
        "1:2:3:4:5:6:7:",
        "::1.2.3.4x",
        "::1.2.3.",
};

static void parse_ipv4(const char *text, BOOLEAN strict) {
        struct in_addr address;
        PCSTR end = text;
        PCWSTR wide_end;
        WCHAR units[80];
        NTSTATUS status;

        memset(&address, 0x77, sizeof(address));
        status = RtlIpv4StringToAddressA(text, strict, &end, &address);
        put_text("Ipv4StringToAddress '");
        put_text(text);
        put_text("'");
        put("strict", strict);
        put("status", (ULONG) status);
        put("end", (size_t) (end - text));
        if (NT_SUCCESS(status))
                put_bytes(&address, 4);
        widen(text, units);
        wide_end = units;
        put("wide", (ULONG) RtlIpv4StringToAddressW(units, strict, &wide_end, &address));
        put("end", (size_t) (wide_end - units));
        put_line();
}

static bool has_colon(const char *text) {
        while (*text && *text != ':')
                text++;
        return *text == ':';
}

static void parse_ipv4_ex(const char *text, BOOLEAN strict) {
        struct in_addr address;
        WCHAR units[80];
        USHORT port = 0x5555;
        NTSTATUS status;

        memset(&address, 0x77, sizeof(address));
        status = RtlIpv4StringToAddressExA(text, strict, &address, &port);
        put_text("Ipv4StringToAddressEx '");
        put_text(text);
        put_text("'");
        put("strict", strict);
        put("status", (ULONG) status);
        if (NT_SUCCESS(status)) {
                if (has_colon(text)) /* else Wine leaves it as it was */
                        put("port", port);
                put_bytes(&address, 4);
        }
        widen(text, units);
        put("wide", (ULONG) RtlIpv4StringToAddressExW(units, strict, &address, &port));
        put_line();
}

static void parse_ipv6(const char *text) {
        struct in6_addr address;
        PCSTR end = text;
        PCWSTR wide_end;
        WCHAR units[80];
        USHORT port = 0x5555;
        ULONG scope = 0x55555555;
        NTSTATUS status;

        memset(&address, 0x77, sizeof(address));
        status = RtlIpv6StringToAddressA(text, &end, &address);
        put_text("Ipv6StringToAddress '");
        put_text(text);
        put_text("'");
        put("status", (ULONG) status);
        if (NT_SUCCESS(status)) {
                put("end", (size_t) (end - text));
                put_bytes(&address, 16);
        }
        widen(text, units);
        wide_end = units;
        put("wide", (ULONG) RtlIpv6StringToAddressW(units, &wide_end, &address));
        put_line();
        memset(&address, 0x77, sizeof(address));
        status = RtlIpv6StringToAddressExA(text, &address, &scope, &port);
        put_text("Ipv6StringToAddressEx '");
        put_text(text);
        put_text("'");
        put("status", (ULONG) status);
        if (NT_SUCCESS(status)) {
                put("scope", scope);
                put("port", port);
                put_bytes(&address, 16);
        }
        put_line();
}

static void format_ipv6(const struct in6_addr *address, ULONG scope, USHORT port, ULONG length) {
        char text[80] = "", *end;
        NTSTATUS status;

        end = RtlIpv6AddressToStringA(address, text);
        put_text("Ipv6AddressToString");
        put_bytes(address, 16);
        put_text(" ");
        put_text(text);
        put("end", (size_t) (end - text));
        put_line();
        memset(text, 0, sizeof(text));
        status = RtlIpv6AddressToStringExA(address, scope, port, text, &length);
        put_text("Ipv6AddressToStringEx");
        put_bytes(address, 16);
        put("status", (ULONG) status);
        put("length", length);
        put_text(" ");
        put_text(text);
        put_line();
}

void compare_addresses(void) {
        for (size_t i = 0; i < N(ipv4); i++) {
                for (BOOLEAN strict = FALSE; strict <= TRUE; strict++) {
                        if (!has_colon(ipv4[i])) /* Wine looks at the port here too */
                                parse_ipv4(ipv4[i], strict);
                        parse_ipv4_ex(ipv4[i], strict);
                }
        }
        for (size_t i = 0; i < N(ipv6); i++)
                parse_ipv6(ipv6[i]);
        for (ULONG i = 0; i < 400; i++) {
                struct in_addr address;
                uint32_t number = random_number();
                char text[40] = "";
                ULONG length = random_below(26);
                USHORT port = (USHORT) (i % 3 ? random_number() : 0);
                NTSTATUS status;

                memcpy(&address, &number, 4);
                status = RtlIpv4AddressToStringExA(&address, port, text, &length);
                put_text("Ipv4AddressToStringEx");
                put("status", (ULONG) status);
                put("length", length);
                put_text(" ");
                put_text(text);
                put_line();
        }
        for (ULONG i = 0; i < 1000; i++) {
                struct in6_addr address;
                uint32_t mask = random_number();
                ULONG length;
                USHORT port;

                for (size_t k = 0; k < 16; k++) {
                        address.bytes[k] = mask >> (k / 2) & 1 ? (uint8_t) random_number() : 0;
                        if (mask >> (k / 2 + 8) & 1 && k % 2 == 0)
                                address.bytes[k] = 0;
                }
                if (i % 7 == 0)
                        memcpy(address.bytes + 8, "\0\0\x5e\xfe", 4);
                if (i % 11 == 0)
                        memset(address.bytes + 10 - i % 2 * 2, 0xFF, 2);
                if (i % 13 == 0)
                        memcpy(address.bytes + 8, "\2\0\x5e\xfe", 4);
                if (i % 5 == 0)
                        memset(address.bytes, 0, i % 2 ? 10 : 8);
                if (i % 15 == 0)
                        memset(address.bytes + 10 - i % 2 * 2, 0xFF, 2);
                if (i % 3 == 0)
                        memset(address.bytes + 12, 0, random_below(5));
                length = random_below(70);
                port = (USHORT) (i % 3 ? random_number() : 0);
                format_ipv6(&address, i % 2 ? random_number() : 0, port, length);
        }
}
