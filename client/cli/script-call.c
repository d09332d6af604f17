#include "script-call.h"

#include <stdlib.h>
#include <string.h>

#include "sddl.h"

const Service *const *service_all(void) {
        static const Service *all[128];
        const Service *const files[] = {
                script_object_services,
                script_directory_services,
                script_section_services,
                script_file_services,
                script_namespace_services,
                script_process_services,
                script_security_services,
                script_token_services,
                script_memory_services,
        };
        size_t n = 0;

        if (all[0])
                return all;
        for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
                for (const Service *service = files[i]; service->name; service++) {
                        g_assert(n + 1 < G_N_ELEMENTS(all));
                        all[n++] = service;
                }
        }
        return all;
}

static bool service_has_twin(const Service *service) {
        return g_str_has_prefix(service->name, "Nt");
}

const Service *service_find(const char *name, bool *ret_zw) {
        for (const Service *const *service = service_all(); *service; service++) {
                bool twin = service_has_twin(*service);

                *ret_zw = twin && g_str_has_prefix(name, "Zw");
                if (g_str_equal((*service)->name, name) ||
                                (*ret_zw && g_str_equal((*service)->name + 2, name + 2)))
                        return *service;
        }
        return NULL;
}

static size_t parameter_index(const Call *call, const char *name) {
        const Parameter *parameters = call->service->parameters;

        for (size_t i = 0; parameters[i].name; i++) {
                if (g_str_equal(parameters[i].name, name))
                        return i;
        }
        g_error("%s has no parameter %s", call->service->name, name);
}

bool call_has(const Call *call, const char *name) {
        return call->arguments[parameter_index(call, name)] != NULL;
}

uint64_t call_integer(const Call *call, const char *name) {
        size_t index = parameter_index(call, name);

        if (!call->arguments[index])
                return call->service->parameters[index].otherwise;
        return script_integer(call->arguments[index]);
}

ULONG call_ulong(const Call *call, const char *name) {
        return (ULONG) call_integer(call, name);
}

HANDLE call_handle(const Call *call, const char *name) {
        return (HANDLE) (ULONG_PTR) call_integer(call, name);
}

PVOID call_pointer(const Call *call, const char *name) {
        return (PVOID) (ULONG_PTR) call_integer(call, name);
}

Name *call_name(const Call *call, const char *name) {
        size_t index = parameter_index(call, name);

        return call->arguments[index] ? script_name(call->arguments[index]) : NULL;
}

char *call_text(const Call *call, const char *name) {
        g_autoptr(Name) units = call_name(call, name);

        return units ? g_utf16_to_utf8(units->units, (glong) units->n_units, NULL, NULL, NULL)
                     : NULL;
}

void call_spoil(Call *call, const char *format, ...) {
        va_list arguments;

        g_free(call->problem);
        va_start(arguments, format);
        call->problem = g_strdup_vprintf(format, arguments);
        va_end(arguments);
}

PSECURITY_DESCRIPTOR call_descriptor(Call *call, const char *name) {
        g_autofree char *text = call_text(call, name);
        void *descriptor = NULL;
        size_t size;
        size_t error = 0;

        if (call_has(call, name) &&
                        (!text || !NT_SUCCESS(sddl_parse(text, &descriptor, &size, &error))))
                call_spoil(call, "%s is no security descriptor, from its character %zu on", name,
                                error + 1);
        return descriptor;
}

void call_give(Call *call, const char *output, GVariant *value) {
        g_assert(script_output_find(call->service->outputs, output));
        g_variant_dict_insert_value(call->outputs, output, value);
        g_variant_unref(value);
}

void call_give_integer(Call *call, const char *output, uint64_t value) {
        call_give(call, output, script_integer_new(value));
}

void call_give_text(Call *call, const char *output, const char *value) {
        g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(WCHAR));

        for (; *value; value++) {
                WCHAR unit = (unsigned char) *value;

                g_array_append_val(units, unit);
        }
        call_give(call, output, script_name_new((const WCHAR *) units->data, units->len));
}

void call_give_string(Call *call, const char *output, const UNICODE_STRING *value) {
        call_give(call, output, script_name_new(value->Buffer, value->Length / sizeof(WCHAR)));
}

UNICODE_STRING call_string(const Call *call, Name *name, const char *length, const char *maximum) {
        size_t n_bytes = name ? name->n_units * sizeof(WCHAR) : 0;
        UNICODE_STRING string = {
                .Length = (USHORT) (call_has(call, length) ? call_integer(call, length) : n_bytes),
                .Buffer = name ? name->units : NULL,
        };

        string.MaximumLength = call_has(call, maximum) ? (USHORT) call_integer(call, maximum)
                                                       : string.Length;
        return string;
}

/* A name that the script gives, at an address that is @shift bytes off. */
static void place_name(Attributes *attributes, const Call *call, const Name *name) {
        size_t n_bytes = name ? name->n_units * sizeof(WCHAR) : 0;
        size_t shift = call_integer(call, "name_shift") % 16;

        /* As long as a string can be counted: name_length may say more than the name has. */
        attributes->buffer = g_malloc0(G_MAXUINT16 + 32 + n_bytes);
        if (n_bytes)
                memcpy(attributes->buffer + shift, name->units, n_bytes);
        attributes->string.Buffer = (PWSTR) (void *) (attributes->buffer + shift);
        if (call_has(call, "name_buffer"))
                attributes->string.Buffer = call_pointer(call, "name_buffer");
}

void attributes_init(Attributes *attributes, Call *call) {
        g_autoptr(Name) name = call_name(call, "name");

        *attributes = (Attributes){
                .captured = {
                        .Length = call_ulong(call, "length"),
                        .RootDirectory = call_handle(call, "root"),
                        .Attributes = call_ulong(call, "attributes"),
                },
                .value = (HANDLE) (ULONG_PTR) HANDLE_UNTOUCHED,
        };
        if (name || call_has(call, "name_length") || call_has(call, "name_buffer")) {
                attributes->string = call_string(call, name, "name_length", "name_maximum");
                place_name(attributes, call, name);
                attributes->captured.ObjectName = &attributes->string;
        }
        if (call_has(call, "object_name"))
                attributes->captured.ObjectName = call_pointer(call, "object_name");

        attributes->descriptor = call_descriptor(call, "sd");
        attributes->captured.SecurityDescriptor = attributes->descriptor;
        attributes->pointer = &attributes->captured;
        if (call_has(call, "object_attributes"))
                attributes->pointer = call_pointer(call, "object_attributes");
        attributes->handle = &attributes->value;
        if (call_has(call, "handle"))
                attributes->handle = call_pointer(call, "handle");
}

void attributes_clear(Attributes *attributes) {
        g_clear_pointer(&attributes->buffer, g_free);
        g_clear_pointer(&attributes->descriptor, free);
}

NTSTATUS call_named(Call *call, NamedEntry entry) {
        g_auto(Attributes) attributes = { 0 };
        NTSTATUS status;

        attributes_init(&attributes, call);
        status = entry(attributes.handle, call_ulong(call, "access"), attributes.pointer);
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        return status;
}

const Parameter call_named_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        OBJECT_PARAMETERS,
        { NULL, 0, 0, 0 },
};

const Output call_handle_outputs[] = {
        { "handle", SCRIPT_INTEGER },
        { NULL, 0 },
};

const Output call_no_outputs[] = {
        { NULL, 0 },
};
