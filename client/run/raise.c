#include "raise.h"

#include "fault.h"
#include "ntstatus.h"

/* Of context-capture.S: RtlRaiseException and RtlRaiseStatus, which call the two below them. */
void raise_exception_entry(void);
void raise_status_entry(void);
_Noreturn void NTAPI raise_exception(
                const ExceptionRecord *record, const void *unused, const Context *context);
_Noreturn void NTAPI raise_status(NTSTATUS status, const void *unused, const Context *context);

/* The exception happens where the function that raises it returns to. */
void NTAPI raise_exception(
                const ExceptionRecord *record, const void *unused, const Context *context) {
        ExceptionRecord raised = *record;

        (void) unused;
        raised.address = (PVOID) context->rip;
        exception_dispatch(&raised, context);
}

void NTAPI raise_status(NTSTATUS status, const void *unused, const Context *context) {
        ExceptionRecord raised = {
                .code = status,
                .flags = EXCEPTION_NONCONTINUABLE_FLAG,
                .address = (PVOID) context->rip,
        };

        (void) unused;
        exception_dispatch(&raised, context);
}

/**
 * NtRaiseException() - raise an exception with a context of the caller's choice
 * Return: STATUS_ACCESS_VIOLATION for a NULL pointer, STATUS_INVALID_PARAMETER for more than 15
 * parameters; otherwise it does not. Whether it is the first chance makes no difference where
 * nothing can take either.
 */
static NTSTATUS NTAPI nt_raise_exception(
                const ExceptionRecord *record, const Context *context, BOOLEAN first_chance) {
        (void) first_chance;
        if (!record || !context)
                return STATUS_ACCESS_VIOLATION;
        if (record->n_parameters > EXCEPTION_PARAMETERS_MAX)
                return STATUS_INVALID_PARAMETER;
        exception_dispatch(record, context);
}

const Builtin raise_functions[] = {
        { "NtRaiseException", (const void *) nt_raise_exception },
        { "RtlCaptureContext", (const void *) context_capture },
        { "RtlRaiseException", (const void *) raise_exception_entry },
        { "RtlRaiseStatus", (const void *) raise_status_entry },
        { "ZwRaiseException", (const void *) nt_raise_exception },
};

const size_t raise_n_functions = sizeof(raise_functions) / sizeof(raise_functions[0]);
