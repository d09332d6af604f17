#include "process-self.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "file-name.h"
#include "ntstatus.h"
#include "thread-record.h"

/* Of a PEB and of the process parameters. */
#define PEB_PARAMETERS          0x20u
#define PARAMETERS_IMAGE        0x60u
#define PARAMETERS_COMMAND_LINE 0x70u

static const WCHAR volume[] = u"\\Device\\HarddiskVolume1";

/* The value, in KiB, behind @name in /proc/self/status. */
static SIZE_T status_value(const char *text, const char *name) {
        const char *at = strstr(text, name);

        return at ? (SIZE_T) strtoull(at + strlen(name), NULL, 10) * 1024 : 0;
}

NTSTATUS process_self_memory(VM_COUNTERS *ret) {
        NO_CANCELLATION_HERE;
        autofd int fd = -1;
        char text[4096];
        struct rusage usage;
        ssize_t length;

        fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
        length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
        if (length <= 0)
                return STATUS_NOT_SUPPORTED;
        text[length] = '\0';
        getrusage(RUSAGE_SELF, &usage);
        *ret = (VM_COUNTERS){
                .PeakVirtualSize = status_value(text, "\nVmPeak:"),
                .VirtualSize = status_value(text, "\nVmSize:"),
                .PageFaultCount = (ULONG) (usage.ru_minflt + usage.ru_majflt),
                .PeakWorkingSetSize = status_value(text, "\nVmHWM:"),
                .WorkingSetSize = status_value(text, "\nVmRSS:"),
                .PagefileUsage = status_value(text, "\nRssAnon:") + status_value(text, "\nVmSwap:"),
        };
        ret->PeakPagefileUsage = ret->PagefileUsage;
        return STATUS_SUCCESS;
}

static ULONG cookie;

static void make_cookie(void) {
        if (getrandom(&cookie, sizeof(cookie), 0) != sizeof(cookie))
                cookie = (ULONG) getpid() * 2654435761u;
}

ULONG process_self_cookie(void) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, make_cookie);
        return cookie;
}

/* A counted string of the process parameters. */
static const UNICODE_STRING *parameter(uint8_t *peb, PROCESSINFOCLASS which) {
        uint8_t *parameters = *(uint8_t **) (void *) (peb + PEB_PARAMETERS);
        size_t at = which == ProcessCommandLineInformation ? PARAMETERS_COMMAND_LINE
                                                           : PARAMETERS_IMAGE;

        return (const UNICODE_STRING *) (const void *) (parameters + at);
}

/* "Z:..." of the program. @units: room for PATH_MAX + 3. Return: how many; 0 without /proc. */
static size_t native_image(WCHAR *units) {
        char path[PATH_MAX];
        ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
        size_t n;

        if (length <= 0)
                return 0;
        for (ssize_t i = 0; i < length; i++)
                path[i] = path[i] == '/' ? '\\' : path[i];
        units[0] = 'Z';
        units[1] = ':';
        n = file_name_decode(path, (size_t) length, units + 2);
        return n + 2;
}

/* The same file in the words of its device: what follows the drive does so there too. */
static NTSTATUS
give(PROCESSINFOCLASS which, const WCHAR *units, size_t n_units, WCHAR **ret, USHORT *ret_length) {
        bool device = which == ProcessImageFileName && n_units >= 2 && units[1] == ':';
        size_t n_before = device ? sizeof(volume) / sizeof(WCHAR) - 1 : 0;
        size_t skipped = device ? 2 : 0, n = n_before + n_units - skipped;
        WCHAR *copy;

        if ((n + 1) * sizeof(WCHAR) > UINT16_MAX)
                return STATUS_NAME_TOO_LONG;
        copy = malloc((n + 1) * sizeof(WCHAR));
        if (!copy)
                return STATUS_NO_MEMORY;
        memcpy(copy, volume, n_before * sizeof(WCHAR));
        memcpy(copy + n_before, units + skipped, (n_units - skipped) * sizeof(WCHAR));
        copy[n] = 0;
        *ret = copy;
        *ret_length = (USHORT) (n * sizeof(WCHAR));
        return STATUS_SUCCESS;
}

NTSTATUS process_self_string(PROCESSINFOCLASS which, WCHAR **ret, USHORT *ret_length) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();
        const UNICODE_STRING *string;
        WCHAR units[PATH_MAX + 3];
        size_t n;

        if (hooks && hooks->Peb) {
                string = parameter(hooks->Peb, which);
                return give(which, string->Buffer, string->Length / sizeof(WCHAR), ret, ret_length);
        }
        n = which == ProcessCommandLineInformation ? 0 : native_image(units);
        return n == 0 ? STATUS_NOT_SUPPORTED : give(which, units, n, ret, ret_length);
}
