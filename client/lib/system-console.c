#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"
#include "file-status.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * What the system tells its user: text, errors, languages; and that it shuts down
 */

#define ENGLISH_US            0x0409u
#define HARD_ERROR_PARAMETERS 4u

static void free_bytes(void *bytes) {
        free(*(void **) bytes);
}

static NTSTATUS write_all(const char *bytes, size_t size) {
        while (size > 0) {
                ssize_t n = write(STDOUT_FILENO, bytes, size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return file_status(errno);
                bytes += n;
                size -= (size_t) n;
        }
        return STATUS_SUCCESS;
}

static NTSTATUS string_display(PUNICODE_STRING from) {
        autocleanup(free_bytes) WCHAR *units = NULL;
        autocleanup(free_bytes) char *bytes = NULL;
        UNICODE_STRING string;
        ULONG size = 0;
        NTSTATUS status;

        status = probe_read(&string, from, sizeof(string), sizeof(PVOID));
        if (!NT_SUCCESS(status) || string.Length == 0)
                return status;
        if (string.Length % sizeof(WCHAR) != 0)
                return STATUS_INVALID_PARAMETER;
        units = malloc(string.Length);
        bytes = malloc((size_t) string.Length / 2 * 3);
        if (!units || !bytes)
                return STATUS_NO_MEMORY;
        status = probe_read(units, string.Buffer, string.Length, sizeof(WCHAR));
        if (NT_SUCCESS(status))
                status = RtlUnicodeToUTF8N(
                                bytes, string.Length / 2 * 3u, &size, units, string.Length);
        return NT_SUCCESS(status) ? write_all(bytes, size) : status;
}

NTSTATUS zw_display_string(PUNICODE_STRING string) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = string_display(string);
        if (TRACING())
                trace_end("NtDisplayString", status, "%s", "");
        return status;
}

SERVICE(DisplayString, zw_display_string, (PUNICODE_STRING string), (string));

static NTSTATUS hard_error(ULONG n, ULONG strings, PULONG_PTR parameters, ULONG options) {
        ULONG_PTR values[HARD_ERROR_PARAMETERS];
        NTSTATUS status = STATUS_SUCCESS;

        if (n > HARD_ERROR_PARAMETERS)
                return STATUS_INVALID_PARAMETER_2;
        if (n > 0 && !parameters)
                return STATUS_INVALID_PARAMETER_4;
        if (options > OptionCancelTryContinue)
                return STATUS_INVALID_PARAMETER_5;
        if (n > 0)
                status = probe_read(values, parameters, n * sizeof(*values), sizeof(*values));
        for (ULONG i = 0; NT_SUCCESS(status) && i < n; i++) {
                UNICODE_STRING string;

                if (strings >> i & 1)
                        status = probe_read(
                                        &string, (PVOID) values[i], sizeof(string), sizeof(PVOID));
        }
        return status;
}

NTSTATUS zw_raise_hard_error(NTSTATUS error,
                ULONG n,
                ULONG strings,
                PULONG_PTR parameters,
                ULONG options,
                PULONG response) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = hard_error(n, strings, parameters, options);
        if (NT_SUCCESS(status))
                status = probe_writable(response, sizeof(*response), 4);
        if (NT_SUCCESS(status) && options == OptionShutdownSystem)
                status = STATUS_PRIVILEGE_NOT_HELD;
        if (NT_SUCCESS(status))
                status = probe_write_32(response, ResponseReturnToCaller);
        if (TRACING())
                trace_end("NtRaiseHardError", status, "status=0x%08x, n=%u, options=%u",
                                (unsigned) error, n, options);
        return status;
}

SERVICE(RaiseHardError,
                zw_raise_hard_error,
                (NTSTATUS error,
                                ULONG n,
                                ULONG strings,
                                PULONG_PTR parameters,
                                ULONG options,
                                PULONG response),
                (error, n, strings, parameters, options, response));

NTSTATUS zw_shutdown_system(SHUTDOWN_ACTION action) {
        NTSTATUS status = (ULONG) action > ShutdownPowerOff ? STATUS_INVALID_PARAMETER
                                                            : STATUS_PRIVILEGE_NOT_HELD;

        if (TRACING()) {
                trace_begin();
                trace_end("NtShutdownSystem", status, "action=%u", (unsigned) action);
        }
        return status;
}

SERVICE(ShutdownSystem, zw_shutdown_system, (SHUTDOWN_ACTION action), (action));

NTSTATUS zw_query_default_locale(BOOLEAN user, PLCID locale) {
        NTSTATUS status = probe_write_32(locale, ENGLISH_US);

        if (TRACING()) {
                trace_begin();
                trace_end("NtQueryDefaultLocale", status, "user=%u", user);
        }
        return status;
}

SERVICE(QueryDefaultLocale, zw_query_default_locale, (BOOLEAN user, PLCID locale), (user, locale));

static NTSTATUS language_put(const char *service, LANGID *to) {
        LANGID language = ENGLISH_US;
        NTSTATUS status = probe_range(to, sizeof(language), sizeof(language));

        if (TRACING())
                trace_begin();
        if (NT_SUCCESS(status))
                status = probe_write(to, &language, sizeof(language));
        if (TRACING())
                trace_end(service, status, "%s", "");
        return status;
}

NTSTATUS zw_query_default_ui_language(LANGID *language) {
        return language_put("NtQueryDefaultUILanguage", language);
}

SERVICE(QueryDefaultUILanguage, zw_query_default_ui_language, (LANGID * language), (language));

NTSTATUS zw_query_install_ui_language(LANGID *language) {
        return language_put("NtQueryInstallUILanguage", language);
}

SERVICE(QueryInstallUILanguage, zw_query_install_ui_language, (LANGID * language), (language));
