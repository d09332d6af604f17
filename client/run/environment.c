#include "environment.h"

#include <string.h>

#include "ntrtl.h"
#include "ntstatus.h"
#include "process.h"
#include "upcase.h"
#include "zw.h"

/*
 * The documentation of Microsoft says what is sorted and what is refused; that a buffer that is too
 * small is not written to, and how lengths are counted, is what Wine 8's ntdll does.
 */

static size_t length_of(const WCHAR *string) {
        size_t n = 0;

        while (string[n])
                n++;
        return n;
}

size_t environment_size(const WCHAR *environment) {
        size_t n = 0;

        while (environment[n])
                n += length_of(environment + n) + 1;
        return (n + (n == 0 ? 2 : 1)) * sizeof(WCHAR);
}

/* The equals sign behind a name, which may begin with one. */
static size_t name_length(const WCHAR *string) {
        size_t n = string[0] == '=' ? 1 : 0;

        while (string[n] && string[n] != '=')
                n++;
        return n;
}

static int compare_names(const WCHAR *a, size_t n_a, const WCHAR *b, size_t n_b) {
        for (size_t i = 0; i < n_a && i < n_b; i++) {
                int difference = nt_upcase(a[i]) - nt_upcase(b[i]);

                if (difference != 0)
                        return difference;
        }
        return (n_a > n_b) - (n_a < n_b);
}

/* The string of a variable; NULL if there is none. */
static const WCHAR *find_string(const WCHAR *environment, const WCHAR *name, size_t n) {
        while (*environment) {
                if (compare_names(environment, name_length(environment), name, n) == 0)
                        return environment;
                environment += length_of(environment) + 1;
        }
        return NULL;
}

const WCHAR *environment_find(
                const WCHAR *environment, const WCHAR *name, size_t n, size_t *ret_n) {
        const WCHAR *string = find_string(environment, name, n);
        size_t skip = n;

        if (!string)
                return NULL;
        if (string[skip] == '=')
                skip++;
        *ret_n = length_of(string + skip);
        return string + skip;
}

/* The block that a call is about, with the lock if it is the current one. */
static const WCHAR *enter(const WCHAR *environment) {
        if (environment)
                return environment;
        RtlEnterCriticalSection(process_peb()->fast_lock);
        return process_peb()->parameters->environment;
}

static void leave(const WCHAR *environment) {
        if (!environment)
                RtlLeaveCriticalSection(process_peb()->fast_lock);
}

static WCHAR *block_new(size_t size) {
        return RtlAllocateHeap(zw_process_heap(), HEAP_ZERO_MEMORY, size);
}

static void block_free(WCHAR *block) {
        RtlFreeHeap(zw_process_heap(), 0, block);
}

