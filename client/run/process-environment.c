#include "process-environment.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ntrtlheap.h"
#include "text.h"
#include "upcase.h"

/* One variable. */
typedef struct Variable {
        WCHAR *units; /* "NAME=value" with its NUL */
        size_t n_units;
        size_t n_name;
        size_t index; /* as Linux had them */
} Variable;

static void free_variables(Variable **variables) {
        free(*variables);
}

static void free_units(WCHAR **units) {
        free(*units);
}

static int compare_names(const Variable *left, const Variable *right) {
        size_t n = left->n_name < right->n_name ? left->n_name : right->n_name;

        for (size_t i = 0; i < n; i++) {
                int difference = nt_upcase(left->units[i]) - nt_upcase(right->units[i]);

                if (difference != 0)
                        return difference;
        }
        return left->n_name < right->n_name ? -1 : left->n_name > right->n_name;
}

static int compare(const void *left, const void *right) {
        const Variable *a = left, *b = right;
        int order = compare_names(a, b);

        if (order != 0)
                return order;
        return a->index < b->index ? -1 : 1;
}

/* Return: where the next one's text goes. */
static WCHAR *decode_variable(const char *text, size_t index, WCHAR *units, Variable *ret) {
        const char *equals = strchr(text, '=');
        size_t n_name = text_decode(text, (size_t) (equals - text), units);
        size_t n_units = n_name + text_decode(equals, strlen(equals), units + n_name);

        units[n_units] = 0;
        *ret = (Variable){ units, n_units + 1, n_name, index };
        return units + n_units + 1;
}

/* Return: how many there are. */
static size_t decode_all(char *const *variables, WCHAR *units, Variable *ret) {
        size_t n = 0;

        for (size_t i = 0; variables[i]; i++) {
                const char *equals = strchr(variables[i], '=');

                if (equals && equals != variables[i])
                        units = decode_variable(variables[i], i, units, &ret[n++]);
        }
        return n;
}

/* Takes out those whose name the one before has. Return: how many are left. */
static size_t unite(Variable *variables, size_t n) {
        size_t n_left = 0;

        for (size_t i = 0; i < n; i++) {
                if (n_left == 0 || compare_names(&variables[n_left - 1], &variables[i]) != 0)
                        variables[n_left++] = variables[i];
        }
        return n_left;
}

static PVOID process_heap(void) {
        PVOID heap = NULL;

        RtlGetProcessHeaps(1, &heap);
        return heap;
}

static WCHAR *join(const Variable *variables, size_t n, SIZE_T *ret_size) {
        size_t n_units = n == 0 ? 2 : 1; /* an empty block has two NULs as well */
        WCHAR *block, *to;

        for (size_t i = 0; i < n; i++)
                n_units += variables[i].n_units;
        block = to = RtlAllocateHeap(process_heap(), 0, n_units * sizeof(WCHAR));
        if (!block)
                return NULL;
        for (size_t i = 0; i < n; i++) {
                memcpy(to, variables[i].units, variables[i].n_units * sizeof(WCHAR));
                to += variables[i].n_units;
        }
        memset(to, 0, (size_t) ((char *) (block + n_units) - (char *) to));
        *ret_size = n_units * sizeof(WCHAR);
        return block;
}

WCHAR *process_environment_new(char *const *variables, SIZE_T *ret_size) {
        autocleanup(free_variables) Variable *decoded = NULL;
        autocleanup(free_units) WCHAR *units = NULL;
        size_t n = 0, n_bytes = 1;

        for (; variables[n]; n++)
                n_bytes += strlen(variables[n]) + 1;
        decoded = calloc(n + 1, sizeof(*decoded));
        units = malloc(n_bytes * sizeof(*units));
        if (!decoded || !units)
                return NULL;
        n = decode_all(variables, units, decoded);
        qsort(decoded, n, sizeof(*decoded), compare);
        return join(decoded, unite(decoded, n), ret_size);
}
