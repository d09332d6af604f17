#include "report.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "options.h"
#include "report-memory.h"
#include "report-text.h"
#include "zw.h"

/*
 * One report, then the end. The first thread that has something to report does; others that come
 * meanwhile wait for the end that it brings. Whoever comes while it reports itself has met a fault
 * inside the report, and ends the process without one.
 */

#define STACK_BYTES_MAX      65536u /* that are looked at */
#define STACK_CANDIDATES_MAX 24u    /* that are shown */
#define STACK_CHUNK          512u

static bool use_json;
static _Atomic int reporter; /* the thread that reports */
static ReportText text;

void report_use_json(bool json) {
        use_json = json;
}

int report_exit_code(NTSTATUS status) {
        int code = (int) ((uint32_t) status & 0xFFu);

        return code == 0 && status != 0 ? 255 : code;
}

/* A reader of standard error that has gone is no reason to end otherwise. */
static void ignore_broken_pipe(void) {
        struct sigaction action = { .sa_handler = SIG_IGN };

        sigaction(SIGPIPE, &action, NULL);
}

static void report_begin(int exit_code) {
        int self = (int) syscall(SYS_gettid), nobody = 0;

        if (atomic_compare_exchange_strong(&reporter, &nobody, self)) {
                ignore_broken_pipe();
                report_memory_load();
                return;
        }
        if (nobody == self)
                _exit(exit_code);
        for (;;)
                pause();
}

static _Noreturn void report_end(int exit_code) {
        report_flush(&text);
        _exit(exit_code);
}

/* "prog.exe+0x1234", or the address alone where there is no module. */
static void put_place(uint64_t address) {
        ReportPlace place = report_place(address);

        if (!place.name) {
                report_put_hex(&text, address, 16);
                return;
        }
        report_put_name(&text, place.name);
        report_put(&text, "+");
        report_put_hex(&text, place.offset, 1);
}

/* {"address": ..., "module": ..., "offset": ..., "native": ...} without the brackets */
static void put_json_place(uint64_t address) {
        ReportPlace place = report_place(address);

        report_put(&text, "\"address\": ");
        report_put_json_hex(&text, address);
        if (!place.name)
                return;
        report_put(&text, ", \"module\": ");
        report_put_json(&text, place.name);
        report_put(&text, ", \"offset\": ");
        report_put_json_hex(&text, place.offset);
        report_put(&text, place.is_ours ? ", \"native\": true" : ", \"native\": false");
}

static void put_missing_line(
                const char *module, const char *function, unsigned ordinal, uint64_t caller) {
        report_put(&text, "ntrun: ");
        report_put_name(&text, module);
        report_put(&text, "!");
        if (function) {
                report_put_name(&text, function);
        } else {
                report_put(&text, "#");
                report_put_decimal(&text, ordinal);
        }
        report_put(&text, " is not there; called from ");
        put_place(caller);
        report_put(&text, "\n");
}

static void put_missing_json(
                const char *module, const char *function, unsigned ordinal, uint64_t caller) {
        report_put(&text, "{\"event\": \"missing-function\", \"module\": ");
        report_put_json(&text, module);
        if (function) {
                report_put(&text, ", \"function\": ");
                report_put_json(&text, function);
        } else {
                report_put(&text, ", \"ordinal\": ");
                report_put_decimal(&text, ordinal);
        }
        report_put(&text, ", \"caller\": {");
        put_json_place(caller);
        report_put(&text, "}, \"exit_code\": ");
        report_put_decimal(&text, RUN_MISSING_FUNCTION);
        report_put(&text, "}\n");
}

void report_missing_function(
                const char *module, const char *function, unsigned ordinal, const void *caller) {
        report_begin(RUN_MISSING_FUNCTION);
        if (use_json)
                put_missing_json(module, function, ordinal, (uint64_t) caller);
        else
                put_missing_line(module, function, ordinal, (uint64_t) caller);
        report_end(RUN_MISSING_FUNCTION);
}

static void put_status(NTSTATUS status) {
        const char *name = zw_status_name(status);

        if (name) {
                report_put(&text, name);
                report_put(&text, " (");
        }
        report_put_hex(&text, (uint32_t) status, 8);
        if (name)
                report_put(&text, ")");
}

/* What an access violation or an error of paging was about to do; NULL of other exceptions. */
static const char *access_of(const ExceptionRecord *record) {
        bool is_access = record->code == STATUS_ACCESS_VIOLATION ||
                         record->code == STATUS_GUARD_PAGE_VIOLATION ||
                         record->code == STATUS_IN_PAGE_ERROR;

        if (!is_access || record->n_parameters < 2)
                return NULL;
        if (record->parameters[0] == 8)
                return "execute";
        return record->parameters[0] == 1 ? "write" : "read";
}

static const struct {
        const char *name;
        ContextRegister index;
} registers[] = {
        { "rax", CONTEXT_RAX },
        { "rbx", CONTEXT_RBX },
        { "rcx", CONTEXT_RCX },
        { "rdx", CONTEXT_RDX },
        { "rsi", CONTEXT_RSI },
        { "rdi", CONTEXT_RDI },
        { "rbp", CONTEXT_RBP },
        { "rsp", CONTEXT_RSP },
        { "r8", CONTEXT_R8 },
        { "r9", CONTEXT_R9 },
        { "r10", CONTEXT_R10 },
        { "r11", CONTEXT_R11 },
        { "r12", CONTEXT_R12 },
        { "r13", CONTEXT_R13 },
        { "r14", CONTEXT_R14 },
        { "r15", CONTEXT_R15 },
};

