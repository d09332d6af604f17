#pragma once

/*
 * Arithmetic of Windows sources: sizes and offsets, alignment, casts of pointers and handles, flags
 */

#include "nttypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fields and arrays. */
#define FIELD_SIZE(type, field)     (sizeof(((type *) 0)->field))
#define RTL_FIELD_TYPE(type, field) (((type *) 0)->field)
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *) 0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field)                                                      \
        (FIELD_OFFSET(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(structure, size, field)                                                 \
        ((((PCHAR) (&(structure)->field)) + sizeof((structure)->field)) <=                         \
                        (((PCHAR) (structure)) + (size)))
#define RTL_NUMBER_OF_V1(array)          (sizeof(array) / sizeof((array)[0]))
#define RTL_NUMBER_OF_V2(array)          RTL_NUMBER_OF_V1(array)
#define RTL_NUMBER_OF_FIELD(type, field) (RTL_NUMBER_OF(RTL_FIELD_TYPE(type, field)))
#define ARRAYSIZE(array)                 RTL_NUMBER_OF_V2(array)
#define _ARRAYSIZE(array)                RTL_NUMBER_OF_V1(array)
#define RTL_PADDING_BETWEEN_FIELDS(type, one, other)                                               \
        ((FIELD_OFFSET(type, other) > FIELD_OFFSET(type, one))                                     \
                                        ? (FIELD_OFFSET(type, other) - FIELD_OFFSET(type, one) -   \
                                                          RTL_FIELD_SIZE(type, one))               \
                                        : (FIELD_OFFSET(type, one) - FIELD_OFFSET(type, other) -   \
                                                          RTL_FIELD_SIZE(type, other)))
#define RTL_BITS_OF(size_of)              (sizeof(size_of) * 8)
#define RTL_BITS_OF_FIELD(type, field)    (RTL_BITS_OF(RTL_FIELD_TYPE(type, field)))
#define RTL_CONST_CAST(type)              (type)
#define RtlOffsetToPointer(base, offset)  ((PCHAR) (((PCHAR) (base)) + ((ULONG_PTR) (offset))))
#define RtlPointerToOffset(base, pointer) ((ULONG) (((PCHAR) (pointer)) - ((PCHAR) (base))))
#define TYPE_ALIGNMENT(type)              ((LONG) __alignof__(type))
#define PROBE_ALIGNMENT(type)             TYPE_ALIGNMENT(type)

/* Alignment; those without BY and POINTER take a type, whose size it is. */
#define ALIGN_DOWN_BY(size, by)            ((ULONG_PTR) (size) & ~((ULONG_PTR) (by) -1))
#define ALIGN_UP_BY(size, by)              (ALIGN_DOWN_BY(((ULONG_PTR) (size) + (by) -1), by))
#define ALIGN_DOWN_POINTER_BY(pointer, by) ((PVOID) ALIGN_DOWN_BY(pointer, by))
#define ALIGN_UP_POINTER_BY(pointer, by)   ((PVOID) ALIGN_UP_BY(pointer, by))
#define ALIGN_DOWN(size, type)             ALIGN_DOWN_BY(size, sizeof(type))
#define ALIGN_UP(size, type)               ALIGN_UP_BY(size, sizeof(type))
#define ALIGN_DOWN_POINTER(pointer, type)  ALIGN_DOWN_POINTER_BY(pointer, sizeof(type))
#define ALIGN_UP_POINTER(pointer, type)    ALIGN_UP_POINTER_BY(pointer, sizeof(type))
#define ROUND_TO_SIZE(length, by)          ((((ULONG_PTR) (length)) + ((by) -1)) & ~((ULONG_PTR) (by) -1))
#define IS_ALIGNED(pointer, by)            ((((ULONG_PTR) (pointer)) & (((ULONG_PTR) (by)) - 1)) == 0)
#define RTL_IS_POWER_OF_TWO(value)         ((value) != 0 && ((value) & ((value) -1)) == 0)
#define RTL_IS_CLEAR_OR_SINGLE_FLAG(flags, mask)                                                   \
        ((((flags) & (mask)) == 0) || RTL_IS_POWER_OF_TWO((flags) & (mask)))

/* Pages. */
#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE 4096
#endif
#define ROUND_TO_PAGES(size) (((ULONG_PTR) (size) + 4095) & ~(ULONG_PTR) 4095)
#define BYTES_TO_PAGES(size) (((size) >> 12) + ((size) % 4096 != 0))
#define BYTE_OFFSET(address) ((ULONG) ((ULONG_PTR) (address) % 4096))
#define PAGE_ALIGN(address)  ((PVOID) ((ULONG_PTR) (address) & ~(ULONG_PTR) 4095))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, size)                                              \
        ((ULONG) ((BYTE_OFFSET(address) + (SIZE_T) (size) + 4095) >> 12))

#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64

/* Casts between integers, pointers and handles. */
#define PtrToUlong(pointer)      ((ULONG) (ULONG_PTR) (pointer))
#define PtrToLong(pointer)       ((LONG) (LONG_PTR) (pointer))
#define PtrToUint(pointer)       ((UINT) (UINT_PTR) (pointer))
#define PtrToInt(pointer)        ((INT) (INT_PTR) (pointer))
#define PtrToUshort(pointer)     ((USHORT) (ULONG_PTR) (pointer))
#define PtrToShort(pointer)      ((SHORT) (LONG_PTR) (pointer))
#define UlongToPtr(value)        ((PVOID) (ULONG_PTR) (ULONG) (value))
#define LongToPtr(value)         ((PVOID) (LONG_PTR) (LONG) (value))
#define UintToPtr(value)         ((PVOID) (UINT_PTR) (UINT) (value))
#define IntToPtr(value)          ((PVOID) (INT_PTR) (INT) (value))
#define ULongToPtr               UlongToPtr
#define PtrToULong               PtrToUlong
#define HandleToULong(value)     ((ULONG) (ULONG_PTR) (value))
#define HandleToUlong(value)     HandleToULong(value)
#define HandleToLong(value)      ((LONG) (LONG_PTR) (value))
#define ULongToHandle(value)     ((HANDLE) (ULONG_PTR) (ULONG) (value))
#define UlongToHandle(value)     ULongToHandle(value)
#define LongToHandle(value)      ((HANDLE) (LONG_PTR) (LONG) (value))
#define PtrOffset(base, pointer) ((ULONG) ((ULONG_PTR) (pointer) - (ULONG_PTR) (base)))

/* Products and shifts of 64 bits. */
#define Int32x32To64(a, b)          ((LONGLONG) (LONG) (a) * (LONGLONG) (LONG) (b))
#define UInt32x32To64(a, b)         ((ULONGLONG) (ULONG) (a) * (ULONGLONG) (ULONG) (b))
#define Int64ShllMod32(value, bits) ((ULONGLONG) (value) << (bits))
#define Int64ShraMod32(value, bits) ((LONGLONG) (value) >> (bits))
#define Int64ShrlMod32(value, bits) ((ULONGLONG) (value) >> (bits))

/* Flags. */
#define FlagOn(flags, flag)        ((flags) & (flag))
#define BooleanFlagOn(flags, flag) ((BOOLEAN) (((flags) & (flag)) != 0))
#define SetFlag(flags, flag)       ((flags) |= (flag))
#define ClearFlag(flags, flag)     ((flags) &= ~(flag))

/* GUIDs. */
#ifdef __cplusplus
#define ZW_GUID_ADDRESS(guid) (&(guid))
#else
#define ZW_GUID_ADDRESS(guid) (guid)
#endif
#define InlineIsEqualGUID(one, other) IsEqualGUID(one, other)
#define IsEqualGUID(one, other)                                                                    \
        (__builtin_memcmp(ZW_GUID_ADDRESS(one), ZW_GUID_ADDRESS(other), sizeof(GUID)) == 0)

#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
        EXTERN_C const GUID name __attribute__((weak));                                            \
        const GUID name = { l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif

/* Of C sources only, as C++ has its own; NOMINMAX leaves them out. */
#if !defined(__cplusplus) && !defined(NOMINMAX)
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif

#ifdef __cplusplus
}
#endif
