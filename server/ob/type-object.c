#include "type-object.h"

#include "ntstatus.h"

typedef struct TypeObject {
        Object object;
        uint32_t kind;
} TypeObject;

const ObjectType type_type = {
        .rules = &object_types[KIND_TYPE],
        .kind = KIND_TYPE,
        .size = sizeof(TypeObject),
};

NTSTATUS type_object_new(uint32_t kind, Object **ret) {
        NTSTATUS status = object_new(&type_type, NULL, ret);

        if (NT_SUCCESS(status))
                ((TypeObject *) *ret)->kind = kind;
        return status;
}
