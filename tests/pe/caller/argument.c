#include "argument.h"

#include "show.h"

#define N_SHOWN    16
#define ARENA_SIZE 0x60000

/* What is to be shown after the call. */
typedef struct Shown {
        Slot *slot;
        Output output;
} Shown;

static Shown shown[N_SHOWN];
static unsigned n_shown;
static _Alignas(16) char arena[ARENA_SIZE];
static SIZE_T arena_used;
static char *bad_pages; /* one to read only, one for all, one for nothing */

static __attribute__((noreturn)) void stop(const char *why, const char *what) {
        put_text("caller: ");
        put_text(why);
        put_text(": ");
        put_text(what);
        put_line();
        world_exit(2);
}

static void *arena_take(SIZE_T size) {
        char *area = arena + arena_used;

        size = (size + 15) & ~(SIZE_T) 15;
        if (size > sizeof(arena) - arena_used)
                stop("too much for one call", "");
        arena_used += size;
        memset(area, 0xCC, size);
        return area;
}

bool arguments_start(void) {
        PVOID base = NULL, page;
        SIZE_T size = 0x3000;
        ULONG old;
        HANDLE self = NtCurrentProcess();

        if (NtAllocateVirtualMemory(
                            self, &base, 0, &size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE))
                return false;
        bad_pages = base;
        page = base;
        size = 0x1000;
        if (NtProtectVirtualMemory(self, &page, &size, PAGE_READONLY, &old))
                return false;
        page = bad_pages + 0x2000;
        return NtProtectVirtualMemory(self, &page, &size, PAGE_NOACCESS, &old) == STATUS_SUCCESS;
}

void arguments_reset(void) {
        n_shown = 0;
        arena_used = 0;
}

static Shown *show_later(void) {
        if (n_shown == N_SHOWN)
                stop("too many arguments to show", "");
        shown[n_shown] = (Shown){ 0 };
        return &shown[n_shown++];
}

static Slot *read_slot(const char **word) {
        uint64_t number = read_hex(word);

        if (number >= N_SLOTS)
                stop("no such slot", *word);
        return &slots[number];
}

static uint64_t read_slot_value(const char *word) {
        const char *at = word + 1;
        uint64_t value = read_slot(&at)->value;

        if (*at == '+' || *at == '-') {
                bool minus = *at++ == '-';
                uint64_t distance = read_hex(&at);

                value = minus ? value - distance : value + distance;
        }
        return value;
}

static uint64_t read_slot_address(const char *word) {
        SlotKind kind = (SlotKind) word[1];
        const char *at = word + 2;
        Slot *slot = read_slot(&at);

        slot->kind = kind;
        if (kind == SLOT_PLAIN)
                slot->value = RUBBISH;
        if (*at == '=') {
                at++;
                slot->value = *at == '$' ? read_slot_value(at) : read_hex(&at);
        }
        slot->before = slot->value;
        show_later()->slot = slot;
        return (uint64_t) (uintptr_t) &slot->value;
}

static uint64_t read_bad_pointer(const char *word) {
        if (text_equal(word, "~odd"))
                return (uint64_t) (uintptr_t) arena_take(64) + 1;
        if (text_equal(word, "~ro"))
                return (uint64_t) (uintptr_t) bad_pages;
        if (text_equal(word, "~na"))
                return (uint64_t) (uintptr_t) bad_pages + 0x2000;
        if (text_equal(word, "~end"))
                return (uint64_t) (uintptr_t) bad_pages + 0x2000 - 4;
        if (text_equal(word, "~wild"))
                return 0x7FFFFFFF0000;
        stop("no such pointer", word);
}

static uint64_t read_bytes(const char *text) {
        SIZE_T n = text_length(text) / 2;
        unsigned char *bytes = arena_take(n);

        for (SIZE_T i = 0; i < n; i++) {
                const char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };
                const char *at = pair;

                bytes[i] = (unsigned char) read_hex(&at);
        }
        return (uint64_t) (uintptr_t) bytes;
}

static uint64_t read_fill(const char *text) {
        SIZE_T size = read_hex(&text);
        void *area = arena_take(size);

        memset(area, 'A', size);
        return (uint64_t) (uintptr_t) area;
}

