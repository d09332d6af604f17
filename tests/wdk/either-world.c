/*
 * The one file that knows which world it is in: a Linux program that is linked with libzw, or a
 * Windows program that imports ntdll.dll only and brings its entry point along.
 */

#include <ntifs.h>

#include "say.h"

static void write_out(const void *text, size_t size);

/* @text and then @number as so many digits of @base, at least one, and the end of the line. */
static void say_line(PCSTR what, PCSTR before, ULONGLONG number, unsigned base, unsigned n_digits) {
        char line[256];
        char digits[32];
        size_t length = 0;
        unsigned i = 0;

        while (*what && length < 128)
                line[length++] = *what++;
        while (*before)
                line[length++] = *before++;
        do {
                digits[i++] = "0123456789ABCDEF"[number % base];
                number /= base;
        } while (number || i < n_digits);
        while (i)
                line[length++] = digits[--i];
        line[length++] = '\n';
        write_out(line, length);
}

void say(PCSTR text) {
        size_t length = 0;

        while (text[length])
                length++;
        write_out(text, length);
        write_out("\n", 1);
}

void say_status(PCSTR what, NTSTATUS status) {
        say_line(what, ": 0x", (ULONG) status, 16, 8);
}

void say_number(PCSTR what, ULONGLONG number) {
        say_line(what, ": ", number, 10, 1);
}

void say_string(PCSTR what, PCUNICODE_STRING string) {
        char line[512];
        size_t length = 0;
        USHORT i;

        while (*what && length < 128)
                line[length++] = *what++;
        line[length++] = ':';
        line[length++] = ' ';
        for (i = 0; i < string->Length / sizeof(WCHAR) && length < sizeof(line) - 1; i++)
                line[length++] = string->Buffer[i] < 128 ? (char) string->Buffer[i] : '?';
        line[length++] = '\n';
        write_out(line, length);
}

static WCHAR folder_buffer[2048];
static UNICODE_STRING folder;

static void append_unit(WCHAR unit) {
        if (folder.Length < sizeof(folder_buffer)) {
                folder_buffer[folder.Length / sizeof(WCHAR)] = unit;
                folder.Length += sizeof(WCHAR);
        }
}

static void begin_folder(PCSTR prefix) {
        folder.Buffer = folder_buffer;
        folder.MaximumLength = sizeof(folder_buffer);
        folder.Length = 0;
        while (*prefix)
                append_unit((WCHAR) (unsigned char) *prefix++);
}

static void end_folder(void) {
        if (folder_buffer[folder.Length / sizeof(WCHAR) - 1] != '\\')
                append_unit('\\');
}

#ifdef _WIN32

/* The standard output and the current directory of the process parameters, where x64 has them. */
static char *process_parameters(void) {
        char *peb;

        __asm__ volatile("movq %%gs:0x60, %0" : "=r"(peb));
        return *(char **) (peb + 0x20);
}

static void write_out(const void *text, size_t size) {
        IO_STATUS_BLOCK io;

        NtWriteFile(*(HANDLE *) (process_parameters() + 0x28), NULL, NULL, NULL, &io, (PVOID) text,
                        (ULONG) size, NULL, NULL);
}

PCUNICODE_STRING work_folder(void) {
        UNICODE_STRING *path = (UNICODE_STRING *) (process_parameters() + 0x38);
        USHORT i;

        begin_folder("\\??\\");
        for (i = 0; i < path->Length / sizeof(WCHAR); i++)
                append_unit(path->Buffer[i]);
        end_folder();
        return &folder;
}

int main(void);
NTSYSAPI VOID NTAPI RtlExitUserProcess(NTSTATUS Status);

/* The compiler calls it at the beginning of main(), for constructors, which there are none of. */
void __main(void);
void __main(void) {
}

void start(void);
void start(void) {
        RtlExitUserProcess(main());
}

#else

#include <stdio.h>
#include <unistd.h>

static void write_out(const void *text, size_t size) {
        fwrite(text, 1, size, stdout);
}

PCUNICODE_STRING work_folder(void) {
        char path[1024];
        const char *p;

        begin_folder("\\??\\Z:");
        for (p = getcwd(path, sizeof(path)) ? path : "/"; *p; p++)
                append_unit((WCHAR) (*p == '/' ? '\\' : (unsigned char) *p));
        end_folder();
        return &folder;
}

#endif
