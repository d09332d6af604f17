/*
 * What a driver does without the system: lists, counters, flags, strings, alignment. Compiles as
 * C++ too.
 */

#include <ntddk.h>

#include "say.h"

#define ITEM_URGENT 0x1
#define ITEM_DONE   0x2

typedef _Struct_size_bytes_(Size) struct _WORK_ITEM {
        ULONG Size;
        ULONG Flags;
        LIST_ENTRY Link;
        SINGLE_LIST_ENTRY FreeLink;
        LONG Number;
} WORK_ITEM, *PWORK_ITEM;

typedef struct DECLSPEC_ALIGN(64) _WORK_QUEUE {
        LIST_ENTRY Items;
        volatile LONG Count;
        volatile LONGLONG Total;
} WORK_QUEUE, *PWORK_QUEUE;

C_ASSERT(sizeof(WORK_QUEUE) == 64);
C_ASSERT(RTL_SIZEOF_THROUGH_FIELD(WORK_ITEM, Flags) == 8);
C_ASSERT(RTL_FIELD_SIZE(WORK_ITEM, Link) == 2 * sizeof(PVOID));

typedef _Function_class_(WORK_CALLBACK) BOOLEAN NTAPI
                WORK_CALLBACK(_In_ PWORK_ITEM Item, _In_opt_ PVOID Context);
typedef WORK_CALLBACK *PWORK_CALLBACK;

FORCEINLINE VOID QueueItem(_Inout_ PWORK_QUEUE Queue, _Inout_ PWORK_ITEM Item) {
        if (Item->Flags & ITEM_URGENT)
                InsertHeadList(&Queue->Items, &Item->Link);
        else
                InsertTailList(&Queue->Items, &Item->Link);
        InterlockedIncrement(&Queue->Count);
        InterlockedExchangeAdd64(&Queue->Total, Item->Number);
}

static BOOLEAN NTAPI IsOdd(_In_ PWORK_ITEM Item, _In_opt_ PVOID Context) {
        UNREFERENCED_PARAMETER(Context);
        return (BOOLEAN) (Item->Number & 1);
}

/* Takes out whatever the callback wants to have. */
static ULONG
Drain(_Inout_ PWORK_QUEUE Queue, _In_ PWORK_CALLBACK Wanted, _Inout_ PSINGLE_LIST_ENTRY Free) {
        PLIST_ENTRY entry = Queue->Items.Flink;
        ULONG n = 0;

        while (entry != &Queue->Items) {
                PWORK_ITEM item = CONTAINING_RECORD(entry, WORK_ITEM, Link);

                entry = entry->Flink;
                if (!Wanted(item, NULL))
                        continue;
                RemoveEntryList(&item->Link);
                InterlockedDecrement(&Queue->Count);
                item->Flags |= ITEM_DONE;
                PushEntryList(Free, &item->FreeLink);
                n++;
        }
        return n;
}

static VOID Names(VOID) {
        static const WCHAR path[] = L"\\Device\\WdkList0";
        UNICODE_STRING name, other;
        WCHAR buffer[32];

        RtlInitUnicodeString(&name, path);
        RtlInitEmptyUnicodeString(&other, buffer, sizeof(buffer));
        RtlCopyMemory(buffer, name.Buffer, name.Length);
        other.Length = name.Length;
        buffer[name.Length / sizeof(WCHAR) - 1] = L'1';
        say_string("name", &name);
        say_string("other", &other);
        say_number("units", wcslen(path));
        say_number("equal but for the last",
                        RtlEqualMemory(name.Buffer, buffer, name.Length - sizeof(WCHAR)));
}

static VOID Arithmetic(VOID) {
        LONG bits = 0;
        ULONG index = 0;

        say_number("rounded up", ROUND_TO_PAGES(4097));
        say_number("pages", BYTES_TO_PAGES(8193));
        say_number("aligned", ALIGN_UP_BY(1001, 16));
        say_number("set before", InterlockedBitTestAndSet(&bits, 5));
        say_number("set after", InterlockedBitTestAndSet(&bits, 5));
        say_number("found", BitScanReverse(&index, (ULONG) bits));
        say_number("where", index);
        say_number("exchanged", (ULONG) InterlockedCompareExchange(&bits, 7, 32));
        say_number("now", (ULONG) bits);
        say_number("span", ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID) (ULONG_PTR) 4095, 2));
}

int main(void) {
        static WORK_ITEM items[6];
        static WORK_QUEUE queue;
        SINGLE_LIST_ENTRY done = { NULL };
        ULONG i;

        PAGED_CODE();
        InitializeListHead(&queue.Items);
        for (i = 0; i < RTL_NUMBER_OF(items); i++) {
                items[i].Size = sizeof(items[i]);
                items[i].Number = (LONG) i;
                items[i].Flags = i == 4 ? ITEM_URGENT : 0;
                QueueItem(&queue, &items[i]);
        }
        say_number("count", (ULONG) queue.Count);
        say_number("total", (ULONGLONG) queue.Total);
        say_number("first", (ULONG) CONTAINING_RECORD(queue.Items.Flink, WORK_ITEM, Link)->Number);
        say_number("odd", Drain(&queue, IsOdd, &done));
        say_number("last done", (ULONG) CONTAINING_RECORD(PopEntryList(&done), WORK_ITEM, FreeLink)
                                                ->Number);
        say_number("left", (ULONG) queue.Count);
        while (!IsListEmpty(&queue.Items))
                say_number("item", (ULONG) CONTAINING_RECORD(
                                                   RemoveHeadList(&queue.Items), WORK_ITEM, Link)
                                                   ->Number);
        NT_ASSERT(IsListEmpty(&queue.Items));
        Names();
        Arithmetic();
        return 0;
}
