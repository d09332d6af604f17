#pragma once

/*
 * Interlocked operations, barriers, and questions to single instructions
 *
 * As on x64 Windows, every interlocked operation is a full barrier, also where its name asks for
 * less. And, Or, Xor, Exchange, ExchangeAdd and CompareExchange return what was there before; Add,
 * Increment and Decrement what is there then.
 */

#include "ntcompiler.h"
#include "nttypes.h"

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef __int128 zw_int128;
__extension__ typedef unsigned __int128 zw_uint128;

#define ZW_INTERLOCKED(width, type)                                                                \
        FORCEINLINE type _InterlockedExchange##width(type volatile *Target, type Value) {          \
                return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);                       \
        }                                                                                          \
        FORCEINLINE type _InterlockedCompareExchange##width(                                       \
                        type volatile *Target, type Value, type Comparand) {                       \
                __atomic_compare_exchange_n(                                                       \
                                Target, &Comparand, Value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
                return Comparand;                                                                  \
        }                                                                                          \
        FORCEINLINE type _InterlockedExchangeAdd##width(type volatile *Target, type Value) {       \
                return __atomic_fetch_add(Target, Value, __ATOMIC_SEQ_CST);                        \
        }                                                                                          \
        FORCEINLINE type _InterlockedAdd##width(type volatile *Target, type Value) {               \
                return __atomic_add_fetch(Target, Value, __ATOMIC_SEQ_CST);                        \
        }                                                                                          \
        FORCEINLINE type _InterlockedIncrement##width(type volatile *Target) {                     \
                return __atomic_add_fetch(Target, 1, __ATOMIC_SEQ_CST);                            \
        }                                                                                          \
        FORCEINLINE type _InterlockedDecrement##width(type volatile *Target) {                     \
                return __atomic_sub_fetch(Target, 1, __ATOMIC_SEQ_CST);                            \
        }                                                                                          \
        FORCEINLINE type _InterlockedAnd##width(type volatile *Target, type Value) {               \
                return __atomic_fetch_and(Target, Value, __ATOMIC_SEQ_CST);                        \
        }                                                                                          \
        FORCEINLINE type _InterlockedOr##width(type volatile *Target, type Value) {                \
                return __atomic_fetch_or(Target, Value, __ATOMIC_SEQ_CST);                         \
        }                                                                                          \
        FORCEINLINE type _InterlockedXor##width(type volatile *Target, type Value) {               \
                return __atomic_fetch_xor(Target, Value, __ATOMIC_SEQ_CST);                        \
        }

ZW_INTERLOCKED(8, CHAR)
ZW_INTERLOCKED(16, SHORT)
ZW_INTERLOCKED(, LONG)
ZW_INTERLOCKED(64, LONGLONG)
#undef ZW_INTERLOCKED

