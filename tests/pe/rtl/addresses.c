#include <string.h>

#include "world.h"

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
