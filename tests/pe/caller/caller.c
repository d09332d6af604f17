/*
 * Calls services as a script says, and writes what each did
 *
 * The script is standard input. A line is one of
 *
 *     S NAME                  a scene begins: what the last one made is given back
 *     C SERVICE ARGUMENT...   a call; argument.h says what an argument may be
 *     L                       write the names of all services that there are
 *
 * and of each line of the first two kinds one is written: the scene's name; or the service, its
 * status, and what it did to each argument that it may write to. Everything that differs from run
 * to run (addresses, handles) is written in a way that does not, so that the same script gives the
 * same lines on every implementation of NT. Each call is a checked_call(): registers that it did
 * not keep are named in the line. Parameters of less than 64 bits have rubbish in the rest of their
 * register or their place on the stack, as compilers leave it.
 */

#include "argument.h"
#include "services.h"

#define N_ARGUMENTS 16

/* checked-call.S */
NTAPI uint64_t checked_call(const void *function, const uint64_t *arguments, unsigned *ret_broken);

static char script[0x1000000]; /* all of it is read before the first call */

static SIZE_T read_script(void) {
        SIZE_T size = 0, n;

        while (size < sizeof(script) - 1 &&
                        (n = world_read(script + size, sizeof(script) - 1 - size)) > 0)
                size += n;
        return size;
}

static const Service *find_service(const char *name) {
        for (unsigned i = 0; i < n_services; i++) {
                if (text_equal(services[i].name, name))
                        return &services[i];
        }
        return NULL;
}

static void put_broken(unsigned broken) {
        static const char *const names[] = { "rbx", "rbp", "rsi", "rdi", "r12", "r13", "r14", "r15",
                "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                "xmm15", "rsp", "direction" };

        for (unsigned i = 0; i < RTL_NUMBER_OF(names); i++) {
                if (broken & 1u << i) {
                        put_text(" BROKEN:");
                        put_text(names[i]);
                }
        }
}

/* As a compiler leaves it that writes only so many bytes of a register. */
static uint64_t narrow(uint64_t value, char size) {
        const uint64_t rubbish = 0xDDDDDDDDDDDDDDDD;

        switch (size) {
        case '1':
                return (value & 0xFF) | (rubbish & ~(uint64_t) 0xFF);
        case '2':
                return (value & 0xFFFF) | (rubbish & ~(uint64_t) 0xFFFF);
        case '4':
                return (value & 0xFFFFFFFF) | (rubbish & ~(uint64_t) 0xFFFFFFFF);
        default:
                return value;
        }
}

/* What these return is no status, and another number each time. */
static bool is_status(const char *name) {
        return !text_equal(name, "GetTickCount") &&
               !text_equal(name, "GetCurrentProcessorNumber") &&
               !text_equal(name, "YieldExecution");
}

static void call(char *line) {
        uint64_t arguments[N_ARGUMENTS];
        unsigned broken = 0;
        NTSTATUS status;
        const char *name = next_word(&line);
        const Service *service = name ? find_service(name) : NULL;
        SIZE_T n;

        arguments_reset();
        for (unsigned i = 0; i < N_ARGUMENTS; i++)
                arguments[i] = 0xDDDDDDDDDDDDDDDD;
        if (!service) {
                put_text(name ? name : "");
                put_text(" NO-SUCH-SERVICE");
                put_line();
                return;
        }
        if (!world_has(name)) {
                put_text(name);
                put_text(" NOT-THERE");
                put_line();
                return;
        }
        n = text_length(service->parameters);
        for (SIZE_T i = 0; i < n; i++) {
                char *word = next_word(&line);

                if (word)
                        arguments[i] = narrow(argument_read(word), service->parameters[i]);
        }
        put_text(name);
        put_char(' ');
        status = (NTSTATUS) checked_call(service->address, arguments, &broken);
        if (is_status(name + 2))
                put_hex((ULONG) status);
        arguments_put(status);
        put_broken(broken);
        put_line();
}

static void run_line(char *line) {
        char kind = line[0];

        if (kind == 'S') {
                slots_reset();
                put_text(line);
                put_line();
        } else if (kind == 'C') {
                call(line + 1);
        } else if (kind == 'L') {
                for (unsigned i = 0; i < n_services; i++) {
                        put_text(services[i].name);
                        put_line();
                }
        }
}

NTSTATUS world_main(void) {
        char *line = script, *end = script + read_script();

        if (!arguments_start())
                return 1;
        slots_reset();
        while (line < end) {
                char *next = line;

                while (next < end && *next != '\n' && *next != '\r')
                        next++;
                *next++ = '\0';
                run_line(line);
                line = next;
        }
        slots_reset();
        return 0;
}
