/*
 * A built-in module in memory: headers, .text with a jump for each function, .rdata with the table
 * of exports.
 */

#include <string.h>

#include "builtin-module.h"
#include "module.h"
#include "zw.h"

#define PAGE_BYTES 4096u
#define HEADERS_AT 0x80u
#define JUMP_SIZE  16u
#define SUBSYSTEM  3u /* IMAGE_SUBSYSTEM_WINDOWS_CUI, as ntdll's */
#define OS_VERSION 10u

/* Where everything is. */
typedef struct Plan {
        uint32_t text; /* RVAs */
        uint32_t exports;
        uint32_t functions; /* in .rdata */
        uint32_t names;
        uint32_t ordinals;
        uint32_t strings;
        uint32_t exports_size;
        uint32_t size;
} Plan;

static uint32_t page_up(size_t size) {
        return (uint32_t) ((size + PAGE_BYTES - 1) & ~(size_t) (PAGE_BYTES - 1));
}

static Plan make_plan(const BuiltinModule *module) {
        uint32_t n = (uint32_t) module->n_functions;
        size_t strings = strlen(module->name) + 1;
        Plan plan = { .text = PAGE_BYTES };

        for (uint32_t i = 0; i < n; i++)
                strings += strlen(module->functions[i].name) + 1;
        plan.exports = plan.text + page_up((size_t) n * JUMP_SIZE);
        plan.functions = plan.exports + (uint32_t) sizeof(IMAGE_EXPORT_DIRECTORY);
        plan.names = plan.functions + n * 4;
        plan.ordinals = plan.names + n * 4;
        plan.strings = plan.ordinals + n * 2;
        plan.exports_size = (uint32_t) (plan.strings + strings - plan.exports);
        plan.size = plan.exports + page_up(plan.exports_size);
        return plan;
}

static void write_section(uint8_t *to,
                const char *name,
                uint32_t rva,
                uint32_t size,
                uint32_t characteristics) {
        IMAGE_SECTION_HEADER header = {
                .Misc.VirtualSize = size,
                .VirtualAddress = rva,
                .SizeOfRawData = size,
                .PointerToRawData = rva,
                .Characteristics = characteristics,
        };

        memcpy(header.Name, name, strlen(name));
        memcpy(to, &header, sizeof(header));
}

static void write_headers(uint8_t *base, const Plan *plan) {
        const IMAGE_DOS_HEADER dos = { .e_magic = IMAGE_DOS_SIGNATURE, .e_lfanew = HEADERS_AT };
        IMAGE_NT_HEADERS64 headers = {
                .Signature = IMAGE_NT_SIGNATURE,
                .FileHeader = {
                        .Machine = IMAGE_FILE_MACHINE_AMD64,
                        .NumberOfSections = 2,
                        .SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER64),
                        .Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE |
                                           IMAGE_FILE_LARGE_ADDRESS_AWARE | IMAGE_FILE_DLL,
                },
                .OptionalHeader = {
                        .Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC,
                        .SizeOfCode = plan->exports - plan->text,
                        .SizeOfInitializedData = plan->size - plan->exports,
                        .BaseOfCode = plan->text,
                        .ImageBase = (uintptr_t) base,
                        .SectionAlignment = PAGE_BYTES,
                        .FileAlignment = PAGE_BYTES,
                        .MajorOperatingSystemVersion = OS_VERSION,
                        .MajorImageVersion = OS_VERSION,
                        .MajorSubsystemVersion = OS_VERSION,
                        .SizeOfImage = plan->size,
                        .SizeOfHeaders = PAGE_BYTES,
                        .Subsystem = SUBSYSTEM,
                        .DllCharacteristics = IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE,
                        .NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
                        .DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT] = {
                                .VirtualAddress = plan->exports,
                                .Size = plan->exports_size,
                        },
                },
        };
        uint8_t *sections = base + HEADERS_AT + sizeof(headers);

        memcpy(base, &dos, sizeof(dos));
        memcpy(base + HEADERS_AT, &headers, sizeof(headers));
        write_section(sections, ".text", plan->text, plan->exports - plan->text,
                        IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_MEM_READ);
        write_section(sections + sizeof(IMAGE_SECTION_HEADER), ".rdata", plan->exports,
                        plan->exports_size, IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ);
}

/* jmp *0(%rip), and the address. */
static void write_jump(uint8_t *to, const void *address) {
        static const uint8_t jump[] = { 0xFF, 0x25, 0, 0, 0, 0 };

        memcpy(to, jump, sizeof(jump));
        memcpy(to + sizeof(jump), &address, sizeof(address));
}

static void write_exports(uint8_t *base, const Plan *plan, const BuiltinModule *module) {
        uint32_t n = (uint32_t) module->n_functions, string = plan->strings;
        const IMAGE_EXPORT_DIRECTORY directory = {
                .Name = string,
                .Base = 1,
                .NumberOfFunctions = n,
                .NumberOfNames = n,
                .AddressOfFunctions = plan->functions,
                .AddressOfNames = plan->names,
                .AddressOfNameOrdinals = plan->ordinals,
        };

        memcpy(base + plan->exports, &directory, sizeof(directory));
        strcpy((char *) base + string, module->name);
        string += (uint32_t) strlen(module->name) + 1;
        for (uint32_t i = 0; i < n; i++) {
                const Builtin *function = &module->functions[i];
                uint32_t jump = plan->text + i * JUMP_SIZE;
                uint16_t ordinal = (uint16_t) i;

                write_jump(base + jump, function->address);
                memcpy(base + plan->functions + i * 4, &jump, 4);
                memcpy(base + plan->names + i * 4, &string, 4);
                memcpy(base + plan->ordinals + i * 2, &ordinal, 2);
                strcpy((char *) base + string, function->name);
                string += (uint32_t) strlen(function->name) + 1;
        }
}

static NTSTATUS protect(uint8_t *base, uint32_t rva, uint32_t size, ULONG protection) {
        PVOID at = base + rva;
        SIZE_T length = size;
        ULONG old;

        return zw_protect_virtual_memory(NtCurrentProcess(), &at, &length, protection, &old);
}

NTSTATUS builtin_image_make(const BuiltinModule *module, Image *ret) {
        Plan plan = make_plan(module);
        SIZE_T size = plan.size;
        PVOID base = NULL;
        NTSTATUS status;

        status = zw_allocate_virtual_memory(NtCurrentProcess(), &base, 0, &size,
                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                return status;
        write_headers(base, &plan);
        write_exports(base, &plan, module);
        status = image_read_headers(base, plan.size, ret);
        image_add_span(ret, 0, plan.size);
        if (NT_SUCCESS(status))
                status = protect(base, 0, plan.size, PAGE_READONLY);
        if (NT_SUCCESS(status))
                status = protect(base, plan.text, plan.exports - plan.text, PAGE_EXECUTE_READ);
        if (!NT_SUCCESS(status))
                builtin_image_free(&(Image){ .bytes = base });
        return status;
}

void builtin_image_free(const Image *image) {
        PVOID base = (PVOID) (uintptr_t) image->bytes;
        SIZE_T size = 0;

        zw_free_virtual_memory(NtCurrentProcess(), &base, &size, MEM_RELEASE);
}
