/*
 * What WDK sources say beyond types and services: words of Microsoft's compiler, annotations,
 * lists, interlocked operations, arithmetic of sizes; compiled as C and as C++, with either kind of
 * WCHAR.
 */

#define DBG 1

#include <ntifs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <winternl.h>

#if __SIZEOF_WCHAR_T__ == 2
#define NAME(text) L##text
#else
#define NAME(text) u##text
#endif

static int failures;

static void expect(int holds, const char *what) {
        if (holds)
                return;
        fprintf(stderr, "does not hold: %s\n", what);
        failures++;
}

#define EXPECT(condition) expect((condition) ? 1 : 0, #condition)

/* Words. */
C_ASSERT(sizeof(unsigned __int64) == 8 && sizeof(__int32) == 4 && sizeof(__int8) == 1);

typedef struct DECLSPEC_ALIGN(32) _ALIGNED {
        UCHAR First;
} ALIGNED;
C_ASSERT(sizeof(ALIGNED) == 32);

typedef struct __declspec(align(16)) _OTHER_ALIGNED {
        UCHAR First;
} OTHER_ALIGNED;
C_ASSERT(TYPE_ALIGNMENT(OTHER_ALIGNED) == 16);

static __declspec(thread) LONG per_thread = 3;

__declspec(noinline) static LONG __stdcall Callback(LONG value) {
        return value + 1;
}

typedef LONG(WINAPI *CALLBACK_FUNCTION)(LONG value);

static __forceinline LONG twice(LONG value) {
        return 2 * value;
}

static FORCEINLINE LONG thrice(LONG value) {
        return 3 * value;
}

static int __cdecl compare(const void *left, const void *right) {
        return *(const LONG *) left - *(const LONG *) right;
}

static void words(void) {
        CALLBACK_FUNCTION function = Callback;
        LONG sorted[] = { 3, 1, 2 };

        qsort(sorted, ARRAYSIZE(sorted), sizeof(sorted[0]), compare);
        EXPECT(function(2) == 3 && twice(4) == 8 && thrice(2) == 6 && per_thread == 3);
        EXPECT(sorted[0] == 1 && sorted[2] == 3);
}

/* Annotations. */
typedef _Struct_size_bytes_(Size) struct _ANNOTATED {
        ULONG Size;
        _Field_range_(0, 4) ULONG Count;
        _Field_size_bytes_(Size) PVOID Data;
        _Guarded_by_(Lock) LONG Value;
} ANNOTATED;

_IRQL_requires_max_(DISPATCH_LEVEL) _Requires_lock_held_(*Lock) __drv_maxIRQL(APC_LEVEL)
                _When_(return == 0, _Post_satisfies_(*Length > 0))
                                _Success_(return >= 0) _Must_inspect_result_ static NTSTATUS
                annotations(_In_reads_bytes_opt_(*Length) PVOID Buffer,
                                _Inout_ PULONG Length,
                                _Outptr_result_bytebuffer_maybenull_(*Length) PVOID *Result,
                                _At_(*Lock, _Pre_notnull_) PVOID Lock,
                                _In_range_(1, 3) ULONG Kind) {
        UNREFERENCED_PARAMETER(Lock);
        *Result = Buffer;
        *Length = Kind;
        return STATUS_SUCCESS;
}

/* Lists. */
typedef struct _ITEM {
        LONG Number;
        LIST_ENTRY Link;
} ITEM;

static LONG number_of(PLIST_ENTRY entry) {
        return CONTAINING_RECORD(entry, ITEM, Link)->Number;
}

static void lists(void) {
        ITEM items[4];
        LIST_ENTRY head, other;
        SINGLE_LIST_ENTRY stack = { NULL }, one, two;
        LONG i;

        InitializeListHead(&head);
        InitializeListHead(&other);
        for (i = 0; i < 4; i++)
                items[i].Number = i;
        InsertTailList(&head, &items[1].Link);
        InsertHeadList(&head, &items[0].Link);
        InsertTailList(&other, &items[2].Link);
        InsertTailList(&other, &items[3].Link);
        RemoveEntryList(&other);
        AppendTailList(&head, &items[2].Link);
        EXPECT(number_of(head.Flink) == 0 && number_of(head.Blink) == 3);
        EXPECT(number_of(RemoveTailList(&head)) == 3 && number_of(RemoveHeadList(&head)) == 0);
        EXPECT(!RemoveEntryList(&items[1].Link) && RemoveEntryList(&items[2].Link));
        EXPECT(IsListEmpty(&head));

        PushEntryList(&stack, &one);
        PushEntryList(&stack, &two);
        EXPECT(PopEntryList(&stack) == &two && PopEntryList(&stack) == &one);
        EXPECT(PopEntryList(&stack) == NULL);
}

