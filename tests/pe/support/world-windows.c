/*
 * A program that imports ntdll.dll only, without a C library to start it
 *
 * Standard handles stand in the process parameters, which the PEB points to: offsets on x64, as
 * Microsoft's symbols have them.
 */

#include "world.h"

#define TEB_PEB              0x60
#define PEB_PARAMETERS       0x20
#define PARAMETERS_STDINPUT  0x20
#define PARAMETERS_STDOUTPUT 0x28

NTSTATUS NTAPI NtTerminateProcess(HANDLE process, NTSTATUS status);
NTSTATUS NTAPI LdrGetDllHandle(PCWSTR path, PULONG flags, PUNICODE_STRING name, PVOID *module);
NTSTATUS NTAPI LdrGetProcedureAddress(PVOID module, PSTRING name, ULONG ordinal, PVOID *address);

static HANDLE standard_handle(ULONG offset) {
        char *peb, *parameters;

        __asm__("movq %%gs:%c1, %0" : "=r"(peb) : "i"(TEB_PEB));
        parameters = *(char **) (peb + PEB_PARAMETERS);
        return *(HANDLE *) (parameters + offset);
}

SIZE_T world_read(void *buffer, SIZE_T size) {
        IO_STATUS_BLOCK result = { 0 };
        NTSTATUS status = NtReadFile(standard_handle(PARAMETERS_STDINPUT), NULL, NULL, NULL,
                        &result, buffer, (ULONG) size, NULL, NULL);

        return NT_SUCCESS(status) ? result.Information : 0;
}

/* Imports that are not there are bound to something all the same. */
int world_has(const char *service) {
        static WCHAR dll[] = { 'n', 't', 'd', 'l', 'l', '.', 'd', 'l', 'l' };
        static PVOID ntdll;
        UNICODE_STRING dll_name = { sizeof(dll), sizeof(dll), dll };
        STRING name = { 0, 0, (PSTR) service };
        PVOID address;

        while (service[name.Length])
                name.Length++;
        name.MaximumLength = (USHORT) (name.Length + 1);
        if (!ntdll && LdrGetDllHandle(NULL, NULL, &dll_name, &ntdll) != STATUS_SUCCESS)
                return 1;
        return LdrGetProcedureAddress(ntdll, &name, 0, &address) == STATUS_SUCCESS;
}

void world_write(const void *text, SIZE_T size) {
        IO_STATUS_BLOCK result = { 0 };
        NTSTATUS status = NtWriteFile(standard_handle(PARAMETERS_STDOUTPUT), NULL, NULL, NULL,
                        &result, (PVOID) text, (ULONG) size, NULL, NULL);

        if (!NT_SUCCESS(status))
                world_exit(status);
}

void world_exit(NTSTATUS status) {
        NtTerminateProcess(NtCurrentProcess(), status);
        __builtin_trap();
}

/* The entry point of every program here. */
__attribute__((force_align_arg_pointer)) void start(void) {
        world_exit(world_main());
}

/* The compiler calls these itself. */
void *memset(void *area, int value, SIZE_T size) {
        unsigned char *at = area;

        for (SIZE_T i = 0; i < size; i++) {
                at[i] = (unsigned char) value;
                __asm__ volatile(""); /* else this loop becomes a call of memset() */
        }
        return area;
}

void *memcpy(void *to, const void *from, SIZE_T size) {
        for (SIZE_T i = 0; i < size; i++) {
                ((unsigned char *) to)[i] = ((const unsigned char *) from)[i];
                __asm__ volatile("");
        }
        return to;
}
