/*
 * A Windows program that does what its first argument says; for test_ntrun.py.
 *
 *     args            writes its command line, image path and current directory, a line each
 *     env NAME        writes the variable
 *     cat             copies standard input to standard output, and writes how that ended
 *     exit STATUS     ends with it, by RtlExitUserProcess
 *     return STATUS   returns it from its entry point
 *     handles         writes which standard handles there are
 *     last-thread     its first thread ends, and a second one writes a line and ends with 9
 *     spin            another thread never ends; ends with 3
 *     fault           writes to address 8
 *     wait            writes a line and then waits for the end of its input
 */

#include <stdint.h>

#define NTAPI __attribute__((ms_abi))

typedef uint16_t Unit;
typedef struct Counted {
        uint16_t length, room;
        Unit *units;
} Counted;
typedef struct Io {
        uint64_t status, information;
} Io;

#define IMPORT __declspec(dllimport)
IMPORT int32_t NTAPI NtWriteFile(
                void *, void *, void *, void *, Io *, const void *, uint32_t, void *, void *);
IMPORT int32_t NTAPI NtReadFile(
                void *, void *, void *, void *, Io *, void *, uint32_t, void *, void *);
IMPORT int32_t NTAPI RtlCreateUserThread(void *,
                void *,
                uint8_t,
                uint32_t,
                uint64_t,
                uint64_t,
                int32_t(NTAPI *)(void *),
                void *,
                void **,
                void *);
IMPORT void NTAPI RtlExitUserThread(int32_t);
IMPORT void NTAPI RtlExitUserProcess(int32_t);

static char *parameters;

static void *handle(unsigned offset) {
        return *(void **) (parameters + offset);
}

static void put(const void *bytes, uint64_t n) {
        Io io;

        NtWriteFile(handle(0x28), 0, 0, 0, &io, bytes, (uint32_t) n, 0, 0);
}

static void put_text(const char *text) {
        uint64_t n = 0;

        while (text[n])
                n++;
        put(text, n);
}

static void put_hex(uint32_t value) {
        char digits[8];

        for (int i = 0; i < 8; i++)
                digits[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
        put(digits, 8);
}

/* Low bytes, or the unit in hexadecimal digits: "<dcff>". */
static void put_units(const Unit *units, unsigned n) {
        for (unsigned i = 0; i < n; i++) {
                char byte = (char) units[i];

                if (units[i] < 0x80) {
                        put(&byte, 1);
                        continue;
                }
                put_text("<");
                put_hex(units[i]);
                put_text(">");
        }
        put_text("\n");
}

/* The word after the program's name and @skip others, which have no quotes. */
static const Unit *word(unsigned skip, unsigned *ret_n) {
        const Counted *line = (const Counted *) (parameters + 0x70);
        unsigned n = line->length / 2u, at = 0, end;

        for (unsigned i = 0; i <= skip; i++) {
                while (at < n && line->units[at] != ' ')
                        at++;
                while (at < n && line->units[at] == ' ')
                        at++;
        }
        for (end = at; end < n && line->units[end] != ' ';)
                end++;
        *ret_n = end - at;
        return line->units + at;
}

static int is_word(unsigned skip, const char *text) {
        unsigned n, i = 0;
        const Unit *units = word(skip, &n);

        while (i < n && text[i] && units[i] == (Unit) text[i])
                i++;
        return i == n && !text[i];
}

static uint32_t number(unsigned skip) {
        uint32_t value = 0;
        unsigned n;
        const Unit *units = word(skip, &n);

        for (unsigned i = 0; i < n; i++)
                value = value * 16 +
                        (units[i] <= '9' ? units[i] - '0' : (units[i] | 32) - 'a' + 10);
        return value;
}

static void put_counted(unsigned offset) {
        const Counted *string = (const Counted *) (parameters + offset);

        put_units(string->units, string->length / 2u);
}

static void put_variable(void) {
        const Unit *at = handle(0x80);
        unsigned n, length;
        const Unit *name = word(1, &n);

        for (; *at; at += length + 1) {
                unsigned same = 0;

                for (length = 0; at[length];)
                        length++;
                while (same < n && at[same] == name[same])
                        same++;
                if (same == n && at[n] == '=')
                        put_units(at, length);
        }
}

static void cat(void) {
        char bytes[1000];
        Io io = { 0, 0 };
        int32_t status;

        while ((status = NtReadFile(handle(0x20), 0, 0, 0, &io, bytes, sizeof(bytes), 0, 0)) == 0)
                put(bytes, io.information);
        put_text("end ");
        put_hex((uint32_t) status);
        put_text("\n");
}

static int32_t NTAPI second_thread(void *first) {
        for (volatile int i = 0; i < 10000000; i++)
                continue;
        (void) first;
        put_text("second\n");
        return 9;
}

static int32_t NTAPI spin(void *flag) {
        for (;;)
                ++*(volatile int *) flag;
        return 0;
}

static void start(int32_t(NTAPI *routine)(void *), void *argument) {
        RtlCreateUserThread((void *) -1, 0, 0, 0, 0, 0, routine, argument, 0, 0);
}

static int spinning;

int32_t NTAPI entry(char *peb) {
        parameters = *(char **) (peb + 0x20);
        if (is_word(0, "args")) {
                put_counted(0x70);
                put_counted(0x60);
                put_counted(0x38);
        } else if (is_word(0, "env")) {
                put_variable();
        } else if (is_word(0, "cat")) {
                cat();
        } else if (is_word(0, "exit")) {
                RtlExitUserProcess((int32_t) number(1));
        } else if (is_word(0, "return")) {
                return (int32_t) number(1);
        } else if (is_word(0, "handles")) {
                put_text(handle(0x20) ? "in " : "- ");
                put_text(handle(0x28) ? "out " : "- ");
                put_text(handle(0x30) ? "err\n" : "-\n");
        } else if (is_word(0, "last-thread")) {
                start(second_thread, 0);
                RtlExitUserThread(1);
        } else if (is_word(0, "spin")) {
                start(spin, &spinning);
                while (!*(volatile int *) &spinning)
                        continue;
                RtlExitUserProcess(3);
        } else if (is_word(0, "fault")) {
                *(volatile int *) 8 = 1;
        } else if (is_word(0, "wait")) {
                put_text("ready\n");
                cat();
        }
        return 0;
}
