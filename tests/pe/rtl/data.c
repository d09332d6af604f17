#include <string.h>

#include "world.h"

/* Without the functions for runs, of which Wine 8's count wrongly. */
static void bit_maps(void) {
        ULONG words[4], size = random_below(97), hint = random_below(100), n = random_below(9);
        RTL_BITMAP map;

        for (ULONG i = 0; i < 4; i++) {
                words[i] = random_number();
                if (random_below(2))
                        words[i] &= random_number() & random_number();
                if (random_below(2))
                        words[i] |= random_number() | random_number();
        }
        RtlInitializeBitMap(&map, words, size);
        put_text("BitMap");
        put("size", size);
        put_bytes(words, sizeof(words));
        put("set", RtlNumberOfSetBits(&map));
        put("clear", RtlNumberOfClearBits(&map));
        if (n > 0 && size > 0 && n <= size) { /* nothing to find: see the unit test */
                put("hint", hint);
                put("n", n);
                put("clear", RtlFindClearBits(&map, n, hint));
                put("set", RtlFindSetBits(&map, n, hint));
        }
        if (hint < size) {
                put("areclear", RtlAreBitsClear(&map, hint, n));
                put("areset", RtlAreBitsSet(&map, hint, n));
        }
        if (hint < size && n <= size - hint) {
                RtlSetBits(&map, hint, n);
                put_bytes(words, sizeof(words));
                RtlClearBits(&map, hint / 2, n);
                put_bytes(words, sizeof(words));
        }
        if (n > 0 && n <= size) {
                put("and", RtlFindClearBitsAndSet(&map, n, hint));
                put("and", RtlFindSetBitsAndClear(&map, n, hint));
                put_bytes(words, sizeof(words));
        }
        put_line();
}

void compare_bit_maps(void) {
        for (int i = 0; i < 3000; i++)
                bit_maps();
        for (int i = 0; i < 64; i++) {
                ULONGLONG set = (ULONGLONG) random_number() << 32 | random_number();

                set >>= i;
                put_text("SignificantBit");
                put("set", set);
                put("most", (uint8_t) RtlFindMostSignificantBit(set));
                put("least", (uint8_t) RtlFindLeastSignificantBit(set));
                put_line();
        }
}

static void put_fields(const TIME_FIELDS *fields) {
        put("year", (USHORT) fields->Year);
        put("month", (USHORT) fields->Month);
        put("day", (USHORT) fields->Day);
        put("hour", (USHORT) fields->Hour);
        put("minute", (USHORT) fields->Minute);
        put("second", (USHORT) fields->Second);
        put("ms", (USHORT) fields->Milliseconds);
        put("weekday", (USHORT) fields->Weekday);
}

static void one_time(LARGE_INTEGER time) {
        TIME_FIELDS fields;
        LARGE_INTEGER back = { .QuadPart = 0 };
        ULONG seconds = 0;

        memset(&fields, 0x55, sizeof(fields));
        RtlTimeToTimeFields(&time, &fields);
        put_text("Time");
        put("time", (uint64_t) time.QuadPart);
        put_fields(&fields);
        put("back", RtlTimeFieldsToTime(&fields, &back));
        put("time", (uint64_t) back.QuadPart);
        put("since1970", RtlTimeToSecondsSince1970(&time, &seconds));
        put("seconds", seconds);
        seconds = 0;
        put("since1980", RtlTimeToSecondsSince1980(&time, &seconds));
        put("seconds", seconds);
        put_line();
}

void compare_times(void) {
        static const SHORT values[] = { -1, 0, 1, 2, 12, 13, 23, 24, 28, 29, 30, 31, 32, 59, 60,
                100, 999, 1000 };
        static const SHORT years[] = { 0, 1600, 1601, 1900, 1970, 2000, 2023, 2024, 2100, 2400,
                10001, 30825 };

        for (int i = 0; i < 3000; i++) {
                LARGE_INTEGER time;

                time.QuadPart = (LONGLONG) ((uint64_t) random_number() << 32 | random_number());
                time.QuadPart &= 0x7FFFFFFFFFFFFFFF;
                if (i % 4)
                        time.QuadPart >>= i % 8;
                if (i % 3 == 0)
                        time.QuadPart = (LONGLONG) (116444736000000000ull +
                                                    (uint64_t) random_number() * 10000000);
                one_time(time);
        }
        for (int i = 0; i < 3000; i++) {
                TIME_FIELDS fields = {
                        .Year = years[random_below(N(years))],
                        .Month = values[random_below(6)],
                        .Day = values[random_below(13)],
                        .Hour = values[random_below(8)],
                        .Minute = values[random_below(15)],
                        .Second = values[random_below(15)],
                        .Milliseconds = values[random_below(N(values))],
                };
                LARGE_INTEGER time = { .QuadPart = 0 };

                if (fields.Month == 2 && fields.Day == 29)
                        continue; /* is there in every year of Wine's */
                put_text("FieldsToTime");
                put_fields(&fields);
                put("there", RtlTimeFieldsToTime(&fields, &time));
                put("time", (uint64_t) time.QuadPart);
                put_line();
        }
        for (ULONG i = 0; i < 50; i++) {
                ULONG seconds = i ? random_number() : 0xFFFFFFFF;
                LARGE_INTEGER time;

                RtlSecondsSince1970ToTime(seconds, &time);
                put_text("Seconds");
                put("seconds", seconds);
                put("since1970", (uint64_t) time.QuadPart);
                RtlSecondsSince1980ToTime(seconds, &time);
                put("since1980", (uint64_t) time.QuadPart);
                put_line();
        }
}

