#include "ntrtlnum.h"
#include "ntstatus.h"
#include "rtl-string.h"
#include "rtl-text.h"

#define DIGITS_MAX 64

static bool is_base(ULONG base) {
        return base == 2 || base == 8 || base == 10 || base == 16;
}

/* Writes the digits to the end of @buffer, a NUL behind them; returns how many they are. */
static size_t digits(uint64_t value, ULONG base, char buffer[DIGITS_MAX + 1]) {
        size_t n = 0;

        buffer[DIGITS_MAX] = 0;
        do {
                n++;
                buffer[DIGITS_MAX - n] = "0123456789ABCDEF"[value % base];
                value /= base;
        } while (value > 0);
        return n;
}

static NTSTATUS to_char(uint64_t value, ULONG base, ULONG room, char *string) {
        char buffer[DIGITS_MAX + 1];
        size_t n;

        if (base == 0)
                base = 10;
        if (!is_base(base))
                return STATUS_INVALID_PARAMETER;
        n = digits(value, base, buffer);
        if (n > room)
                return STATUS_BUFFER_OVERFLOW;
        if (!string)
                return STATUS_ACCESS_VIOLATION;

        memcpy(string, buffer + DIGITS_MAX - n, n < room ? n + 1 : n);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, ULONG OutputLength, PCHAR String) {
        return to_char(Value, Base, OutputLength, String);
}

NTSTATUS NTAPI RtlLargeIntegerToChar(
                PLARGE_INTEGER Value, ULONG Base, ULONG OutputLength, PCHAR String) {
        return to_char((uint64_t) Value->QuadPart, Base, OutputLength, String);
}

static NTSTATUS to_string(uint64_t value, ULONG base, UNICODE_STRING *string) {
        char buffer[DIGITS_MAX + 1];
        size_t n;

        if (base == 0)
                base = 10;
        if (!is_base(base))
                return STATUS_INVALID_PARAMETER;
        n = digits(value, base, buffer);
        string->Length = (USHORT) (n * sizeof(WCHAR));
        if (string->Length >= string->MaximumLength)
                return STATUS_BUFFER_OVERFLOW;

        for (size_t i = 0; i < n; i++)
                string->Buffer[i] = (WCHAR) buffer[DIGITS_MAX - n + i];
        if (string->Length + sizeof(WCHAR) <= string->MaximumLength)
                string->Buffer[n] = 0;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String) {
        return to_string(Value, Base, String);
}

NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String) {
        return to_string(Value, Base, String);
}

static ULONG base_prefix(Text *text) {
        Text next = *text;

        if (text_peek(text) != '0')
                return 10;
        next.at++;
        switch (text_peek(&next)) {
        case 'b':
                text->at += 2;
                return 2;
        case 'o':
                text->at += 2;
                return 8;
        case 'x':
                text->at += 2;
                return 16;
        }
        return 10;
}

static NTSTATUS to_integer(Text *text, ULONG base, ULONG *value) {
        bool minus = false;
        ULONG number = 0;

        /* A char of 128 and above is negative, and so is skipped too. */
        while (text_peek(text) != 0 && text_peek(text) <= ' ')
                text->at++;
        if (text_peek(text) == '+' || text_peek(text) == '-') {
                minus = text_peek(text) == '-';
                text->at++;
        }
        if (base == 0)
                base = base_prefix(text);
        else if (!is_base(base))
                return STATUS_INVALID_PARAMETER;
        if (!value)
                return STATUS_ACCESS_VIOLATION;

        for (ULONG digit; (digit = text_digit(text_peek(text))) < base; text->at++)
                number = number * base + digit;
        *value = minus ? 0 - number : number;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value) {
        Text text = { .bytes = String };

        return to_integer(&text, Base, Value);
}

NTSTATUS NTAPI RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value) {
        Text text = { .units = String->Buffer, .n_units = String->Length / sizeof(WCHAR) };

        return to_integer(&text, Base, Value);
}
