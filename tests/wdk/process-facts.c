/*
 * A program of <winternl.h>: itself as a process, statuses and their errors, file attributes.
 */

#if defined(_WIN32)
#include <windows.h> /* Microsoft's <winternl.h> is not complete without it */
#endif
#include <winternl.h>

#ifndef STATUS_PENDING
#define STATUS_PENDING ((NTSTATUS) 0x00000103)
#endif

#include "say.h"

static VOID QueryProcess(VOID) {
        PROCESS_BASIC_INFORMATION basic;
        ULONG length = 0;
        HANDLE self = (HANDLE) (LONG_PTR) -1;

        say_status("process", NtQueryInformationProcess(self, ProcessBasicInformation, &basic,
                                              sizeof(basic), &length));
        say_number("length", length);
        say_number("has an id", basic.UniqueProcessId != 0);
        say_status("one byte less", NtQueryInformationProcess(self, ProcessBasicInformation, &basic,
                                                    sizeof(basic) - 1, &length));
        say_status("no handle", NtQueryInformationProcess(NULL, ProcessBasicInformation, &basic,
                                                sizeof(basic), &length));
}

static VOID Errors(VOID) {
        static const NTSTATUS statuses[] = {
                (NTSTATUS) 0x00000000,
                (NTSTATUS) 0xC0000005,
                (NTSTATUS) 0xC0000008,
                (NTSTATUS) 0xC000000D,
                (NTSTATUS) 0xC0000022,
                (NTSTATUS) 0xC0000034,
                (NTSTATUS) 0x80000005,
                (NTSTATUS) 0xC0070057,
        };
        ULONG i;

        for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
                say_number("error", RtlNtStatusToDosError(statuses[i]));
}

static VOID OpenFolder(VOID) {
        OBJECT_ATTRIBUTES attributes;
        IO_STATUS_BLOCK io;
        HANDLE folder = NULL, file = NULL;
        FILE_STANDARD_INFORMATION standard;

        InitializeObjectAttributes(&attributes, (PUNICODE_STRING) work_folder(),
                        OBJ_CASE_INSENSITIVE, NULL, NULL);
        say_status("folder", NtOpenFile(&folder, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes,
                                             &io, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                             FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT));
        say_status("query", NtQueryInformationFile(folder, &io, &standard, sizeof(standard),
                                            FileStandardInformation));
        say_number("written", io.Information);
        say_number("directory", standard.Directory);
        say_status("as a file",
                        NtOpenFile(&file, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes, &io,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE,
                                        FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT));
        say_status("close", NtClose(folder));
}

int main(void) {
        UNICODE_STRING name;

        RtlInitUnicodeString(&name, L"native");
        say_string("name", &name);
        QueryProcess();
        Errors();
        OpenFolder();
        return 0;
}
