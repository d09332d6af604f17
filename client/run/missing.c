#include "missing.h"

#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#include "report.h"
#include "zw.h"

#define STUBS_BYTES 65536u
#define STUB_SIZE   32u

typedef struct MissingFunction MissingFunction;
struct MissingFunction {
        MissingFunction *next;
        const void *stub;
        uint32_t number; /* of the stub */
        char *module;
        char *function; /* NULL: by ordinal */
        unsigned ordinal;
};

static struct {
        MissingFunction *functions;
        uint8_t *stubs;  /* that are free */
        size_t left;     /* bytes of them */
        uint32_t number; /* of the first */
} missing;

/* Called by the code below. */
_Noreturn void missing_function_called(uint32_t number, const void *caller);
void missing_function_entry(void);

_Noreturn void missing_function_called(uint32_t number, const void *caller) {
        const MissingFunction *function = __atomic_load_n(&missing.functions, __ATOMIC_ACQUIRE);

        while (function && function->number != number)
                function = function->next;
        if (!function) /* not handed out: the program jumped to where no function is */
                report_missing_function("?", NULL, number, caller);
        report_missing_function(function->module, function->function, function->ordinal, caller);
}

/* A stub leaves its number in r10; the caller's address is on the stack, which need not be aligned
 * as either convention has it. */
__asm__(".text\n"
        ".type missing_function_entry, @function\n"
        "missing_function_entry:\n"
        "        mov %r10d, %edi\n"
        "        mov (%rsp), %rsi\n"
        "        and $-16, %rsp\n"
        "        cld\n"
        "        call missing_function_called\n"
        ".size missing_function_entry, . - missing_function_entry\n");

/* mov $number, %r10d; mov $missing_function_entry, %r11; jmp *%r11 */
static void write_stub(uint8_t *to, uint32_t number) {
        static const uint8_t first[] = { 0x41, 0xBA }, second[] = { 0x49, 0xBB },
                             third[] = { 0x41, 0xFF, 0xE3 };
        void (*entry)(void) = missing_function_entry;

        memcpy(to, first, sizeof(first));
        memcpy(to + 2, &number, sizeof(number));
        memcpy(to + 6, second, sizeof(second));
        memcpy(to + 8, &entry, sizeof(entry));
        memcpy(to + 16, third, sizeof(third));
}

/* Stubs are written before anybody has one: pages are for writing or for running, never for both.
 */
static NTSTATUS make_stubs(void) {
        PVOID base = NULL;
        SIZE_T size = STUBS_BYTES;
        ULONG old;
        NTSTATUS status = zw_allocate_virtual_memory(NtCurrentProcess(), &base, 0, &size,
                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

        if (!NT_SUCCESS(status))
                return status;
        for (uint32_t i = 0; i < STUBS_BYTES / STUB_SIZE; i++)
                write_stub((uint8_t *) base + i * STUB_SIZE, missing.number + i);
        status = zw_protect_virtual_memory(
                        NtCurrentProcess(), &base, &size, PAGE_EXECUTE_READ, &old);
        if (!NT_SUCCESS(status))
                return status;
        missing.stubs = base;
        missing.left = STUBS_BYTES;
        return STATUS_SUCCESS;
}

static NTSTATUS take_stub(MissingFunction *function) {
        NTSTATUS status = missing.left > 0 ? STATUS_SUCCESS : make_stubs();

        if (!NT_SUCCESS(status))
                return status;
        function->stub = missing.stubs;
        function->number = missing.number++;
        missing.stubs += STUB_SIZE;
        missing.left -= STUB_SIZE;
        return STATUS_SUCCESS;
}

static void free_function(MissingFunction *function) {
        free(function->module);
        free(function->function);
        free(function);
}

static const MissingFunction *find(const char *module, const char *function, unsigned ordinal) {
        for (const MissingFunction *at = missing.functions; at; at = at->next) {
                if (strcmp(at->module, module) != 0 || !at->function != !function)
                        continue;
                if (function ? strcmp(at->function, function) == 0 : at->ordinal == ordinal)
                        return at;
        }
        return NULL;
}

NTSTATUS missing_function_stub(
                const char *module, const char *function, unsigned ordinal, const void **ret) {
        const MissingFunction *known = find(module, function, ordinal);
        MissingFunction *added;
        NTSTATUS status = STATUS_NO_MEMORY;

        if (known) {
                *ret = known->stub;
                return STATUS_SUCCESS;
        }
        added = calloc(1, sizeof(*added));
        if (!added)
                return STATUS_NO_MEMORY;
        added->module = strdup(module);
        added->function = function ? strdup(function) : NULL;
        added->ordinal = ordinal;
        if (added->module && (added->function || !function))
                status = take_stub(added);
        if (!NT_SUCCESS(status)) {
                free_function(added);
                return status;
        }
        added->next = missing.functions;
        __atomic_store_n(&missing.functions, added, __ATOMIC_RELEASE);
        *ret = added->stub;
        return STATUS_SUCCESS;
}
