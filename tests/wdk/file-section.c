/*
 * A file that is written, mapped, changed through its view, and deleted.
 */

#include <ntifs.h>

#include "say.h"

#define TEXT_LENGTH 26

static WCHAR PathBuffer[2200];
static UNICODE_STRING Path;

static VOID MakePath(VOID) {
        static const WCHAR name[] = L"wdk-file-section.txt";
        PCUNICODE_STRING folder = work_folder();

        RtlInitEmptyUnicodeString(&Path, PathBuffer, sizeof(PathBuffer));
        RtlCopyMemory(PathBuffer, folder->Buffer, folder->Length);
        RtlCopyMemory((PUCHAR) PathBuffer + folder->Length, name, sizeof(name));
        Path.Length = (USHORT) (folder->Length + sizeof(name) - sizeof(WCHAR));
}

static NTSTATUS OpenTheFile(_In_ ULONG Disposition, _In_ ULONG Options, _Out_ PHANDLE File) {
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io;

        InitializeObjectAttributes(&attributes, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
        return ZwCreateFile(File, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &attributes,
                        &io, NULL, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ, Disposition,
                        FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT | Options, NULL, 0);
}

static VOID WriteAlphabet(_In_ HANDLE File) {
        IO_STATUS_BLOCK io;
        UCHAR text[TEXT_LENGTH];
        ULONG i;

        for (i = 0; i < TEXT_LENGTH; i++)
                text[i] = (UCHAR) ('A' + i);
        say_status("write",
                        ZwWriteFile(File, NULL, NULL, NULL, &io, text, sizeof(text), NULL, NULL));
        say_number("bytes", io.Information);
}

static VOID ChangeThroughView(_In_ HANDLE File) {
        HANDLE section;
        PVOID view = NULL;
        SIZE_T size = 0;

        say_status("section", ZwCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL,
                                              PAGE_READWRITE, SEC_COMMIT, File));
        say_status("view", ZwMapViewOfSection(section, NtCurrentProcess(), &view, 0, 0, NULL, &size,
                                           ViewUnmap, 0, PAGE_READWRITE));
        say_number("view size", size);
        if (view) {
                say_number("third letter", ((PUCHAR) view)[2]);
                say_number("after the end", ((PUCHAR) view)[TEXT_LENGTH]);
                ((PUCHAR) view)[1] = '!';
                say_status("unmap", ZwUnmapViewOfSection(NtCurrentProcess(), view));
        }
        ZwClose(section);
}

static VOID ReadBack(_In_ HANDLE File) {
        IO_STATUS_BLOCK io;
        LARGE_INTEGER offset;
        FILE_STANDARD_INFORMATION standard;
        UCHAR text[8];

        offset.QuadPart = 1;
        say_status("read", ZwReadFile(File, NULL, NULL, NULL, &io, text, 4, &offset, NULL));
        say_number("bytes", io.Information);
        say_number("first", text[0]);
        say_number("second", text[1]);
        offset.QuadPart = 1000;
        say_status("read beyond", ZwReadFile(File, NULL, NULL, NULL, &io, text, 4, &offset, NULL));
        say_status("query", ZwQueryInformationFile(File, &io, &standard, sizeof(standard),
                                            FileStandardInformation));
        say_number("length", (ULONGLONG) standard.EndOfFile.QuadPart);
        say_number("directory", standard.Directory);
}

int main(void) {
        HANDLE file = NULL, other = NULL;
        FILE_DISPOSITION_INFORMATION disposition = { TRUE };
        IO_STATUS_BLOCK io;

        MakePath();
        say_status("open what is not there", OpenTheFile(FILE_OPEN, 0, &file));
        say_status("create", OpenTheFile(FILE_CREATE, 0, &file));
        say_status("create again", OpenTheFile(FILE_CREATE, 0, &other));
        say_status("open for writing too", OpenTheFile(FILE_OPEN, 0, &other));
        WriteAlphabet(file);
        ChangeThroughView(file);
        ReadBack(file);
        say_status("delete", ZwSetInformationFile(file, &io, &disposition, sizeof(disposition),
                                             FileDispositionInformation));
        say_status("close", ZwClose(file));
        say_status("open after that", OpenTheFile(FILE_OPEN, 0, &file));
        return 0;
}
