#include "object-types.h"

#include <stddef.h>

#include "ntfile.h"
#include "ntsecurity.h"

#define GENERIC_BITS (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL)

const ObjectTypeRules object_types[KINDS] = {
        [KIND_DIRECTORY] = {
                .name = "Directory",
                .mapping = { 0x20003, 0x2000C, 0x20003, DIRECTORY_ALL_ACCESS },
                .valid = DIRECTORY_ALL_ACCESS,
                .invalid_attributes = OBJ_OPENLINK,
                .ignores_case = true,
                .container = true,
        },
        [KIND_SYMBOLIC_LINK] = {
                .name = "SymbolicLink",
                .mapping = { 0x20001, 0x20000, 0x20001, SYMBOLIC_LINK_ALL_ACCESS },
                .valid = SYMBOLIC_LINK_ALL_ACCESS,
                .invalid_attributes = OBJ_OPENLINK,
                .ignores_case = true,
        },
        [KIND_SECTION] = {
                .name = "Section",
                .mapping = { 0x20005, 0x20002, 0x20008, SECTION_ALL_ACCESS },
                .valid = SECTION_ALL_ACCESS | SYNCHRONIZE,
                .invalid_attributes = OBJ_OPENLINK,
        },
        [KIND_TYPE] = {
                .name = "Type",
                .mapping = { 0x20000, 0x20000, 0x20000, 0xF0001 },
                .valid = 0x1F0001,
                .invalid_attributes = OBJ_OPENLINK,
        },
        [KIND_PROCESS] = {
                .name = "Process",
                .mapping = { 0x20410, 0x20BEA, 0x121001, PROCESS_ALL_ACCESS },
                .valid = PROCESS_ALL_ACCESS,
                .invalid_attributes = OBJ_PERMANENT | OBJ_EXCLUSIVE | OBJ_OPENIF,
                .security_required = true,
        },
        [KIND_TOKEN] = {
                .name = "Token",
                .mapping = { 0x2001A, 0x201E0, 0x20005, TOKEN_ALL_ACCESS },
                .valid = TOKEN_ALL_ACCESS | SYNCHRONIZE,
                .invalid_attributes = OBJ_OPENLINK,
                .security_required = true,
        },
        [KIND_DEVICE] = {
                .name = "Device",
                .mapping = { 0x120089, 0x120116, 0x1200A0, FILE_ALL_ACCESS },
                .valid = FILE_ALL_ACCESS,
                .invalid_attributes = OBJ_OPENLINK,
                .ignores_case = true,
        },
        [KIND_THREAD] = {
                .name = "Thread",
                .mapping = { 0x20048, 0x20437, 0x121800, THREAD_ALL_ACCESS },
                .valid = THREAD_ALL_ACCESS,
                .invalid_attributes = OBJ_PERMANENT | OBJ_EXCLUSIVE | OBJ_OPENIF,
                .security_required = true,
        },
        [KIND_FILE] = {
                .name = "File",
                .mapping = { 0x120089, 0x120116, 0x1200A0, FILE_ALL_ACCESS },
                .valid = FILE_ALL_ACCESS,
                .invalid_attributes = OBJ_PERMANENT | OBJ_EXCLUSIVE | OBJ_OPENLINK,
                .ignores_case = true,
        },
};

const ObjectTypeRules *object_type_rules(uint32_t kind) {
        return kind < KINDS && object_types[kind].name ? &object_types[kind] : NULL;
}

ACCESS_MASK access_map_generic(const GENERIC_MAPPING *mapping, ACCESS_MASK access) {
        if (access & GENERIC_READ)
                access |= mapping->GenericRead;
        if (access & GENERIC_WRITE)
                access |= mapping->GenericWrite;
        if (access & GENERIC_EXECUTE)
                access |= mapping->GenericExecute;
        if (access & GENERIC_ALL)
                access |= mapping->GenericAll;
        return access & ~GENERIC_BITS;
}
