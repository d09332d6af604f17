/*
 * Environment, current directory and DOS paths, as ntdll.dll has them.
 *
 * Out: full \??\Z:\nosuch\b
 * Out: device \??\nul
 * Out: child Z:\
 * Out: value yes
 * Out: expanded <yes>
 */

#include "../support/pe.h"

/* RTL_USER_PROCESS_PARAMETERS begins so. */
typedef struct Parameters {
        ULONG maximum_length;
        ULONG length;
        ULONG flags;
} Parameters;

ULONG NTAPI RtlGetCurrentDirectory_U(ULONG size, PWSTR to);
NTSTATUS NTAPI RtlSetCurrentDirectory_U(PUNICODE_STRING path);
ULONG NTAPI RtlGetFullPathName_U(PCWSTR path, ULONG size, PWSTR to, PWSTR *last);
NTSTATUS NTAPI RtlDosPathNameToNtPathName_U_WithStatus(
                PCWSTR path, PUNICODE_STRING ret, PWSTR *last, PVOID reserved);
BOOLEAN NTAPI RtlDoesFileExists_U(PCWSTR path);
ULONG NTAPI RtlDosSearchPath_U(
                PCWSTR folders, PCWSTR file, PCWSTR extension, ULONG size, PWSTR to, PWSTR *last);
NTSTATUS NTAPI RtlSetEnvironmentVariable(
                PWSTR *environment, PUNICODE_STRING name, PUNICODE_STRING value);
NTSTATUS NTAPI RtlQueryEnvironmentVariable_U(
                PWSTR environment, PUNICODE_STRING name, PUNICODE_STRING value);
NTSTATUS NTAPI RtlExpandEnvironmentStrings_U(
                PWSTR environment, PUNICODE_STRING from, PUNICODE_STRING to, PULONG size);
NTSTATUS NTAPI RtlCreateProcessParametersEx(Parameters **ret,
                PUNICODE_STRING image,
                PUNICODE_STRING dll_path,
                PUNICODE_STRING directory,
                PUNICODE_STRING command_line,
                PWSTR environment,
                PUNICODE_STRING title,
                PUNICODE_STRING desktop,
                PUNICODE_STRING shell,
                PUNICODE_STRING runtime,
                ULONG flags);
Parameters *NTAPI RtlNormalizeProcessParams(Parameters *parameters);
NTSTATUS NTAPI RtlDestroyProcessParameters(Parameters *parameters);

static WCHAR text[300];

static void show_nt_path(const char *what, PCWSTR path) {
        UNICODE_STRING name = { 0 };
        PWSTR last = NULL;

        check_status(RtlDosPathNameToNtPathName_U_WithStatus(path, &name, &last, NULL), 0);
        print("%s %ls\n", what, name.Buffer);
        RtlFreeUnicodeString(&name);
}

static void check_directories(void) {
        UNICODE_STRING root = RTL_CONSTANT_STRING(u"Z:\\"), up = RTL_CONSTANT_STRING(u"..");
        UNICODE_STRING none = RTL_CONSTANT_STRING(u"Z:\\nosuch\\folder");
        UNICODE_STRING child = RTL_CONSTANT_STRING(u"proc");
        PWSTR last = NULL;

        check_status(RtlSetCurrentDirectory_U(&root), 0);
        check_status(RtlSetCurrentDirectory_U(&child), 0);
        check(RtlGetCurrentDirectory_U(sizeof(text), text) == 14);
        check_status(RtlSetCurrentDirectory_U(&none), STATUS_OBJECT_PATH_NOT_FOUND);
        check(RtlDoesFileExists_U(u"version"));
        check(!RtlDoesFileExists_U(u"no version"));
        check(RtlDosSearchPath_U(u"Z:\\nosuch;Z:\\proc", u"version", u".txt", sizeof(text), text,
                              &last) == 0);
        check(RtlDosSearchPath_U(u"Z:\\nosuch;Z:\\proc", u"version", NULL, sizeof(text), text,
                              &last) == 30);
        check(last == text + 8);
        check_status(RtlSetCurrentDirectory_U(&up), 0);
        check(RtlGetCurrentDirectory_U(sizeof(text), text) == 6);
        show_nt_path("full", u"nosuch/a/../b");
        show_nt_path("device", u"nul");
        print("child %ls\n", text);
}

static void check_environment(void) {
        UNICODE_STRING name = RTL_CONSTANT_STRING(u"ZW_TEST"), value = RTL_CONSTANT_STRING(u"yes");
        UNICODE_STRING from = RTL_CONSTANT_STRING(u"<%zw_test%>");
        UNICODE_STRING to = { 0, sizeof(text), text };

        check_status(RtlSetEnvironmentVariable(NULL, &name, &value), 0);
        check_status(RtlQueryEnvironmentVariable_U(NULL, &name, &to), 0);
        print("value %ls\n", text);
        check_status(RtlExpandEnvironmentStrings_U(NULL, &from, &to, NULL), 0);
        print("expanded %ls\n", text);
        check_status(RtlSetEnvironmentVariable(NULL, &name, NULL), 0);
        check_status(RtlQueryEnvironmentVariable_U(NULL, &name, &to), STATUS_VARIABLE_NOT_FOUND);
}

static void check_parameters(void) {
        UNICODE_STRING image = RTL_CONSTANT_STRING(u"Z:\\a.exe");
        Parameters *parameters = NULL;

        check_status(RtlCreateProcessParametersEx(&parameters, &image, NULL, NULL, NULL, NULL, NULL,
                                     NULL, NULL, NULL, 0),
                        0);
        check(!(parameters->flags & 1));
        check((ULONG_PTR) at_offset(PWSTR, parameters, 0x68) < parameters->length);
        check(RtlNormalizeProcessParams(parameters) == parameters);
        check(parameters->flags & 1);
        check(at_offset(PWSTR, parameters, 0x68)[3] == 'a');
        check(at_offset(USHORT, parameters, 0x70) == 16); /* the command line is the image */
        check_status(RtlDestroyProcessParameters(parameters), 0);
}

NTSTATUS world_main(void) {
        check_directories();
        check_environment();
        check_parameters();
        return failed;
}