#undef RtlMoveMemory
#undef RtlFillMemory
#undef RtlZeroMemory

void compare_memory(void) {
        ULONG seed = 0;

        for (int i = 0; i < 500; i++) {
                uint8_t left[24], right[24];
                ULONG words[6];
                SIZE_T length = random_below(25), at = random_below(24);

                memset(left, 'x', sizeof(left));
                memset(right, 'x', sizeof(right));
                right[at] = 'y';
                for (int k = 0; k < 6; k++)
                        words[k] = 0x01020304;
                ((uint8_t *) words)[at] ^= 1;
                put_text("Memory");
                put("compare", RtlCompareMemory(left, right, length));
                put("ulong", RtlCompareMemoryUlong(words, length & ~(SIZE_T) 3, 0x01020304));
                RtlFillMemoryUlong(words, length & ~(SIZE_T) 3, 0xAABBCCDD);
                put_bytes(words, sizeof(words));
                RtlMoveMemory(left + 2, right, 20);
                RtlFillMemory(left, 3, 'z');
                RtlZeroMemory(right, length);
                put_bytes(left, 24);
                put_bytes(right, 24);
                put("crc", RtlComputeCrc32(seed, left, (ULONG) length));
                put_line();
        }
        for (int i = 0; i < 1000; i++) {
                put_text("Random");
                put("uniform", RtlUniform(&seed));
                put("random", RtlRandom(&seed));
                put("seed", seed);
                put_line();
        }
        for (uintptr_t i = 0; i < 4; i++) {
                put_text("Pointer");
                put("decoded", (uintptr_t) RtlDecodePointer(
                                               RtlEncodePointer((PVOID) (i * 0x123456789))));
                put("same", RtlEncodePointer((PVOID) i) == (PVOID) i);
                put_line();
        }
}

void compare_atoms(void) {
        static const WCHAR *const names[] = { u"hello", u"HELLO", u"two", u"#1", u"#0", u"#49151",
                u"#49152", u"#65536", u"#1x", u"#", u"#00012", u"#-1", u"", u"Three", u"three " };
        PVOID table = NULL;

        put_text("Atoms");
        put("create", (ULONG) RtlCreateAtomTable(0, &table));
        put_line();
        for (int round = 0; round < 300; round++) {
                const WCHAR *name = names[random_below(N(names))];
                RTL_ATOM atom = 0x5555;
                ULONG usage = 0x55, flags = 0x55, length = 20 + 2 * random_below(10);
                WCHAR text[24] = { 0 };
                NTSTATUS status;

                put_text("Atom");
                status = random_below(2) ? RtlAddAtomToAtomTable(table, (PWSTR) name, &atom)
                                         : RtlLookupAtomInAtomTable(table, (PWSTR) name, &atom);
                put("status", (ULONG) status);
                put("atom", atom);
                if (NT_SUCCESS(status)) {
                        status = RtlQueryAtomInAtomTable(
                                        table, atom, &usage, &flags, text, &length);
                        put("query", (ULONG) status);
                        put("usage", usage);
                        put("flags", flags);
                        put("length", length);
                        put_units(text, 24);
                        if (atom >= 0xC000 && random_below(3) == 0)
                                put("delete", (ULONG) RtlDeleteAtomFromAtomTable(table, atom));
                        if (random_below(40) == 0)
                                put("pin", (ULONG) RtlPinAtomInAtomTable(table, atom));
                }
                put_line();
        }
        put_text("Atoms");
        put("destroy", (ULONG) RtlDestroyAtomTable(table));
        put_line();
}
