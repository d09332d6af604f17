#include "process-parameters.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "command-line.h"
#include "process-environment.h"
#include "text.h"
#include "zw.h"

/* A counted string can say so many, and a NUL follows. */
#define UNITS_MAX 32766u

/* Windows keeps room for the longest path that a program may change to. */
#define DIRECTORY_UNITS 260u

/* The strings, still Linux's bytes but for the backslashes. */
typedef struct Texts {
        char *image;
        char *command_line;
        char *directory;
} Texts;

static void texts_clear(Texts *texts) {
        free(texts->image);
        free(texts->command_line);
        free(texts->directory);
}

static void free_text(char **text) {
        free(*text);
}

/* The current directory, with a backslash at its end. */
static NTSTATUS directory_text(char **ret) {
        autocleanup(free_text) char *path = getcwd(NULL, 0);
        autocleanup(free_text) char *dos = NULL;
        size_t length;

        if (!path || path[0] != '/') /* "(unreachable)..." is no path */
                return STATUS_OBJECT_PATH_NOT_FOUND;
        dos = text_dos_path(path);
        if (!dos)
                return STATUS_NO_MEMORY;
        length = strlen(dos);
        *ret = malloc(length + 2);
        if (!*ret)
                return STATUS_NO_MEMORY;
        memcpy(*ret, dos, length + 1);
        if (dos[length - 1] != '\\')
                memcpy(*ret + length, "\\", 2);
        return STATUS_SUCCESS;
}

static NTSTATUS texts_make(const ProcessStart *start, Texts *ret) {
        ret->image = text_dos_path(start->program);
        if (!ret->image)
                return STATUS_NO_MEMORY;
        ret->command_line = command_line_new(ret->image, start->arguments);
        if (!ret->command_line)
                return STATUS_NO_MEMORY;
        return directory_text(&ret->directory);
}

/* Puts @text at @to. Return: where the next string goes; NULL if it is too long. */
static WCHAR *place(const char *text, WCHAR *to, size_t n_units_least, UNICODE_STRING *ret) {
        size_t n = text_decode(text, strlen(text), to);
        size_t room = n + 1 > n_units_least ? n + 1 : n_units_least;

        if (n > UNITS_MAX)
                return NULL;
        to[n] = 0;
        ret->Buffer = to;
        ret->Length = (USHORT) (n * sizeof(WCHAR));
        ret->MaximumLength = (USHORT) (room * sizeof(WCHAR));
        return to + room;
}

static NTSTATUS fill_strings(const Texts *texts, ProcessParameters *parameters) {
        WCHAR *to = (WCHAR *) (parameters + 1);

        to = place(texts->directory, to, DIRECTORY_UNITS, &parameters->current_directory.path);
        if (to)
                to = place(texts->image, to, 0, &parameters->image_path_name);
        if (to)
                to = place(texts->command_line, to, 0, &parameters->command_line);
        if (to)
                to = place(texts->image, to, 0, &parameters->window_title);
        if (to)
                to = place("", to, 0, &parameters->desktop_info);
        if (to)
                to = place("", to, 0, &parameters->shell_info);
        if (!to)
                return STATUS_NAME_TOO_LONG;
        parameters->length = (ULONG) ((char *) to - (char *) parameters);
        return STATUS_SUCCESS;
}

/* Opens "Z:\..." as Windows does for a current directory. */
static HANDLE open_directory(const UNICODE_STRING *path) {
        static const WCHAR prefix[] = u"\\??\\";
        const size_t n_prefix = sizeof(prefix) - sizeof(WCHAR);
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io_status;
        UNICODE_STRING name;
        HANDLE handle = NULL;

        if (path->Length + n_prefix > UINT16_MAX)
                return NULL;
        name.Length = name.MaximumLength = (USHORT) (path->Length + n_prefix);
        name.Buffer = malloc(name.Length);
        if (!name.Buffer)
                return NULL;
        memcpy(name.Buffer, prefix, n_prefix);
        memcpy((char *) name.Buffer + n_prefix, path->Buffer, path->Length);
        InitializeObjectAttributes(
                        &attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_INHERIT, NULL, NULL);
        if (!NT_SUCCESS(zw_open_file(&handle, FILE_TRAVERSE | SYNCHRONIZE, &attributes, &io_status,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                            FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT)))
                handle = NULL;
        free(name.Buffer);
        return handle;
}

static NTSTATUS open_standard(int fd, ACCESS_MASK access, HANDLE *ret) {
        NTSTATUS status = zw_file_from_descriptor(fd, access, OBJ_INHERIT, ret);

        if (status == STATUS_ACCESS_DENIED) /* "<&1", and such: better than nothing */
                status = zw_file_from_descriptor(fd, MAXIMUM_ALLOWED, OBJ_INHERIT, ret);
        if (status == STATUS_INVALID_HANDLE) {
                *ret = NULL;
                return STATUS_SUCCESS;
        }
        return status;
}

static NTSTATUS open_handles(ProcessParameters *parameters) {
        NTSTATUS status;

        parameters->current_directory.handle = open_directory(&parameters->current_directory.path);
        status = open_standard(STDIN_FILENO, FILE_GENERIC_READ, &parameters->standard_input);
        if (NT_SUCCESS(status))
                status = open_standard(STDOUT_FILENO, FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES,
                                &parameters->standard_output);
        if (NT_SUCCESS(status))
                status = open_standard(STDERR_FILENO, FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES,
                                &parameters->standard_error);
        return status;
}

/* The image's name is there twice, and no byte becomes more than one unit. */
static SIZE_T block_size(const Texts *texts) {
        size_t n_units = DIRECTORY_UNITS + strlen(texts->directory) + 1;

        n_units += 2 * (strlen(texts->image) + 1) + strlen(texts->command_line) + 1 + 2;
        return sizeof(ProcessParameters) + n_units * sizeof(WCHAR);
}

NTSTATUS process_parameters_new(const ProcessStart *start, ProcessParameters **ret) {
        autocleanup(texts_clear) Texts texts = { 0 };
        ProcessParameters *parameters;
        PVOID block = NULL;
        SIZE_T size;
        NTSTATUS status;

        status = texts_make(start, &texts);
        if (!NT_SUCCESS(status))
                return status;
        size = block_size(&texts);
        status = zw_allocate_virtual_memory(
                        (HANDLE) -1, &block, 0, &size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                return status;
        parameters = block;
        parameters->maximum_length = (ULONG) size;
        parameters->flags = PARAMETERS_NORMALIZED;
        status = fill_strings(&texts, parameters);
        if (!NT_SUCCESS(status))
                return status;
        parameters->environment =
                        process_environment_new(start->environment, &parameters->environment_size);
        if (!parameters->environment)
                return STATUS_NO_MEMORY;
        status = open_handles(parameters);
        if (NT_SUCCESS(status))
                *ret = parameters;
        return status;
}
