#include "object.h"

#include <string.h>

static const Right directory_rights[] = {
        { "DIRECTORY_QUERY", DIRECTORY_QUERY },
        { "DIRECTORY_TRAVERSE", DIRECTORY_TRAVERSE },
        { "DIRECTORY_CREATE_OBJECT", DIRECTORY_CREATE_OBJECT },
        { "DIRECTORY_CREATE_SUBDIRECTORY", DIRECTORY_CREATE_SUBDIRECTORY },
        { NULL, 0 },
};

static const Right symbolic_link_rights[] = {
        { "SYMBOLIC_LINK_QUERY", SYMBOLIC_LINK_QUERY },
        { NULL, 0 },
};

static const Right section_rights[] = {
        { "SECTION_QUERY", SECTION_QUERY },
        { "SECTION_MAP_WRITE", SECTION_MAP_WRITE },
        { "SECTION_MAP_READ", SECTION_MAP_READ },
        { "SECTION_MAP_EXECUTE", SECTION_MAP_EXECUTE },
        { "SECTION_EXTEND_SIZE", SECTION_EXTEND_SIZE },
        { NULL, 0 },
};

const Right standard_rights[] = {
        { "DELETE", DELETE },
        { "READ_CONTROL", READ_CONTROL },
        { "WRITE_DAC", WRITE_DAC },
        { "WRITE_OWNER", WRITE_OWNER },
        { "SYNCHRONIZE", SYNCHRONIZE },
        { NULL, 0 },
};

const Kind kind_directory = {
        .type = "Directory",
        .open = zw_open_directory_object,
        .query = DIRECTORY_QUERY,
        .rights = directory_rights,
};

const Kind kind_symbolic_link = {
        .type = "SymbolicLink",
        .open = zw_open_symbolic_link_object,
        .query = SYMBOLIC_LINK_QUERY,
        .rights = symbolic_link_rights,
};

const Kind kind_section = {
        .type = "Section",
        .open = zw_open_section,
        .query = SECTION_QUERY,
        .rights = section_rights,
};

const Kind *kind_find(const char *type) {
        const Kind *const kinds[] = { &kind_directory, &kind_symbolic_link, &kind_section };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                if (g_str_equal(kinds[i]->type, type))
                        return kinds[i];
        }
        return NULL;
}

static NTSTATUS
open_as(const Kind *kind, HANDLE root, Name *name, ULONG flags, ACCESS_MASK access, HANDLE *ret) {
        UNICODE_STRING string = name_as_string(name);
        OBJECT_ATTRIBUTES attributes = {
                .Length = sizeof(attributes),
                .RootDirectory = root,
                .ObjectName = &string,
                .Attributes = flags,
        };
        HANDLE handle = NULL;
        NTSTATUS status;

        status = kind->open(&handle, access, &attributes);
        if (NT_SUCCESS(status))
                *ret = handle;
        return status;
}

NTSTATUS object_open(const Kind *kind, HANDLE root, Name *name, ACCESS_MASK access, HANDLE *ret) {
        return open_as(kind, root, name, 0, access, ret);
}

NTSTATUS object_open_path(const Kind *kind, Name *path, ACCESS_MASK access, HANDLE *ret) {
        NTSTATUS status = open_as(kind, NULL, path, 0, access, ret);

        /* Two names that differ in case only may both exist: the exact one is meant if there is
         * one. */
        if (status != STATUS_OBJECT_NAME_NOT_FOUND && status != STATUS_OBJECT_PATH_NOT_FOUND)
                return status;
        return open_as(kind, NULL, path, OBJ_CASE_INSENSITIVE, access, ret);
}

static NTSTATUS open_directory_for(HANDLE root, Name *name, ACCESS_MASK access, HANDLE *ret) {
        if (root)
                return object_open(&kind_directory, root, name, access, ret);
        return object_open_path(&kind_directory, name, access, ret);
}

NTSTATUS object_open_directory(HANDLE root, Name *name, HANDLE *ret) {
        NTSTATUS status = open_directory_for(root, name, DIRECTORY_QUERY | DIRECTORY_TRAVERSE, ret);

        if (status != STATUS_ACCESS_DENIED)
                return status;
        return open_directory_for(root, name, DIRECTORY_QUERY, ret);
}

NTSTATUS object_query_path(HANDLE handle, Name **ret) {
        const ULONG size = sizeof(OBJECT_NAME_INFORMATION) + (NAME_UNITS_MAX + 1) * sizeof(WCHAR);
        g_autofree OBJECT_NAME_INFORMATION *information = g_malloc0(size);
        NTSTATUS status;

        status = zw_query_object(handle, ObjectNameInformation, information, size, NULL);
        if (!NT_SUCCESS(status))
                return status;

        *ret = name_new(information->Name.Buffer, information->Name.Length / sizeof(WCHAR));
        return status;
}

NTSTATUS object_query_target(HANDLE link, Name **ret) {
        g_autofree WCHAR *units = g_new0(WCHAR, NAME_UNITS_MAX);
        UNICODE_STRING target = {
                .MaximumLength = NAME_UNITS_MAX * sizeof(WCHAR),
                .Buffer = units,
        };
        NTSTATUS status;

        /* With a length to return NT wants room for a NUL too, which the longest target leaves none
         * for. */
        status = zw_query_symbolic_link_object(link, &target, NULL);
        if (!NT_SUCCESS(status))
                return status;

        *ret = name_new(target.Buffer, target.Length / sizeof(WCHAR));
        return status;
}

NTSTATUS object_read_link(HANDLE root, Name *name, Name **ret) {
        autohandle HANDLE link = NULL;
        NTSTATUS status;

        status = object_open(&kind_symbolic_link, root, name, SYMBOLIC_LINK_QUERY, &link);
        if (!NT_SUCCESS(status))
                return status;
        return object_query_target(link, ret);
}
