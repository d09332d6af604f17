#include "load-error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void load_error_clear(LoadError *error) {
        free(error->message);
        free(error->advice);
        *error = (LoadError){ 0 };
}

NTSTATUS load_error_set(LoadError *error, int exit_code, NTSTATUS status, const char *format, ...) {
        va_list arguments;
        char *message = NULL;

        if (!error || error->message)
                return status;
        va_start(arguments, format);
        if (vasprintf(&message, format, arguments) < 0)
                message = NULL;
        va_end(arguments);
        error->exit_code = exit_code;
        error->status = status;
        error->message = message;
        return status;
}

void load_error_advise(LoadError *error, const char *format, ...) {
        va_list arguments;
        char *advice = NULL;

        if (!error || error->advice)
                return;
        va_start(arguments, format);
        if (vasprintf(&advice, format, arguments) < 0)
                advice = NULL;
        va_end(arguments);
        error->advice = advice;
}