/* Whether a child that calls it ends by it: by a signal, or by what a sanitizer makes of that. */
static int ends_the_program(void (*function)(void)) {
        int status = 0;
        pid_t child = fork();

        if (child == 0) {
                signal(SIGSEGV, SIG_DFL);
                function();
                _exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child)
                return -1;
        return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void corrupt_a_list(void) {
        LIST_ENTRY head, entry, stray;

        InitializeListHead(&head);
        InsertTailList(&head, &entry);
        InitializeListHead(&stray);
        head.Flink = &stray;
        RemoveEntryList(&entry);
}

static void fail_an_assertion(void) {
        LIST_ENTRY head;

        InitializeListHead(&head);
        NT_ASSERT(!IsListEmpty(&head));
}

static void hold_an_assertion(void) {
        NT_ASSERT(failures >= 0);
}

/* Interlocked operations return what was there, or what is there then. */
static void interlocked(void) {
        LONG value = 5;
        LONGLONG wide = 1;
        SHORT narrow = 7;
        PVOID pointer = NULL;
        DECLSPEC_ALIGN(16) LONGLONG pair[2] = { 1, 2 };
        LONGLONG seen[2] = { 1, 2 };
        ULONG index = 9;
        ULONG64 high = 0;

        EXPECT(InterlockedIncrement(&value) == 6 && InterlockedDecrement(&value) == 5);
        EXPECT(InterlockedExchangeAdd(&value, 3) == 5 && InterlockedAdd(&value, 1) == 9);
        EXPECT(InterlockedOr(&value, 6) == 9 && InterlockedAnd(&value, 7) == 15 && value == 7);
        EXPECT(InterlockedXor(&value, 1) == 7 && InterlockedExchange(&value, 2) == 6);
        EXPECT(InterlockedCompareExchange(&value, 4, 3) == 2 && value == 2);
        EXPECT(InterlockedCompareExchangeAcquire(&value, 4, 2) == 2 && value == 4);
        EXPECT(InterlockedIncrement64(&wide) == 2 && InterlockedExchangeAdd64(&wide, 2) == 2);
        EXPECT(InterlockedIncrement16(&narrow) == 8);
        EXPECT(InterlockedExchangePointer(&pointer, &value) == NULL && pointer == &value);
        EXPECT(InterlockedCompareExchangePointer(&pointer, NULL, &value) == &value && !pointer);
        EXPECT(InterlockedCompareExchange128(pair, 4, 3, seen) == 1 && pair[0] == 3 &&
                        pair[1] == 4);
        EXPECT(InterlockedCompareExchange128(pair, 6, 5, seen) == 0 && seen[0] == 3 &&
                        seen[1] == 4);
        EXPECT(InterlockedBitTestAndSet(&value, 0) == 0 &&
                        InterlockedBitTestAndSet(&value, 0) == 1);
        EXPECT(InterlockedBitTestAndReset(&value, 0) == 1 && value == 4);
        EXPECT(BitScanForward(&index, 0) == 0 && index == 9);
        EXPECT(BitScanForward(&index, 0x50) && index == 4 && BitScanReverse(&index, 0x50));
        EXPECT(index == 6 && BitScanReverse64(&index, 1ull << 40) && index == 40);
        EXPECT(UnsignedMultiply128(1ull << 63, 6, &high) == 0 && high == 3);
        EXPECT(RotateLeft32(0x80000001u, 4) == 0x18 && RotateRight64(1, 1) == 1ull << 63);
        EXPECT(_byteswap_ulong(0x01020304) == 0x04030201);
        WriteRelease(&value, 8);
        MemoryBarrier();
        EXPECT(ReadAcquire(&value) == 8);
}

static void sizes(void) {
        static const GUID one = { 1, 2, 3, { 4 } }, other = { 1, 2, 3, { 5 } };

#ifdef __cplusplus
        EXPECT(!IsEqualGUID(one, other) && IsEqualGUID(one, one));
#else
        EXPECT(!IsEqualGUID(&one, &other) && IsEqualGUID(&one, &one));
        EXPECT(min(2, 3) == 2 && max(2, 3) == 3);
#endif
        EXPECT(RTL_SIZEOF_THROUGH_FIELD(ITEM, Number) == 4 && RTL_FIELD_SIZE(ITEM, Link) == 16);
        EXPECT(ALIGN_UP(13, ULONG) == 16 && ALIGN_DOWN_BY(13, 8) == 8);
        EXPECT(ADDRESS_AND_SIZE_TO_SPAN_PAGES(UlongToPtr(4095), 2) == 2);
        EXPECT(ADDRESS_AND_SIZE_TO_SPAN_PAGES(UlongToPtr(4096), 4096) == 1);
        EXPECT(RTL_IS_POWER_OF_TWO(64u) && !RTL_IS_POWER_OF_TWO(65u));
        EXPECT(HandleToLong(LongToHandle(-3)) == -3 && BooleanFlagOn(6u, 4u) == TRUE);
        EXPECT(MAXULONG == 0xFFFFFFFF && MAXLONGLONG > 0 && MINLONG_PTR < 0);
        EXPECT(UInt32x32To64(0xFFFFFFFF, 2) == 0x1FFFFFFFE);
        EXPECT(FIELD_OFFSET(PEB, ProcessParameters) == 0x20 &&
                        FIELD_OFFSET(PEB, SessionId) == 0x2C0);
        EXPECT(FIELD_OFFSET(TEB, ProcessEnvironmentBlock) == 0x60);
        EXPECT(FIELD_OFFSET(TEB, TlsExpansionSlots) == 0x1780);
        EXPECT(FIELD_OFFSET(RTL_USER_PROCESS_PARAMETERS, CommandLine) == 0x70);
        EXPECT(sizeof(DRIVER_OBJECT) == 336);
}

#if __SIZEOF_WCHAR_T__ == 2
/* The C library's own would take two units for one. */
static void wide_strings(void) {
        WCHAR buffer[16];

        EXPECT(wcslen(NAME("abc")) == 3 && wcsnlen(NAME("abc"), 2) == 2);
        EXPECT(wcscmp(wcscat(wcscpy(buffer, NAME("ab")), NAME("cd")), NAME("abcd")) == 0);
        EXPECT(wcsncmp(NAME("abx"), NAME("aby"), 2) == 0 && wcscmp(NAME("a"), NAME("b")) < 0);
        EXPECT(_wcsicmp(NAME("AbZ"), NAME("aBz")) == 0 && _wcsnicmp(NAME("A["), NAME("a{"), 2) < 0);
        EXPECT(wcschr(buffer, 'c') == buffer + 2 && wcsrchr(buffer, 0) == buffer + 4);
        EXPECT(wcsstr(buffer, NAME("bc")) == buffer + 1 && !wcsstr(buffer, NAME("bd")));
        wcsncpy(buffer, NAME("x"), 3);
        EXPECT(buffer[0] == 'x' && buffer[1] == 0 && buffer[2] == 0 && buffer[3] == 'd');
        EXPECT(wcsncat(buffer, NAME("yz"), 1)[1] == 'y' && buffer[2] == 0);
}
#endif

int main(void) {
        ULONG length = 0, data = 0;
        PVOID result = NULL;

        words();
        EXPECT(annotations(&data, &length, &result, NULL, 2) == STATUS_SUCCESS && length == 2);
        lists();
        interlocked();
        sizes();
#if __SIZEOF_WCHAR_T__ == 2
        wide_strings();
#endif
        EXPECT(ends_the_program(corrupt_a_list) == 1);
        EXPECT(ends_the_program(fail_an_assertion) == 1);
        EXPECT(ends_the_program(hold_an_assertion) == 0);
        return failures != 0;
}
