/*
 * Prints what the server makes of programs' files, for a comparison with somebody else's reading:
 *
 *     print-image BASE FILE...
 *
 * One line a file: its path, a tab, then NAME=NUMBER words in hexadecimal, or only "status". The
 * checksums are of the memory as it is laid out, and relocated to BASE.
 */

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ntstatus.h"
#include "pe-image.h"
#include "pe-layout.h"
#include "pe-memory.h"
#include "pe-relocation.h"

static void print_number(const char *name, uint64_t value) {
        printf(" %s=%" PRIx64, name, value);
}

static void print_fields(const PeImage *image) {
        print_number("machine", image->machine);
        print_number("map_status", (uint32_t) pe_image_map_status(image));
        print_number("base", image->base);
        print_number("size", image->size);
        print_number("entry_point", image->entry_point);
        print_number("stack_reserve", image->stack_reserve);
        print_number("stack_commit", image->stack_commit);
        print_number("checksum", image->checksum);
        print_number("subsystem", image->subsystem);
        print_number("subsystem_major", image->subsystem_major);
        print_number("subsystem_minor", image->subsystem_minor);
        print_number("system_major", image->system_major);
        print_number("system_minor", image->system_minor);
        print_number("characteristics", image->characteristics);
        print_number("dll_characteristics", image->dll_characteristics);
        print_number("contains_code", image->contains_code);
        print_number("image_flags", image->image_flags);
        print_number("loader_flags", image->loader_flags);
        print_number("file_size", image->file_size);
}

static void print_pieces(const char *name, const PeImage *image, bool no_execute) {
        PeLayout layout;

        pe_layout(image, no_execute, &layout);
        printf(" %s=", name);
        for (size_t i = 0; i < layout.n_pieces; i++) {
                const PePiece *piece = &layout.pieces[i];

                printf("%s%x:%x:%x", i > 0 ? "," : "", piece->rva, piece->size, piece->protection);
        }
}

static void print_memory(const char *name, const uint8_t *memory, size_t size) {
        g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, memory, size);

        printf(" %s=%s", name, sum);
}

static void print_file(uint64_t base, const char *path) {
        g_autoptr(GMappedFile) mapped = g_mapped_file_new(path, FALSE, NULL);
        PeBytes bytes = { 0 };
        PeFile file;
        PeImage image;
        NTSTATUS status;
        uint8_t *memory;

        if (!mapped)
                g_error("%s cannot be read", path);
        bytes.bytes = (const uint8_t *) g_mapped_file_get_contents(mapped);
        bytes.size = g_mapped_file_get_length(mapped);
        file = pe_bytes_file(&bytes);
        status = pe_image_parse(&file, &image);
        printf("%s\t", path);
        print_number("status", (uint32_t) status);
        if (NT_SUCCESS(status)) {
                print_fields(&image);
                print_pieces("pieces", &image, false);
                print_pieces("no_execute", &image, true);
                memory = pe_memory_new(&image, bytes.bytes);
                if (!memory)
                        g_error("%s: no memory", path);
                print_memory("memory", memory, image.size);
                print_number("relocate", (uint32_t) pe_relocate(memory, &image, base));
                print_memory("relocated", memory, image.size);
                free(memory);
        }
        printf("\n");
}

int main(int argc, char **argv) {
        for (int i = 2; i < argc; i++)
                print_file(strtoull(argv[1], NULL, 16), argv[i]);
        return EXIT_SUCCESS;
}
