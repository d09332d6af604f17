#include "ntstatus.h"
#include "object-ask.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtMakeTemporaryObject and NtMakePermanentObject
 */

static NTSTATUS permanence_set(const char *service, HANDLE handle, const ObjectAsk *ask) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = object_ask(handle, ask);
        if (TRACING())
                trace_end(service, status, "handle=%p", handle);
        return status;
}

NTSTATUS zw_make_temporary_object(HANDLE handle) {
        const ObjectAsk ask = {
                .access = DELETE,
                .body_case = NT__REQUEST__BODY_MAKE_TEMPORARY,
        };

        return permanence_set("NtMakeTemporaryObject", handle, &ask);
}

SERVICE(MakeTemporaryObject, zw_make_temporary_object, (HANDLE handle), (handle));

NTSTATUS zw_make_permanent_object(HANDLE handle) {
        const ObjectAsk ask = {
                .privilege_first = true,
                .body_case = NT__REQUEST__BODY_MAKE_PERMANENT,
        };

        return permanence_set("NtMakePermanentObject", handle, &ask);
}

SERVICE(MakePermanentObject, zw_make_permanent_object, (HANDLE handle), (handle));
