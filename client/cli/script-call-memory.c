#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "script-call.h"

/*
 * A process's own memory. It is reached by way of the kernel, so that what is not there, or may not
 * be written, gives a status instead of a signal.
 */

#define READ_MAX (64u * 1024 * 1024)

typedef ssize_t (*Transfer)(pid_t,
                const struct iovec *,
                unsigned long,
                const struct iovec *,
                unsigned long,
                unsigned long);

static NTSTATUS transfer(Transfer function, void *here, PVOID there, size_t size) {
        size_t done = 0;

        while (done < size) {
                struct iovec local = { (char *) here + done, size - done };
                struct iovec remote = { (char *) there + done, size - done };
                ssize_t n = function(getpid(), &local, 1, &remote, 1, 0);

                if (n < 0 && errno != EFAULT)
                        return STATUS_UNSUCCESSFUL;
                if (n <= 0)
                        return STATUS_ACCESS_VIOLATION;
                done += (size_t) n;
        }
        return STATUS_SUCCESS;
}

static const uint8_t *call_bytes(const Call *call, size_t *ret_n_bytes) {
        return script_bytes(call->arguments[1], ret_n_bytes);
}

static NTSTATUS run_write(Call *call) {
        size_t size;
        g_autofree uint8_t *bytes = NULL;
        const uint8_t *given = call_bytes(call, &size);

        bytes = g_memdup2(given, size);
        return transfer(process_vm_writev, bytes, call_pointer(call, "address"), size);
}

static NTSTATUS run_compare(Call *call) {
        size_t size;
        const uint8_t *want = call_bytes(call, &size);
        g_autofree uint8_t *bytes = g_malloc(size + 1);
        NTSTATUS status = transfer(process_vm_readv, bytes, call_pointer(call, "address"), size);

        for (size_t i = 0; i < size && NT_SUCCESS(status) && !call->problem; i++) {
                g_autoptr(GVariant) found = NULL;
                g_autofree char *text = NULL;

                if (bytes[i] == want[i])
                        continue;
                found = script_bytes_new(bytes + i, size - i);
                text = script_value_print(found);
                call->problem = g_strdup_printf("byte %zu is not %02x; from there on it reads %s",
                                i, want[i], text);
        }
        return status;
}

static const Parameter bytes_parameters[] = {
        { "address", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "bytes", SCRIPT_BYTES, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static NTSTATUS run_read(Call *call) {
        size_t size = call_integer(call, "size");
        g_autofree uint8_t *bytes = NULL;
        NTSTATUS status;

        if (size > READ_MAX)
                return STATUS_INVALID_PARAMETER;
        bytes = g_malloc0(size + 1);
        status = transfer(process_vm_readv, bytes, call_pointer(call, "address"), size);
        if (NT_SUCCESS(status))
                call_give(call, "bytes", script_bytes_new(bytes, size));
        return status;
}

static const Parameter read_parameters[] = {
        { "address", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "size", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output read_outputs[] = {
        { "bytes", SCRIPT_BYTES },
        { NULL, 0 },
};

const Service script_memory_services[] = {
        { "write", bytes_parameters, call_no_outputs, run_write },
        { "compare", bytes_parameters, call_no_outputs, run_compare },
        { "read", read_parameters, read_outputs, run_read },
        { NULL, NULL, NULL, NULL },
};
