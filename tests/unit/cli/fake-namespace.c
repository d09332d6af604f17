#include "fake-namespace.h"

#include <string.h>

#include "status.h"
#include "upcase.h"

FakeNamespace fake_namespace;

void fake_namespace_set(const FakeObject *objects, size_t n_objects) {
        fake_namespace = (FakeNamespace){ .objects = objects, .n_objects = n_objects };
}

static size_t length(const WCHAR *text) {
        size_t n = 0;

        while (text && text[n])
                n++;
        return n;
}

static bool named(const WCHAR *want, const WCHAR *units, size_t n_units, bool fold) {
        return nt_name_equal(want, length(want), units, n_units, fold);
}

/* Handles: 4 for the root, then one for each object. */
static NTSTATUS open_object(PHANDLE handle, POBJECT_ATTRIBUTES attributes, const WCHAR *type) {
        const UNICODE_STRING *name = attributes->ObjectName;
        bool fold = attributes->Attributes & OBJ_CASE_INSENSITIVE;
        const WCHAR *units = name->Buffer + (attributes->RootDirectory ? 0 : 1);
        size_t n_units = name->Length / sizeof(WCHAR) - (attributes->RootDirectory ? 0 : 1);

        if (!attributes->RootDirectory && (!name->Length || name->Buffer[0] != '\\'))
                return STATUS_OBJECT_PATH_SYNTAX_BAD;
        if (!n_units) {
                *handle = (HANDLE) 4;
                fake_namespace.n_open++;
                return named(u"Directory", type, length(type), false) ? STATUS_SUCCESS
                                                                      : STATUS_OBJECT_TYPE_MISMATCH;
        }
        for (size_t i = 0; i < fake_namespace.n_objects; i++) {
                const FakeObject *object = &fake_namespace.objects[i];

                if (!named(object->name, units, n_units, fold))
                        continue;
                if (!named(object->type, type, length(type), false))
                        return STATUS_OBJECT_TYPE_MISMATCH;
                if (object->refused)
                        return object->refused;
                *handle = (HANDLE) (8 + 4 * i);
                fake_namespace.n_open++;
                return STATUS_SUCCESS;
        }
        return STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS zw_open_directory_object(
                PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        (void) access;
        return open_object(directory, attributes, u"Directory");
}

NTSTATUS zw_open_symbolic_link_object(
                PHANDLE link, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        (void) access;
        return open_object(link, attributes, u"SymbolicLink");
}

NTSTATUS zw_open_section(PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        (void) access;
        return open_object(section, attributes, u"Section");
}

NTSTATUS zw_close(HANDLE handle) {
        (void) handle;
        fake_namespace.n_open--;
        return STATUS_SUCCESS;
}

static UNICODE_STRING put_string(WCHAR **at, const WCHAR *text) {
        UNICODE_STRING string = {
                .Length = (USHORT) (length(text) * sizeof(WCHAR)),
                .MaximumLength = (USHORT) (length(text) * sizeof(WCHAR) + sizeof(WCHAR)),
                .Buffer = *at,
        };

        memcpy(*at, text, string.MaximumLength);
        *at += string.MaximumLength / sizeof(WCHAR);
        return string;
}

static size_t entry_size(const FakeObject *object) {
        return sizeof(OBJECT_DIRECTORY_INFORMATION) +
               (length(object->name) + length(object->type) + 2) * sizeof(WCHAR);
}

/* How many entries from @first on fit. */
static size_t count_fitting(size_t first, size_t size) {
        size_t used = sizeof(OBJECT_DIRECTORY_INFORMATION);
        size_t n = 0;

        while (first + n < fake_namespace.n_objects) {
                used += entry_size(&fake_namespace.objects[first + n]);
                if (used > size || (fake_namespace.n_at_once && n == fake_namespace.n_at_once))
                        break;
                n++;
        }
        return n;
}

NTSTATUS zw_query_directory_object(HANDLE directory,
                PVOID buffer,
                ULONG size,
                BOOLEAN single_entry,
                BOOLEAN restart,
                PULONG context,
                PULONG return_length) {
        OBJECT_DIRECTORY_INFORMATION *entries = buffer;
        size_t first = restart ? 0 : *context;
        size_t n = count_fitting(first, size);
        WCHAR *at = (WCHAR *) (void *) (entries + n + 1);

        fake_namespace.n_queries++;
        if (fake_namespace.query_failure)
                return fake_namespace.query_failure;
        if (directory != (HANDLE) 4 || single_entry || return_length)
                return STATUS_NOT_IMPLEMENTED; /* what ntobj does not use is not faked */

        entries[0] = (OBJECT_DIRECTORY_INFORMATION){ 0 };
        if (first >= fake_namespace.n_objects)
                return STATUS_NO_MORE_ENTRIES;
        for (size_t i = 0; i < n; i++) {
                entries[i].Name = put_string(&at, fake_namespace.objects[first + i].name);
                entries[i].TypeName = put_string(&at, fake_namespace.objects[first + i].type);
        }
        entries[n] = (OBJECT_DIRECTORY_INFORMATION){ 0 };
        *context = (ULONG) (first + n);
        return first + n == fake_namespace.n_objects ? STATUS_SUCCESS : STATUS_MORE_ENTRIES;
}

NTSTATUS zw_query_symbolic_link_object(HANDLE link, PUNICODE_STRING target, PULONG return_length) {
        const FakeObject *object = &fake_namespace.objects[((size_t) link - 8) / 4];
        size_t size = length(object->target) * sizeof(WCHAR);

        if (return_length)
                return STATUS_NOT_IMPLEMENTED;
        if (size > target->MaximumLength)
                return STATUS_BUFFER_TOO_SMALL;
        memcpy(target->Buffer, object->target, size);
        target->Length = (USHORT) size;
        return STATUS_SUCCESS;
}

static NTSTATUS query_name(const FakeObject *object, OBJECT_NAME_INFORMATION *name, ULONG size) {
        WCHAR *at = (WCHAR *) (void *) (name + 1);

        if (size < sizeof(*name) + (length(object->name) + 1) * sizeof(WCHAR))
                return STATUS_INFO_LENGTH_MISMATCH;
        name->Name = put_string(&at, object->name);
        return STATUS_SUCCESS;
}

static NTSTATUS query_basic(OBJECT_BASIC_INFORMATION *basic, ULONG size) {
        if (size != sizeof(*basic))
                return STATUS_INFO_LENGTH_MISMATCH;
        *basic = (OBJECT_BASIC_INFORMATION){
                .GrantedAccess = SECTION_QUERY | READ_CONTROL,
                .HandleCount = 3,
                .PointerCount = 5,
        };
        return STATUS_SUCCESS;
}

NTSTATUS zw_query_object(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG size,
                PULONG return_length) {
        const FakeObject *object = &fake_namespace.objects[((size_t) handle - 8) / 4];

        if (return_length)
                return STATUS_NOT_IMPLEMENTED;
        if (information_class == ObjectBasicInformation)
                return query_basic(information, size);
        if (information_class == ObjectNameInformation)
                return query_name(object, information, size);
        return STATUS_NOT_IMPLEMENTED;
}

NTSTATUS zw_query_section(HANDLE section,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T size,
                PSIZE_T return_length) {
        (void) section;
        if (information_class != SectionBasicInformation || return_length)
                return STATUS_NOT_IMPLEMENTED;
        if (size != sizeof(SECTION_BASIC_INFORMATION))
                return STATUS_INFO_LENGTH_MISMATCH;
        if (fake_namespace.section_failure)
                return fake_namespace.section_failure;
        *(SECTION_BASIC_INFORMATION *) information = (SECTION_BASIC_INFORMATION){
                .AllocationAttributes = SEC_RESERVE | SEC_NOCACHE,
                .MaximumSize.QuadPart = 0x200000000,
        };
        return STATUS_SUCCESS;
}

NTSTATUS zw_query_statistics(PZW_STATISTIC statistics, ULONG capacity, PULONG count) {
        *count = fake_namespace.n_statistics;
        if (capacity)
                memcpy(statistics, fake_namespace.statistics,
                                (capacity < *count ? capacity : *count) * sizeof(*statistics));
        return capacity < *count ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

NTSTATUS zw_attach(const char *address, ULONG flags) {
        (void) address;
        (void) flags;
        return fake_namespace.attach_failure;
}

const char *zw_status_name(NTSTATUS status) {
        return nt_status_name(status);
}
