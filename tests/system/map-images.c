/*
 * Maps programs' files through the daemon, and prints what is there, for a comparison with
 * somebody else's reading:
 *
 *     map-images FILE...
 *
 * What begins with a backslash is not a file but the name of a section that is there.
 *
 * One line a file: its path, a tab, then NAME=VALUE words: numbers in hexadecimal, and the content
 * of a view as a sum of its bytes. All sections stay until the end, so that
 * files linked for the same address have different ones.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zw.h"

#define PAGE 0x1000u

static WCHAR name_units[4096];

/* The section of the image, made or found. */
static NTSTATUS open_section(const char *path, HANDLE *ret) {
        UNICODE_STRING name = { .Buffer = name_units };
        OBJECT_ATTRIBUTES attributes = { .Length = sizeof(attributes), .ObjectName = &name };
        IO_STATUS_BLOCK io;
        HANDLE file = NULL;
        NTSTATUS status;
        size_t n = 0;

        for (const char *at = path[0] == '/' ? "\\??\\unix" : ""; *at; at++)
                name_units[n++] = (WCHAR) *at;
        for (const char *at = path; *at && n < 4000; at++)
                name_units[n++] = *at == '/' ? u'\\' : (WCHAR) *at;
        name.Length = name.MaximumLength = (USHORT) (n * sizeof(WCHAR));
        if (path[0] == '\\')
                return NtOpenSection(ret, SECTION_MAP_READ | SECTION_QUERY, &attributes);
        status = NtCreateFile(&file, FILE_READ_DATA, &attributes, &io, NULL, 0, FILE_SHARE_READ,
                        FILE_OPEN, 0, NULL, 0);
        if (!NT_SUCCESS(status))
                return status;
        status = NtCreateSection(
                        ret, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY, SEC_IMAGE, file);
        NtClose(file);
        return status;
}

/* CRC-32, as zlib has it. */
static uint32_t sum(const uint8_t *memory, size_t size) {
        static uint32_t table[256];
        uint32_t crc = 0xFFFFFFFF;

        for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
                uint32_t value = i;

                for (int bit = 0; bit < 8; bit++)
                        value = value & 1 ? value >> 1 ^ 0xEDB88320 : value >> 1;
                table[i] = value;
        }
        for (size_t i = 0; i < size; i++)
                crc = table[(crc ^ memory[i]) & 0xFF] ^ crc >> 8;
        return ~crc;
}

static void print_number(const char *name, uint64_t value) {
        printf(" %s=%" PRIx64, name, value);
}

static void print_information(HANDLE section) {
        SECTION_IMAGE_INFORMATION image;
        ULONG_PTR original = 0;

        if (!NT_SUCCESS(NtQuerySection(
                            section, SectionImageInformation, &image, sizeof(image), NULL)) ||
                        !NT_SUCCESS(NtQuerySection(section, SectionOriginalBaseInformation,
                                        &original, sizeof(original), NULL)))
                exit(EXIT_FAILURE);
        print_number("original", original);
        print_number("transfer", (uintptr_t) image.TransferAddress);
        print_number("stack_reserve", image.MaximumStackSize);
        print_number("stack_commit", image.CommittedStackSize);
        print_number("subsystem", image.SubSystemType);
        print_number("subsystem_major", image.SubSystemMajorVersion);
        print_number("subsystem_minor", image.SubSystemMinorVersion);
        print_number("system_major", image.MajorOperatingSystemVersion);
        print_number("system_minor", image.MinorOperatingSystemVersion);
        print_number("characteristics", image.ImageCharacteristics);
        print_number("dll_characteristics", image.DllCharacteristics);
        print_number("machine", image.Machine);
        print_number("contains_code", image.ImageContainsCode);
        print_number("image_flags", image.ImageFlags);
        print_number("loader_flags", image.LoaderFlags);
        print_number("file_size", image.ImageFileSize);
        print_number("checksum", image.CheckSum);
}

/* Runs of pages that are alike, then what is in them when all can be read. */
static void print_view(uint8_t *view, size_t size) {
        MEMORY_BASIC_INFORMATION info;
        PVOID base = view;
        SIZE_T whole = size;
        ULONG old;

        printf(" pieces=");
        for (size_t at = 0; at < size; at += info.RegionSize) {
                if (!NT_SUCCESS(NtQueryVirtualMemory(NtCurrentProcess(), view + at,
                                    MemoryBasicInformation, &info, sizeof(info), NULL)) ||
                                info.AllocationBase != view)
                        exit(EXIT_FAILURE);
                printf("%s%zx:%zx:%x", at > 0 ? "," : "", at, (size_t) info.RegionSize,
                                (unsigned) info.Protect);
        }
        if (!NT_SUCCESS(NtProtectVirtualMemory(
                            NtCurrentProcess(), &base, &whole, PAGE_READONLY, &old)))
                exit(EXIT_FAILURE);
        print_number("memory", sum(view, size));
}

static void map_file(const char *path) {
        HANDLE section = NULL;
        ULONG_PTR delta = 0;
        PVOID view = NULL;
        SIZE_T size = 0;
        NTSTATUS status = open_section(path, &section);

        printf("%s\t", path);
        print_number("status", (uint32_t) status);
        if (NT_SUCCESS(status)) {
                status = NtMapViewOfSection(section, NtCurrentProcess(), &view, 0, 0, NULL, &size,
                                ViewUnmap, 0, PAGE_READONLY);
                print_number("map_status", (uint32_t) status);
        }
        if (NT_SUCCESS(status)) {
                NtQuerySection(section, SectionRelocationInformation, &delta, sizeof(delta), NULL);
                print_number("delta", delta);
                print_number("view", (uintptr_t) view);
                print_number("size", size);
                print_information(section);
                print_view(view, size);
                NtUnmapViewOfSection(NtCurrentProcess(), view);
        }
        printf("\n");
}

int main(int argc, char **argv) {
        for (int i = 1; i < argc; i++)
                map_file(argv[i]);
        return EXIT_SUCCESS;
}
