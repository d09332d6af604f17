#include "parameters.h"

#include <stdbool.h>
#include <string.h>

#include "environment.h"
#include "ntrtl.h"
#include "ntstatus.h"
#include "process.h"
#include "zw.h"

#define DIRECTORY_BYTES 520u /* room for the longest path of DOS, whatever it is now */

/* The strings in the order in which they lie in the block. */
enum { DIRECTORY, DLL_PATH, IMAGE, COMMAND_LINE, TITLE, DESKTOP, SHELL, RUNTIME, N_STRINGS };

static UNICODE_STRING *string_of(ProcessParameters *parameters, unsigned which) {
        UNICODE_STRING *strings[N_STRINGS] = {
                &parameters->current_directory.path,
                &parameters->dll_path,
                &parameters->image_path_name,
                &parameters->command_line,
                &parameters->window_title,
                &parameters->desktop_info,
                &parameters->shell_info,
                &parameters->runtime_data,
        };

        return strings[which];
}

static size_t aligned(size_t size) {
        return (size + 7) / 8 * 8;
}

/* Room of a string in the block. */
static size_t room_of(const UNICODE_STRING *string, unsigned which) {
        if (which == DIRECTORY)
                return DIRECTORY_BYTES > string->Length + 2u * sizeof(WCHAR)
                                       ? DIRECTORY_BYTES
                                       : aligned(string->Length + 2 * sizeof(WCHAR));
        if (which == RUNTIME)
                return aligned(string->MaximumLength);
        return aligned(string->Length + sizeof(WCHAR));
}

/* Copies a string to @to. Runtime data is no text, and has no NUL. */
static char *put_string(char *to, UNICODE_STRING *ret, const UNICODE_STRING *from, unsigned which) {
        size_t room = room_of(from, which);

        if (which == RUNTIME && from->MaximumLength == 0)
                return to;
        if (from->Length > 0)
                memcpy(to, from->Buffer, from->Length);
        ret->Buffer = (WCHAR *) (void *) to;
        ret->Length = from->Length;
        ret->MaximumLength = which == DIRECTORY ? (USHORT) room
                             : which == RUNTIME ? from->MaximumLength
                                                : (USHORT) (from->Length + sizeof(WCHAR));
        return to + room;
}

/* Without a backslash at its end, a directory gets one. */
static void end_directory(UNICODE_STRING *path) {
        size_t n = path->Length / sizeof(WCHAR);

        if (n > 0 && path->Buffer[n - 1] != '\\') {
                path->Buffer[n] = '\\';
                path->Length += (USHORT) sizeof(WCHAR);
        }
}

static NTSTATUS make(
                const UNICODE_STRING *strings, const WCHAR *environment, ProcessParameters **ret) {
        size_t environment_bytes = environment_size(environment);
        size_t size = aligned(sizeof(ProcessParameters)) + aligned(environment_bytes);
        ProcessParameters *parameters;
        char *to;

        for (unsigned i = 0; i < N_STRINGS; i++)
                size += room_of(&strings[i], i);
        parameters = RtlAllocateHeap(zw_process_heap(), HEAP_ZERO_MEMORY, size);
        if (!parameters)
                return STATUS_NO_MEMORY;
        parameters->maximum_length = parameters->length = (ULONG) size;
        parameters->flags = PARAMETERS_NORMALIZED;
        to = (char *) parameters + aligned(sizeof(*parameters));
        for (unsigned i = 0; i < N_STRINGS; i++)
                to = put_string(to, string_of(parameters, i), &strings[i], i);
        end_directory(&parameters->current_directory.path);
        parameters->environment = (WCHAR *) (void *) to;
        parameters->environment_size = environment_bytes;
        memcpy(to, environment, environment_bytes - sizeof(WCHAR));
        *ret = parameters;
        return STATUS_SUCCESS;
}

/* What is not said is this process's own, or empty. */
NTSTATUS NTAPI parameters_create_ex(ProcessParameters **ret,
                const UNICODE_STRING *image,
                const UNICODE_STRING *dll_path,
                const UNICODE_STRING *directory,
                const UNICODE_STRING *command_line,
                PWSTR environment,
                const UNICODE_STRING *title,
                const UNICODE_STRING *desktop,
                const UNICODE_STRING *shell,
                const UNICODE_STRING *runtime,
                ULONG flags) {
        static const UNICODE_STRING empty = { 0 };
        const ProcessParameters *own = process_peb()->parameters;
        UNICODE_STRING strings[N_STRINGS];
        NTSTATUS status;

        if (flags & ~PARAMETERS_CREATE_NORMALIZED || !image)
                return STATUS_INVALID_PARAMETER;
        RtlEnterCriticalSection(process_peb()->fast_lock);
        strings[DIRECTORY] = directory ? *directory : own->current_directory.path;
        strings[DLL_PATH] = dll_path ? *dll_path : own->dll_path;
        strings[IMAGE] = *image;
        strings[COMMAND_LINE] = command_line ? *command_line : *image;
        strings[TITLE] = title ? *title : empty;
        strings[DESKTOP] = desktop ? *desktop : empty;
        strings[SHELL] = shell ? *shell : empty;
        strings[RUNTIME] = runtime ? *runtime : empty;
        status = make(strings, environment ? environment : own->environment, ret);
        RtlLeaveCriticalSection(process_peb()->fast_lock);
        if (NT_SUCCESS(status) && !(flags & PARAMETERS_CREATE_NORMALIZED))
                parameters_denormalize(*ret);
        return status;
}

NTSTATUS NTAPI parameters_create(ProcessParameters **ret,
                const UNICODE_STRING *image,
                const UNICODE_STRING *dll_path,
                const UNICODE_STRING *directory,
                const UNICODE_STRING *command_line,
                PWSTR environment,
                const UNICODE_STRING *title,
                const UNICODE_STRING *desktop,
                const UNICODE_STRING *shell,
                const UNICODE_STRING *runtime) {
        return parameters_create_ex(ret, image, dll_path, directory, command_line, environment,
                        title, desktop, shell, runtime, 0);
}

ProcessParameters *NTAPI parameters_normalize(ProcessParameters *parameters) {
        if (!parameters || parameters->flags & PARAMETERS_NORMALIZED)
                return parameters;
        for (unsigned i = 0; i < N_STRINGS; i++) {
                UNICODE_STRING *string = string_of(parameters, i);

                if (string->Buffer)
                        string->Buffer = (WCHAR *) (void *) ((char *) parameters +
                                                             (uintptr_t) string->Buffer);
        }
        parameters->flags |= PARAMETERS_NORMALIZED;
        return parameters;
}

ProcessParameters *NTAPI parameters_denormalize(ProcessParameters *parameters) {
        if (!parameters || !(parameters->flags & PARAMETERS_NORMALIZED))
                return parameters;
        for (unsigned i = 0; i < N_STRINGS; i++) {
                UNICODE_STRING *string = string_of(parameters, i);

                if (string->Buffer)
                        string->Buffer = (WCHAR *) ((char *) string->Buffer -
                                                    (uintptr_t) parameters);
        }
        parameters->flags &= ~PARAMETERS_NORMALIZED;
        return parameters;
}

NTSTATUS NTAPI parameters_destroy(ProcessParameters *parameters) {
        RtlFreeHeap(zw_process_heap(), 0, parameters);
        return STATUS_SUCCESS;
}