static NTSTATUS copy_block(const WCHAR *from, PWSTR *ret) {
        size_t size = environment_size(from);
        WCHAR *block = block_new(size);

        if (!block)
                return STATUS_NO_MEMORY;
        memcpy(block, from, size - sizeof(WCHAR));
        *ret = block;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI environment_create(BOOLEAN copy, PWSTR *ret) {
        static const WCHAR empty[2] = { 0 };
        NTSTATUS status;

        if (!copy)
                return copy_block(empty, ret);
        status = copy_block(enter(NULL), ret);
        leave(NULL);
        return status;
}

#define COPY_CURRENT 0x1u /* where no block is given */

NTSTATUS NTAPI environment_create_ex(PWSTR from, PWSTR *ret, ULONG flags) {
        if (flags & ~COPY_CURRENT)
                return STATUS_INVALID_PARAMETER;
        return from ? copy_block(from, ret) : environment_create(flags & COPY_CURRENT, ret);
}

NTSTATUS NTAPI environment_destroy(PWSTR environment) {
        block_free(environment);
        return STATUS_SUCCESS;
}

static void make_current(WCHAR *environment) {
        ProcessParameters *parameters = process_peb()->parameters;

        parameters->environment = environment;
        parameters->environment_size = environment_size(environment);
        parameters->environment_version++;
}

/* The old one is given back, or handed over. */
VOID NTAPI environment_set_current(PWSTR environment, PWSTR *old) {
        WCHAR *before = (WCHAR *) enter(NULL);

        make_current(environment);
        leave(NULL);
        if (old)
                *old = before;
        else
                block_free(before);
}

NTSTATUS NTAPI environment_query(PWSTR environment,
                PCWSTR name,
                SIZE_T n_name,
                PWSTR value,
                SIZE_T n_value,
                PSIZE_T ret_n) {
        size_t n = 0;
        const WCHAR *found = environment_find(enter(environment), name, n_name, &n);
        NTSTATUS status = STATUS_SUCCESS;

        if (!found || n_name == 0) {
                status = STATUS_VARIABLE_NOT_FOUND;
        } else if (n > n_value) {
                *ret_n = n + 1;
                status = STATUS_BUFFER_TOO_SMALL;
        } else {
                memcpy(value, found, n * sizeof(WCHAR));
                if (n < n_value)
                        value[n] = 0;
                *ret_n = n;
        }
        leave(environment);
        return status;
}

/* The length is that of the value, whether it fits or not. */
NTSTATUS NTAPI environment_query_u(PWSTR environment, PUNICODE_STRING name, PUNICODE_STRING value) {
        SIZE_T n = 0;
        NTSTATUS status = environment_query(environment, name->Buffer, name->Length / sizeof(WCHAR),
                        value->Buffer, value->MaximumLength / sizeof(WCHAR), &n);

        if (status == STATUS_BUFFER_TOO_SMALL)
                n--;
        value->Length = (USHORT) (n * sizeof(WCHAR));
        return status;
}

/* Where a variable goes that is not there: before the first one with a greater name. */
static size_t place_for(const WCHAR *environment, const WCHAR *name, size_t n) {
        size_t at = 0;

        while (environment[at] &&
                        compare_names(environment + at, name_length(environment + at), name, n) < 0)
                at += length_of(environment + at) + 1;
        return at;
}

static WCHAR *put(WCHAR *to, const WCHAR *units, size_t n) {
        memcpy(to, units, n * sizeof(WCHAR));
        return to + n;
}

/*
 * A block that has the variable instead of @n_old units at @at, which are its old string. @value
 * NULL for one without it.
 */
static WCHAR *replace(const WCHAR *environment,
                size_t at,
                size_t n_old,
                const WCHAR *name,
                size_t n_name,
                const WCHAR *value,
                size_t n_value) {
        size_t n = environment_size(environment) / sizeof(WCHAR);
        size_t n_new = value ? n_name + n_value + 2 : 0;
        WCHAR *block = block_new((n - n_old + n_new + 1) * sizeof(WCHAR));
        WCHAR *to;

        if (!block)
                return NULL;
        to = put(block, environment, at);
        if (value) {
                to = put(to, name, n_name);
                *to++ = '=';
                to = put(to, value, n_value);
                *to++ = 0;
        }
        put(to, environment + at + n_old, n - at - n_old);
        return block;
}

static bool is_name(const WCHAR *name, size_t n) {
        for (size_t i = 1; i < n; i++) {
                if (name[i] == '=')
                        return false;
        }
        return true;
}

/* Return: the block with the variable; the same one if nothing changes; NULL without memory. */
static WCHAR *changed(const WCHAR *environment,
                const WCHAR *name,
                size_t n_name,
                const WCHAR *value,
                size_t n_value) {
        const WCHAR *old = find_string(environment, name, n_name);
        size_t at = old ? (size_t) (old - environment) : place_for(environment, name, n_name);
        size_t n_old = old ? length_of(old) + 1 : 0;

        if (!old && !value)
                return (WCHAR *) environment;
        if (old) { /* its name stays as it is written */
                name = old;
                n_name = name_length(old);
        }
        return replace(environment, at, n_old, name, n_name, value, n_value);
}

static NTSTATUS set_current_variable(
                const WCHAR *name, size_t n_name, const WCHAR *value, size_t n_value) {
        WCHAR *before = (WCHAR *) enter(NULL);
        WCHAR *after = changed(before, name, n_name, value, n_value);

        if (after && after != before) {
                make_current(after);
                block_free(before);
        }
        leave(NULL);
        return after ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

NTSTATUS NTAPI environment_set(
                PWSTR *environment, PCWSTR name, SIZE_T n_name, PCWSTR value, SIZE_T n_value) {
        WCHAR *after;

        if (n_name == 0)
                return STATUS_INVALID_PARAMETER_1;
        if (!is_name(name, n_name))
                return STATUS_INVALID_PARAMETER;
        if (!environment)
                return set_current_variable(name, n_name, value, n_value);
        after = changed(*environment, name, n_name, value, n_value);
        if (!after)
                return STATUS_NO_MEMORY;
        if (after != *environment)
                block_free(*environment);
        *environment = after;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI environment_set_u(PWSTR *environment, PUNICODE_STRING name, PUNICODE_STRING value) {
        return environment_set(environment, name->Buffer, name->Length / sizeof(WCHAR),
                        value ? value->Buffer : NULL, value ? value->Length / sizeof(WCHAR) : 0);
}

/* Text that is written as far as there is room, and counted beyond. */
typedef struct Output {
        WCHAR *units;
        size_t room;
        size_t n;
} Output;

static void output(Output *output, const WCHAR *units, size_t n) {
        size_t fit = output->n < output->room ? output->room - output->n : 0;

        if (fit > 0)
                memcpy(output->units + output->n, units, (fit < n ? fit : n) * sizeof(WCHAR));
        output->n += n;
}

/* A name that no variable has stays with its percent signs, and so does a sign alone. */
static void expand(const WCHAR *environment, const WCHAR *from, size_t n, Output *to) {
        size_t at = 0;

        while (at < n) {
                size_t end = at + 1, n_value = 0;
                const WCHAR *value = NULL;

                while (end < n && from[end] != '%')
                        end++;
                if (from[at] == '%' && end < n) {
                        end++;
                        value = environment_find(
                                        environment, from + at + 1, end - at - 2, &n_value);
                }
                if (value)
                        output(to, value, n_value);
                else
                        output(to, from + at, end - at);
                at = end;
        }
}

NTSTATUS NTAPI environment_expand(PWSTR environment,
                PCWSTR from,
                SIZE_T n_from,
                PWSTR to,
                SIZE_T n_to,
                PSIZE_T ret_n) {
        Output text = { .units = to, .room = n_to };

        expand(enter(environment), from, n_from, &text);
        leave(environment);
        if (ret_n)
                *ret_n = text.n + 1;
        if (text.n >= n_to)
                return STATUS_BUFFER_TOO_SMALL;
        to[text.n] = 0;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI environment_expand_u(
                PWSTR environment, PUNICODE_STRING from, PUNICODE_STRING to, PULONG ret_size) {
        SIZE_T n = 0;
        NTSTATUS status =
                        environment_expand(environment, from->Buffer, from->Length / sizeof(WCHAR),
                                        to->Buffer, to->MaximumLength / sizeof(WCHAR), &n);

        if (ret_size)
                *ret_size = (ULONG) (n * sizeof(WCHAR));
        if (NT_SUCCESS(status))
                to->Length = (USHORT) ((n - 1) * sizeof(WCHAR));
        return status;
}