/* Calls @show with each address on the stack that may be where a function returns to. */
static void find_candidates(const Context *context,
                void (*show)(uint64_t offset, uint64_t address, size_t index)) {
        uint64_t rsp = context->integer[CONTEXT_RSP], words[STACK_CHUNK / 8];
        uint64_t at = rsp & ~UINT64_C(7), end = at + STACK_BYTES_MAX;
        size_t n_found = 0;

        while (at < end && n_found < STACK_CANDIDATES_MAX) {
                /* Chunks end where pages do: a stack that has run over begins with one that is
                 * not there. */
                size_t size = STACK_CHUNK - at % STACK_CHUNK, n = report_read(at, words, size);

                for (size_t i = 0; i < n / 8 && n_found < STACK_CANDIDATES_MAX; i++) {
                        if (report_is_executable(words[i]) && report_place(words[i]).name &&
                                        report_is_behind_call(words[i]))
                                show(at + i * 8 - rsp, words[i], n_found++);
                }
                at += size;
        }
}

static void show_candidate_line(uint64_t offset, uint64_t address, size_t index) {
        (void) index;
        report_put(&text, "ntrun:   rsp+");
        report_put_hex(&text, offset, 4);
        report_put(&text, "  ");
        put_place(address);
        report_put(&text, "\n");
}

static void show_candidate_json(uint64_t offset, uint64_t address, size_t index) {
        report_put(&text, index > 0 ? ", {\"stack_offset\": " : "{\"stack_offset\": ");
        report_put_json_hex(&text, offset);
        report_put(&text, ", ");
        put_json_place(address);
        report_put(&text, "}");
}

static void put_parameters(const ExceptionRecord *record) {
        const char *access = access_of(record);

        if (access) {
                report_put(&text, ", which was to ");
                report_put(&text, access);
                report_put(&text, " ");
                report_put_hex(&text, record->parameters[1], 16);
                return;
        }
        for (ULONG i = 0; i < record->n_parameters && i < EXCEPTION_PARAMETERS_MAX; i++) {
                report_put(&text, i == 0 ? ", parameters " : ", ");
                report_put_hex(&text, record->parameters[i], 1);
        }
}

static void put_fault_lines(const ExceptionRecord *record, const Context *context) {
        report_put(&text, "ntrun: unhandled exception ");
        put_status(record->code);
        report_put(&text, " at ");
        put_place((uint64_t) record->address);
        put_parameters(record);
        report_put(&text, "\n");
        for (size_t i = 0; i < CONTEXT_N_REGISTERS; i++) {
                report_put(&text, i % 4 == 0 ? "ntrun:   " : "  ");
                report_put(&text, registers[i].name);
                report_put(&text, registers[i].name[2] ? "=" : " =");
                report_put_hex(&text, context->integer[registers[i].index], 16);
                if (i % 4 == 3)
                        report_put(&text, "\n");
        }
        report_put(&text, "ntrun:   rip=");
        report_put_hex(&text, context->rip, 16);
        report_put(&text, "  eflags=");
        report_put_hex(&text, context->eflags, 8);
        report_put(&text, "\nntrun: candidates for return addresses on the stack:\n");
        find_candidates(context, show_candidate_line);
}

static void put_fault_json(const ExceptionRecord *record, const Context *context) {
        const char *name = zw_status_name(record->code), *access = access_of(record);

        report_put(&text, "{\"event\": \"unhandled-exception\", \"status\": ");
        report_put_json_hex(&text, (uint32_t) record->code);
        report_put(&text, ", \"name\": ");
        if (name)
                report_put_json(&text, name);
        else
                report_put(&text, "null");
        report_put(&text, ", \"at\": {");
        put_json_place((uint64_t) record->address);
        report_put(&text, "}, \"flags\": ");
        report_put_decimal(&text, record->flags);
        report_put(&text, ", \"parameters\": [");
        for (ULONG i = 0; i < record->n_parameters && i < EXCEPTION_PARAMETERS_MAX; i++) {
                report_put(&text, i > 0 ? ", " : "");
                report_put_json_hex(&text, record->parameters[i]);
        }
        report_put(&text, "]");
        if (access) {
                report_put(&text, ", \"access\": ");
                report_put_json(&text, access);
                report_put(&text, ", \"accessed\": ");
                report_put_json_hex(&text, record->parameters[1]);
        }
        report_put(&text, ", \"registers\": {");
        for (size_t i = 0; i < CONTEXT_N_REGISTERS; i++) {
                report_put_json(&text, registers[i].name);
                report_put(&text, ": ");
                report_put_json_hex(&text, context->integer[registers[i].index]);
                report_put(&text, ", ");
        }
        report_put(&text, "\"rip\": ");
        report_put_json_hex(&text, context->rip);
        report_put(&text, ", \"eflags\": ");
        report_put_json_hex(&text, context->eflags);
        report_put(&text, "}, \"return_address_candidates\": [");
        find_candidates(context, show_candidate_json);
        report_put(&text, "], \"exit_code\": ");
        report_put_decimal(&text, (uint64_t) report_exit_code(record->code));
        report_put(&text, "}\n");
}

void report_fault(const ExceptionRecord *record, const Context *context) {
        report_begin(report_exit_code(record->code));
        if (use_json)
                put_fault_json(record, context);
        else
                put_fault_lines(record, context);
        report_end(report_exit_code(record->code));
}
