#pragma once

/*
 * What a line of a script can call
 *
 * The services of libzw, and what a process does with its own memory. An entry of the table says
 * which parameters a service has and what it gives, and holds the function that calls it; to add a
 * service is to add an entry.
 */

#include <glib.h>
#include <stdbool.h>

#include "script-expression.h"
#include "zw.h"

#define PARAMETERS_MAX 24u

typedef enum Presence {
        PARAMETER_REQUIRED, /* by its place or its name */
        PARAMETER_PLACED,   /* the same, but may be left out */
        PARAMETER_NAMED,    /* by its name only, and may be left out */
} Presence;

/* Up to one without a name. */
typedef struct Parameter {
        const char *name;
        ScriptType type; /* bytes come last: all words that are left belong to them */
        Presence presence;
        uint64_t otherwise; /* the integer that stands for one that is left out */
} Parameter;

typedef struct Call Call;

typedef struct Service {
        const char *name; /* with Nt where it has a twin with Zw */
        const Parameter *parameters;
        const Output *outputs;
        NTSTATUS (*run)(Call *call);
} Service;

/* A service that is being called. */
struct Call {
        const Service *service;
        bool zw;              /* by its Zw name */
        GVariant **arguments; /* one for each parameter; NULL for one that is left out */
        GVariantDict *outputs;
        char *problem; /* why the step fails though the service did not, or NULL */
};

/* The service called @name; NULL if there is none. */
const Service *service_find(const char *name, bool *ret_zw);

/* What there is, up to NULL. */
const Service *const *service_all(void);

/* The services of each file. */
extern const Service script_object_services[];
extern const Service script_directory_services[];
extern const Service script_section_services[];
extern const Service script_file_services[];
extern const Service script_memory_services[];
extern const Service script_namespace_services[];
extern const Service script_process_services[];
extern const Service script_security_services[];
extern const Service script_token_services[];

/* What an argument says, by its parameter's name; of one that is left out, what stands for it. */
bool call_has(const Call *call, const char *name);
uint64_t call_integer(const Call *call, const char *name);
ULONG call_ulong(const Call *call, const char *name);
HANDLE call_handle(const Call *call, const char *name);
PVOID call_pointer(const Call *call, const char *name);
Name *call_name(const Call *call, const char *name); /* the caller owns it */

void call_give_integer(Call *call, const char *output, uint64_t value);
/* The same as UTF-8; NULL for one that is left out, or has no such text. */
char *call_text(const Call *call, const char *name);

/* Says why the step fails, whatever the service answers. */
void call_spoil(Call *call, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * call_descriptor() - the security descriptor that an argument says in SDDL
 * Return: self-relative, for free(); NULL if it is left out, or makes no sense, which spoils the
 * step.
 */
PSECURITY_DESCRIPTOR call_descriptor(Call *call, const char *name);

void call_give_text(Call *call, const char *output, const char *value);
void call_give_string(Call *call, const char *output, const UNICODE_STRING *value);
void call_give(Call *call, const char *output, GVariant *value); /* takes @value */

/*
 * OBJECT_ATTRIBUTES as a script describes them, and the place for the handle: also those that no
 * sane program passes.
 */
#define HANDLE_UNTOUCHED 0xCCCCCCCCCCCCCCCCull

#define OBJECT_PARAMETERS                                                                          \
        { "name", SCRIPT_NAME, PARAMETER_NAMED, 0 },                                               \
                        { "root", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                            \
                        { "attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                      \
                        { "sd", SCRIPT_NAME, PARAMETER_NAMED, 0 },                                 \
                        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, sizeof(OBJECT_ATTRIBUTES) },  \
                        { "name_length", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                     \
                        { "name_maximum", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                    \
                        { "name_buffer", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                     \
                        { "name_shift", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                      \
                        { "object_name", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },                     \
                        { "object_attributes", SCRIPT_INTEGER, PARAMETER_NAMED, 0 }, {             \
                "handle", SCRIPT_INTEGER, PARAMETER_NAMED, 0                                       \
        }

typedef struct Attributes {
        OBJECT_ATTRIBUTES captured;
        UNICODE_STRING string;
        char *buffer;
        PSECURITY_DESCRIPTOR descriptor;
        POBJECT_ATTRIBUTES pointer; /* to pass */
        HANDLE value;
        PHANDLE handle; /* to pass: where @value is, or what the script says */
} Attributes;

void attributes_init(Attributes *attributes, Call *call);
void attributes_clear(Attributes *attributes);

/* A service that takes a place for a handle, rights and OBJECT_ATTRIBUTES, and nothing else. */
typedef NTSTATUS(NTAPI *NamedEntry)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

NTSTATUS call_named(Call *call, NamedEntry entry);

extern const Parameter call_named_parameters[];
extern const Output call_handle_outputs[];
extern const Output call_no_outputs[];

/* A counted string for an argument, with the length that @maximum says if the script gives it. */
UNICODE_STRING call_string(const Call *call, Name *name, const char *length, const char *maximum);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attributes, attributes_clear)

/* The entry that the script names. */
#define ENTRY(call, name) ((call)->zw ? Zw##name : Nt##name)