FORCEINLINE PVOID _InterlockedExchangePointer(PVOID volatile *Target, PVOID Value) {
        return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

FORCEINLINE PVOID _InterlockedCompareExchangePointer(
                PVOID volatile *Target, PVOID Value, PVOID Comparand) {
        __atomic_compare_exchange_n(
                        Target, &Comparand, Value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        return Comparand;
}

/* @Target is aligned to 16. @ComparandResult gets what was there; 1 if it was replaced. */
FORCEINLINE UCHAR _InterlockedCompareExchange128(LONGLONG volatile *Target,
                LONGLONG ExchangeHigh,
                LONGLONG ExchangeLow,
                LONGLONG *ComparandResult) {
        UCHAR Equal;

        __asm__ volatile("lock cmpxchg16b %1; sete %0"
                         : "=q"(Equal), "+m"(*(zw_int128 volatile *) Target),
                         "+a"(ComparandResult[0]), "+d"(ComparandResult[1])
                         : "b"(ExchangeLow), "c"(ExchangeHigh)
                         : "cc", "memory");
        return Equal;
}

/* The bit that was there; @Offset counts from the lowest bit of *@Base, in either direction. */
FORCEINLINE UCHAR _interlockedbittestandset(LONG volatile *Base, LONG Offset) {
        UCHAR Old;

        __asm__ volatile("lock btsl %2, %1; setc %0"
                         : "=q"(Old), "+m"(*Base)
                         : "Ir"(Offset)
                         : "cc", "memory");
        return Old;
}

FORCEINLINE UCHAR _interlockedbittestandreset(LONG volatile *Base, LONG Offset) {
        UCHAR Old;

        __asm__ volatile("lock btrl %2, %1; setc %0"
                         : "=q"(Old), "+m"(*Base)
                         : "Ir"(Offset)
                         : "cc", "memory");
        return Old;
}

FORCEINLINE UCHAR _interlockedbittestandset64(LONG64 volatile *Base, LONG64 Offset) {
        UCHAR Old;

        __asm__ volatile("lock btsq %2, %1; setc %0"
                         : "=q"(Old), "+m"(*Base)
                         : "Jr"(Offset)
                         : "cc", "memory");
        return Old;
}

FORCEINLINE UCHAR _interlockedbittestandreset64(LONG64 volatile *Base, LONG64 Offset) {
        UCHAR Old;

        __asm__ volatile("lock btrq %2, %1; setc %0"
                         : "=q"(Old), "+m"(*Base)
                         : "Jr"(Offset)
                         : "cc", "memory");
        return Old;
}

/* clang-format off */
#define InterlockedExchange8 _InterlockedExchange8
#define InterlockedExchange16 _InterlockedExchange16
#define InterlockedExchange _InterlockedExchange
#define InterlockedExchangeAcquire _InterlockedExchange
#define InterlockedExchangeRelease _InterlockedExchange
#define InterlockedExchangeNoFence _InterlockedExchange
#define InterlockedExchange64 _InterlockedExchange64
#define InterlockedExchangeAcquire64 _InterlockedExchange64
#define InterlockedExchangeRelease64 _InterlockedExchange64
#define InterlockedExchangeNoFence64 _InterlockedExchange64
#define InterlockedCompareExchange8 _InterlockedCompareExchange8
#define InterlockedCompareExchange16 _InterlockedCompareExchange16
#define InterlockedCompareExchange _InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire _InterlockedCompareExchange
#define InterlockedCompareExchangeRelease _InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence _InterlockedCompareExchange
#define InterlockedCompareExchange64 _InterlockedCompareExchange64
#define InterlockedCompareExchangeAcquire64 _InterlockedCompareExchange64
#define InterlockedCompareExchangeRelease64 _InterlockedCompareExchange64
#define InterlockedCompareExchangeNoFence64 _InterlockedCompareExchange64
#define InterlockedExchangeAdd8 _InterlockedExchangeAdd8
#define InterlockedExchangeAdd16 _InterlockedExchangeAdd16
#define InterlockedExchangeAdd _InterlockedExchangeAdd
#define InterlockedExchangeAddAcquire _InterlockedExchangeAdd
#define InterlockedExchangeAddRelease _InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence _InterlockedExchangeAdd
#define InterlockedExchangeAdd64 _InterlockedExchangeAdd64
#define InterlockedExchangeAddAcquire64 _InterlockedExchangeAdd64
#define InterlockedExchangeAddRelease64 _InterlockedExchangeAdd64
#define InterlockedExchangeAddNoFence64 _InterlockedExchangeAdd64
#define InterlockedAdd16 _InterlockedAdd16
#define InterlockedAdd _InterlockedAdd
#define InterlockedAddAcquire _InterlockedAdd
#define InterlockedAddRelease _InterlockedAdd
#define InterlockedAddNoFence _InterlockedAdd
#define InterlockedAdd64 _InterlockedAdd64
#define InterlockedAddAcquire64 _InterlockedAdd64
#define InterlockedAddRelease64 _InterlockedAdd64
#define InterlockedAddNoFence64 _InterlockedAdd64
#define InterlockedIncrement16 _InterlockedIncrement16
#define InterlockedIncrement _InterlockedIncrement
#define InterlockedIncrementAcquire _InterlockedIncrement
#define InterlockedIncrementRelease _InterlockedIncrement
#define InterlockedIncrementNoFence _InterlockedIncrement
#define InterlockedIncrement64 _InterlockedIncrement64
#define InterlockedIncrementAcquire64 _InterlockedIncrement64
#define InterlockedIncrementRelease64 _InterlockedIncrement64
#define InterlockedIncrementNoFence64 _InterlockedIncrement64
#define InterlockedDecrement16 _InterlockedDecrement16
#define InterlockedDecrement _InterlockedDecrement
#define InterlockedDecrementAcquire _InterlockedDecrement
#define InterlockedDecrementRelease _InterlockedDecrement
#define InterlockedDecrementNoFence _InterlockedDecrement
#define InterlockedDecrement64 _InterlockedDecrement64
#define InterlockedDecrementAcquire64 _InterlockedDecrement64
#define InterlockedDecrementRelease64 _InterlockedDecrement64
#define InterlockedDecrementNoFence64 _InterlockedDecrement64
#define InterlockedAnd8 _InterlockedAnd8
#define InterlockedAnd16 _InterlockedAnd16
#define InterlockedAnd _InterlockedAnd
#define InterlockedAndAcquire _InterlockedAnd
#define InterlockedAndRelease _InterlockedAnd
#define InterlockedAndNoFence _InterlockedAnd
#define InterlockedAnd64 _InterlockedAnd64
#define InterlockedAndAcquire64 _InterlockedAnd64
#define InterlockedAndRelease64 _InterlockedAnd64
#define InterlockedAndNoFence64 _InterlockedAnd64
#define InterlockedOr8 _InterlockedOr8
#define InterlockedOr16 _InterlockedOr16
#define InterlockedOr _InterlockedOr
#define InterlockedOrAcquire _InterlockedOr
#define InterlockedOrRelease _InterlockedOr
#define InterlockedOrNoFence _InterlockedOr
#define InterlockedOr64 _InterlockedOr64
#define InterlockedOrAcquire64 _InterlockedOr64
#define InterlockedOrRelease64 _InterlockedOr64
#define InterlockedOrNoFence64 _InterlockedOr64
#define InterlockedXor8 _InterlockedXor8
#define InterlockedXor16 _InterlockedXor16
#define InterlockedXor _InterlockedXor
#define InterlockedXorAcquire _InterlockedXor
#define InterlockedXorRelease _InterlockedXor
#define InterlockedXorNoFence _InterlockedXor
#define InterlockedXor64 _InterlockedXor64
#define InterlockedXorAcquire64 _InterlockedXor64
#define InterlockedXorRelease64 _InterlockedXor64
#define InterlockedXorNoFence64 _InterlockedXor64
#define InterlockedExchangePointer _InterlockedExchangePointer
#define InterlockedExchangePointerAcquire _InterlockedExchangePointer
#define InterlockedExchangePointerRelease _InterlockedExchangePointer
#define InterlockedExchangePointerNoFence _InterlockedExchangePointer
#define InterlockedCompareExchangePointer _InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerAcquire _InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease _InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerNoFence _InterlockedCompareExchangePointer
#define InterlockedCompareExchange128 _InterlockedCompareExchange128
#define InterlockedBitTestAndSet _interlockedbittestandset
#define InterlockedBitTestAndReset _interlockedbittestandreset
#define InterlockedBitTestAndSet64 _interlockedbittestandset64
#define InterlockedBitTestAndReset64 _interlockedbittestandreset64
#define InterlockedIncrementSizeT(target) _InterlockedIncrement64((LONGLONG volatile *) (target))
#define InterlockedDecrementSizeT(target) _InterlockedDecrement64((LONGLONG volatile *) (target))
#define InterlockedExchangeAddSizeT(target, value) _InterlockedExchangeAdd64((LONGLONG volatile *) (target), (LONGLONG) (value))
/* clang-format on */

/* Barriers. */
#define MemoryBarrier()                 __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrier()               __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrierWithoutFence()   __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadWriteBarrier()             __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier()                  __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _WriteBarrier()                 __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor()                __asm__ volatile("pause" : : : "memory")
#define PreFetchCacheLine(level, where) __builtin_prefetch(where)
#define PrefetchForWrite(where)         __builtin_prefetch((PVOID) (where), 1)

/* Loads and stores of one variable, of any type that fits into a register. */
#define ZW_LOAD(source, order)             __atomic_load_n((source), order)
#define ZW_STORE(target, value, order)     __atomic_store_n((target), (value), order)
#define ReadAcquire(source)                ZW_LOAD(source, __ATOMIC_ACQUIRE)
#define ReadNoFence(source)                ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadRaw(source)                    ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadAcquire64(source)              ZW_LOAD(source, __ATOMIC_ACQUIRE)
#define ReadNoFence64(source)              ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadPointerAcquire(source)         ZW_LOAD(source, __ATOMIC_ACQUIRE)
#define ReadPointerNoFence(source)         ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadPointerRaw(source)             ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadULongAcquire(source)           ZW_LOAD(source, __ATOMIC_ACQUIRE)
#define ReadULongNoFence(source)           ZW_LOAD(source, __ATOMIC_RELAXED)
#define ReadULong64Acquire(source)         ZW_LOAD(source, __ATOMIC_ACQUIRE)
#define ReadULong64NoFence(source)         ZW_LOAD(source, __ATOMIC_RELAXED)
#define WriteRelease(target, value)        ZW_STORE(target, value, __ATOMIC_RELEASE)
#define WriteNoFence(target, value)        ZW_STORE(target, value, __ATOMIC_RELAXED)
#define WriteRaw(target, value)            ZW_STORE(target, value, __ATOMIC_RELAXED)
#define WriteRelease64(target, value)      ZW_STORE(target, value, __ATOMIC_RELEASE)
#define WriteNoFence64(target, value)      ZW_STORE(target, value, __ATOMIC_RELAXED)
#define WritePointerRelease(target, value) ZW_STORE(target, value, __ATOMIC_RELEASE)
#define WritePointerNoFence(target, value) ZW_STORE(target, value, __ATOMIC_RELAXED)
#define WriteULongRelease(target, value)   ZW_STORE(target, value, __ATOMIC_RELEASE)
#define WriteULongNoFence(target, value)   ZW_STORE(target, value, __ATOMIC_RELAXED)
#define WriteULong64Release(target, value) ZW_STORE(target, value, __ATOMIC_RELEASE)
#define WriteULong64NoFence(target, value) ZW_STORE(target, value, __ATOMIC_RELAXED)

/* Index of the lowest and highest bit that is set. 0, and no index, if none is. */
FORCEINLINE UCHAR _BitScanForward(ULONG *Index, ULONG Mask) {
        if (Mask)
                *Index = (ULONG) __builtin_ctz(Mask);
        return Mask != 0;
}

FORCEINLINE UCHAR _BitScanReverse(ULONG *Index, ULONG Mask) {
        if (Mask)
                *Index = 31u - (ULONG) __builtin_clz(Mask);
        return Mask != 0;
}

FORCEINLINE UCHAR _BitScanForward64(ULONG *Index, ULONG64 Mask) {
        if (Mask)
                *Index = (ULONG) __builtin_ctzll(Mask);
        return Mask != 0;
}

FORCEINLINE UCHAR _BitScanReverse64(ULONG *Index, ULONG64 Mask) {
        if (Mask)
                *Index = 63u - (ULONG) __builtin_clzll(Mask);
        return Mask != 0;
}

#define BitScanForward   _BitScanForward
#define BitScanReverse   _BitScanReverse
#define BitScanForward64 _BitScanForward64
#define BitScanReverse64 _BitScanReverse64

#define _byteswap_ushort(value) __builtin_bswap16(value)
#define _byteswap_ulong(value)  __builtin_bswap32(value)
#define _byteswap_uint64(value) __builtin_bswap64(value)

FORCEINLINE ULONG RotateLeft32(ULONG Value, LONG Shift) {
        return Value << (Shift & 31) | Value >> (-Shift & 31);
}

FORCEINLINE ULONG RotateRight32(ULONG Value, LONG Shift) {
        return Value >> (Shift & 31) | Value << (-Shift & 31);
}

FORCEINLINE ULONG64 RotateLeft64(ULONG64 Value, LONG Shift) {
        return Value << (Shift & 63) | Value >> (-Shift & 63);
}

FORCEINLINE ULONG64 RotateRight64(ULONG64 Value, LONG Shift) {
        return Value >> (Shift & 63) | Value << (-Shift & 63);
}

/* The upper half of the product goes to *@HighProduct. */
FORCEINLINE ULONG64 UnsignedMultiply128(
                ULONG64 Multiplier, ULONG64 Multiplicand, ULONG64 *HighProduct) {
        zw_uint128 Product = (zw_uint128) Multiplier * Multiplicand;

        *HighProduct = (ULONG64) (Product >> 64);
        return (ULONG64) Product;
}

FORCEINLINE LONG64 Multiply128(LONG64 Multiplier, LONG64 Multiplicand, LONG64 *HighProduct) {
        zw_int128 Product = (zw_int128) Multiplier * Multiplicand;

        *HighProduct = (LONG64) (Product >> 64);
        return (LONG64) Product;
}

#define ReadTimeStampCounter() __builtin_ia32_rdtsc()

#ifdef __cplusplus
}
#endif