static uint64_t read_words(char *word, bool show) {
        uint64_t *words = arena_take(16 * sizeof(*words));
        SIZE_T n = 0;
        char *field;

        next_field(&word); /* the letter */
        for (; (field = next_field(&word)); n++) {
                if (n == 16)
                        stop("too many words", field);
                words[n] = argument_read(field);
        }
        if (show)
                show_later()->output = (Output){ words, NULL, n * sizeof(*words), "88888888888" };
        return (uint64_t) (uintptr_t) words;
}

static uint64_t read_buffer(char *word) {
        const char *at = word + 1;
        SIZE_T size = read_hex(&at);
        void *area = arena_take(size);

        show_later()->output = (Output){ area, NULL, size, *at == ':' ? at + 1 : "r" };
        return (uint64_t) (uintptr_t) area;
}

/* A field of a counted string; false if it is none. */
static bool read_string_field(UNICODE_STRING *string, char *field) {
        const char *value = field + 3;

        if (text_begins(field, "n=")) {
                string->Buffer = arena_take(2 * text_length(field + 2) + 2);
                string->Length = (USHORT) (2 * to_utf16(field + 2, string->Buffer));
                string->MaximumLength = string->Length;
        } else if (text_begins(field, "nl=")) {
                string->Length = (USHORT) read_hex(&value);
        } else if (text_begins(field, "nm=")) {
                string->MaximumLength = (USHORT) read_hex(&value);
        } else if (text_begins(field, "nb=")) {
                string->Buffer = (PWSTR) argument_read(field + 3);
        } else {
                return false;
        }
        return true;
}

static uint64_t read_string(char *word) {
        UNICODE_STRING *string = arena_take(sizeof(*string));
        char *field = next_field(&word);

        *string = (UNICODE_STRING){ 0 };
        if (field[0] == 'U') {
                const char *at = field + 1;

                string->Length = 0xCCCC;
                string->MaximumLength = (USHORT) read_hex(&at);
                string->Buffer = arena_take(string->MaximumLength);
                show_later()->output = (Output){ NULL, string, string->MaximumLength, "" };
        }
        while ((field = next_field(&word))) {
                if (!read_string_field(string, field))
                        stop("no such field of a string", field);
        }
        return (uint64_t) (uintptr_t) string;
}

static uint64_t read_attributes(char *word) {
        OBJECT_ATTRIBUTES *attributes = arena_take(sizeof(*attributes));
        UNICODE_STRING *name = arena_take(sizeof(*name));
        char *field;

        *name = (UNICODE_STRING){ 0 };
        InitializeObjectAttributes(attributes, NULL, 0, NULL, NULL);
        next_field(&word); /* the letter */
        while ((field = next_field(&word))) {
                const char *value = field + 2;

                if (text_begins(field, "a="))
                        attributes->Attributes = (ULONG) read_hex(&value);
                else if (text_begins(field, "l="))
                        attributes->Length = (ULONG) read_hex(&value);
                else if (text_begins(field, "r="))
                        attributes->RootDirectory = (HANDLE) argument_read(field + 2);
                else if (text_begins(field, "s="))
                        attributes->SecurityDescriptor = (PVOID) argument_read(field + 2);
                else if (text_begins(field, "q="))
                        attributes->SecurityQualityOfService = (PVOID) argument_read(field + 2);
                else if (text_begins(field, "np="))
                        attributes->ObjectName = (PVOID) argument_read(field + 3);
                else if (read_string_field(name, field))
                        attributes->ObjectName = name;
                else
                        stop("no such field of attributes", field);
        }
        return (uint64_t) (uintptr_t) attributes;
}

uint64_t argument_read(char *word) {
        const char *at = word;
        uint64_t number;

        switch (word[0]) {
        case '$':
                return read_slot_value(word);
        case '&':
                return read_slot_address(word);
        case '~':
                return read_bad_pointer(word);
        case 'x':
                return read_bytes(word + 1);
        case 'f':
                return read_fill(word + 1);
        case 'q':
        case 'Q':
                return read_words(word, word[0] == 'Q');
        case 'b':
                return read_buffer(word);
        case 'u':
        case 'U':
                return read_string(word);
        case 'o':
                return read_attributes(word);
        default:
                break;
        }
        number = read_hex(&at);
        if (*at)
                stop("cannot be read", word);
        return number;
}

void arguments_put(NTSTATUS status) {
        for (unsigned i = 0; i < n_shown; i++) {
                put_char(' ');
                if (!shown[i].slot) {
                        output_put(&shown[i].output);
                        continue;
                }
                slot_put(shown[i].slot);
                shown[i].slot->made = shown[i].slot->made || NT_SUCCESS(status);
        }
}
