#include "directory.h"

/* The longest entry takes 64 KiB and the name of a type. */
#define BUFFER_SIZE (256u * 1024u)

void directory_reader_init(DirectoryReader *reader, HANDLE directory) {
        *reader = (DirectoryReader){
                .directory = directory,
                .buffer = g_malloc0(BUFFER_SIZE),
        };
}

void directory_reader_clear(DirectoryReader *reader) {
        g_free(reader->buffer);
        *reader = (DirectoryReader){ 0 };
}

static Entry *entry_new(const OBJECT_DIRECTORY_INFORMATION *information) {
        const UNICODE_STRING *type = &information->TypeName;
        g_autoptr(Name) type_name = name_new(type->Buffer, type->Length / sizeof(WCHAR));
        g_autofree char *printed = name_print(type_name, false);
        Entry *entry = g_new0(Entry, 1);

        entry->name = name_new(information->Name.Buffer, information->Name.Length / sizeof(WCHAR));
        entry->type = g_intern_string(printed);
        return entry;
}

void entry_free(Entry *entry) {
        name_free(entry->name);
        g_free(entry);
}

static NTSTATUS fetch(DirectoryReader *reader) {
        NTSTATUS status;

        status = zw_query_directory_object(reader->directory, reader->buffer, BUFFER_SIZE, FALSE,
                        FALSE, &reader->context, NULL);
        if (!NT_SUCCESS(status) || status == STATUS_NO_MORE_ENTRIES)
                return status;

        /* "More entries", and none of them: not even one fits. Asking again would never end. */
        if (!reader->buffer[0].Name.Buffer)
                return STATUS_BUFFER_TOO_SMALL;

        reader->next = reader->buffer;
        return STATUS_SUCCESS;
}

NTSTATUS directory_reader_next(DirectoryReader *reader, Entry **ret) {
        if (!reader->next) {
                NTSTATUS status = fetch(reader);

                if (status != STATUS_SUCCESS)
                        return status;
        }

        *ret = entry_new(reader->next++);
        if (!reader->next->Name.Buffer)
                reader->next = NULL;
        return STATUS_SUCCESS;
}

static int compare_entries(gconstpointer a, gconstpointer b) {
        const Entry *const *left = a;
        const Entry *const *right = b;

        return name_compare((*left)->name, (*right)->name);
}

NTSTATUS directory_list(HANDLE directory, GPtrArray **ret) {
        g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify) entry_free);
        g_auto(DirectoryReader) reader = { 0 };
        Entry *entry = NULL;
        NTSTATUS status;

        directory_reader_init(&reader, directory);
        while ((status = directory_reader_next(&reader, &entry)) == STATUS_SUCCESS)
                g_ptr_array_add(entries, entry);
        if (status != STATUS_NO_MORE_ENTRIES)
                return status;

        g_ptr_array_sort(entries, compare_entries);
        *ret = g_steal_pointer(&entries);
        return STATUS_SUCCESS;
}
