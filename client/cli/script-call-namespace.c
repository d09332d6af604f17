#include "script-call.h"
#include "sid.h"

/* Private namespaces. */

typedef NTSTATUS(NTAPI *BoundaryEntry)(
                PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, POBJECT_BOUNDARY_DESCRIPTOR);

/* Adds the SID, or the integrity level, that argument @name says. */
static void add_sid(Call *call, POBJECT_BOUNDARY_DESCRIPTOR *boundary, const char *name) {
        g_autofree char *text = call_text(call, name);
        const char *end = NULL;
        SidBuffer sid;
        NTSTATUS status;

        if (!call_has(call, name))
                return;
        if (!text || !sid_parse(text, &end, &sid) || *end) {
                call_spoil(call, "%s is no SID", name);
                return;
        }
        status = g_str_equal(name, "integrity")
                                 ? RtlAddIntegrityLabelToBoundaryDescriptor(boundary, &sid)
                                 : RtlAddSIDToBoundaryDescriptor(boundary, &sid);
        if (!NT_SUCCESS(status))
                call_spoil(call, "%s cannot be added to the boundary", name);
}

static NTSTATUS run_boundary(Call *call, BoundaryEntry entry) {
        g_auto(Attributes) attributes = { 0 };
        g_autoptr(Name) name = call_name(call, "boundary");
        UNICODE_STRING string = name_as_string(name);
        POBJECT_BOUNDARY_DESCRIPTOR boundary = RtlCreateBoundaryDescriptor(&string, 0);
        NTSTATUS status;

        if (!boundary) {
                call_spoil(call, "there is no boundary with that name");
                return STATUS_INVALID_PARAMETER;
        }
        add_sid(call, &boundary, "sid");
        add_sid(call, &boundary, "integrity");
        attributes_init(&attributes, call);
        status = entry(attributes.handle, call_ulong(call, "access"), attributes.pointer, boundary);
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        RtlDeleteBoundaryDescriptor(boundary);
        return status;
}

static NTSTATUS run_create(Call *call) {
        return run_boundary(call, ENTRY(call, CreatePrivateNamespace));
}

static NTSTATUS run_open(Call *call) {
        return run_boundary(call, ENTRY(call, OpenPrivateNamespace));
}

static NTSTATUS run_delete(Call *call) {
        return ENTRY(call, DeletePrivateNamespace)(call_handle(call, "namespace"));
}

static const Parameter boundary_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "boundary", SCRIPT_NAME, PARAMETER_REQUIRED, 0 },
        { "sid", SCRIPT_NAME, PARAMETER_NAMED, 0 },
        { "integrity", SCRIPT_NAME, PARAMETER_NAMED, 0 },
        OBJECT_PARAMETERS,
        { NULL, 0, 0, 0 },
};

static const Parameter delete_parameters[] = {
        { "namespace", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

const Service script_namespace_services[] = {
        { "NtCreatePrivateNamespace", boundary_parameters, call_handle_outputs, run_create },
        { "NtOpenPrivateNamespace", boundary_parameters, call_handle_outputs, run_open },
        { "NtDeletePrivateNamespace", delete_parameters, call_no_outputs, run_delete },
        { NULL, NULL, NULL, NULL },
};
