/*
 * ntrun --imports: what a program needs, and who has it
 *
 * The files are only read: nothing is mapped as an image, and no daemon is asked.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builtin-module.h"
#include "cleanup.h"
#include "dll-search.h"
#include "export.h"
#include "import.h"
#include "load-error.h"
#include "text.h"
#include "zw.h"

/* What the loader itself would follow. */
#define FORWARDS_MOST 32u

/* One file, laid out. */
typedef struct ReadFile {
        void *bytes;
        size_t size;
        Image image;
} ReadFile;

/* Who provides what one DLL is imported for. */
typedef struct Provider {
        BuiltinModule *builtin; /* NULL: a file */
        char *path;             /* NULL: nobody */
        ReadFile file;
} Provider;

/* The list as it is written. */
typedef struct Listing {
        bool json;
        bool is_first_dll;
        size_t n_missing;
} Listing;

static void free_text(char **text) {
        free(*text);
}

static void file_clear(ReadFile *file) {
        image_release(&file->image);
        if (file->bytes)
                munmap(file->bytes, file->size);
        file->bytes = NULL;
}

static void provider_clear(Provider *provider) {
        file_clear(&provider->file);
        free(provider->builtin);
        free(provider->path);
}

/* Return: STATUS_SUCCESS; as image_lay_out(); STATUS_OBJECT_NAME_NOT_FOUND with errno. */
static NTSTATUS read_file(const char *path, ReadFile *ret) {
        autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat facts;
        NTSTATUS status;

        if (fd < 0 || fstat(fd, &facts) < 0)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        if (S_ISDIR(facts.st_mode)) {
                errno = EISDIR;
                return STATUS_OBJECT_NAME_NOT_FOUND;
        }
        if (!S_ISREG(facts.st_mode) || facts.st_size == 0)
                return STATUS_INVALID_IMAGE_NOT_MZ;
        ret->size = (size_t) facts.st_size;
        ret->bytes = mmap(NULL, ret->size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (ret->bytes == MAP_FAILED) {
                ret->bytes = NULL;
                return STATUS_NO_MEMORY;
        }
        status = image_lay_out(ret->bytes, ret->size, &ret->image);
        if (!NT_SUCCESS(status))
                file_clear(ret);
        return status;
}

static NTSTATUS open_provider(const char *name, Provider *ret) {
        size_t length = strlen(name), n_units;
        WCHAR *units = malloc((length + 4) * sizeof(*units));
        const BuiltinSource *source;
        NTSTATUS status = STATUS_SUCCESS;

        if (!units)
                return STATUS_NO_MEMORY;
        n_units = text_decode(name, length, units);
        n_units = dll_search_add_extension(units, n_units, units);
        source = builtin_source_find(units, n_units);
        if (source) {
                ret->builtin = builtin_module_new(source);
                status = ret->builtin ? STATUS_SUCCESS : STATUS_NO_MEMORY;
        } else if (NT_SUCCESS(dll_search(NULL, units, n_units, &ret->path))) {
                status = read_file(ret->path, &ret->file);
        } else {
                status = STATUS_DLL_NOT_FOUND;
        }
        free(units);
        return status;
}

static bool provides(const Provider *provider, const char *name, uint32_t ordinal, unsigned depth);

/* Whether what a function is forwarded to is there. */
static bool forward_leads_somewhere(const char *text, unsigned depth) {
        autocleanup(provider_clear) Provider provider = { 0 };
        autocleanup(free_text) char *dll = NULL;
        const char *dot = strrchr(text, '.');

        if (!dot || dot == text || depth == FORWARDS_MOST)
                return false;
        dll = strndup(text, (size_t) (dot - text));
        if (!dll || !NT_SUCCESS(open_provider(dll, &provider)))
                return false;
        if (dot[1] == '#')
                return provides(&provider, NULL, (uint32_t) strtoul(dot + 2, NULL, 10), depth + 1);
        return provides(&provider, dot + 1, 0, depth + 1);
}

static bool provides(const Provider *provider, const char *name, uint32_t ordinal, unsigned depth) {
        ExportTable table;
        Export found;
        NTSTATUS status;

        if (provider->builtin)
                return (name ? builtin_module_find(provider->builtin, name)
                             : builtin_module_find_ordinal(provider->builtin, ordinal)) != NULL;
        if (!provider->path || !NT_SUCCESS(export_table_read(&provider->file.image, &table)))
                return false;
        status = name ? export_find_name(&table, name, ordinal, &found)
                      : export_find_ordinal(&table, ordinal, &found);
        if (!NT_SUCCESS(status))
                return false;
        return !found.forward || forward_leads_somewhere(found.forward, depth);
}

/* A text from the file: what is not printable ASCII is spelt out. */
static void print_text(const char *text, bool json) {
        if (json)
                putchar('"');
        for (; *text; text++) {
                unsigned char c = (unsigned char) *text;

                if (json && (c == '"' || c == '\\'))
                        printf("\\%c", c);
                else if (c >= 0x20 && c < 0x7F)
                        putchar(c);
                else
                        printf(json ? "\\u00%02x" : "\\x%02x", c);
        }
        if (json)
                putchar('"');
}

/* A path of Linux, as it is. */
static void print_path(const char *path, bool json) {
        if (!json) {
                fputs(path, stdout);
                return;
        }
        putchar('"');
        for (; *path; path++) {
                unsigned char c = (unsigned char) *path;

                if (c == '"' || c == '\\')
                        printf("\\%c", c);
                else if (c < 0x20 || c == 0x7F)
                        printf("\\u00%02x", c);
                else
                        putchar(c);
        }
        putchar('"');
}

static void begin_dll(Listing *listing, const ImportedDll *dll, const Provider *provider) {
        const char *builtin = provider->builtin ? "built in" : NULL;

        if (listing->json) {
                printf("%s{\"dll\":", listing->is_first_dll ? "" : ",");
                print_text(dll->name, true);
                printf(",\"delayed\":%s,\"provider\":", dll->is_delayed ? "true" : "false");
                if (builtin)
                        printf("\"built-in\"");
                else if (provider->path)
                        print_path(provider->path, true);
                else
                        printf("null");
                printf(",\"functions\":[");
        } else {
                print_text(dll->name, false);
                printf("%s: ", dll->is_delayed ? " (when first called)" : "");
                print_path(builtin               ? builtin
                                : provider->path ? provider->path
                                                 : "not found",
                                false);
                putchar('\n');
        }
        listing->is_first_dll = false;
}

static void print_function(
                Listing *listing, const ImportedFunction *function, bool is_first, bool is_there) {
        if (!is_there)
                listing->n_missing++;
        if (listing->json) {
                printf("%s{", is_first ? "" : ",");
                if (function->name) {
                        printf("\"name\":");
                        print_text(function->name, true);
                } else {
                        printf("\"ordinal\":%u", function->ordinal);
                }
                printf(",\"provided\":%s}", is_there ? "true" : "false");
                return;
        }
        printf("  ");
        if (function->name)
                print_text(function->name, false);
        else
                printf("#%u", function->ordinal);
        printf("%s\n", is_there ? "" : "  MISSING");
}

static NTSTATUS list_functions(Listing *listing,
                const Image *image,
                const ImportedDll *dll,
                const Provider *provider) {
        ImportedFunction function;
        NTSTATUS status;

        for (uint32_t position = 0;;) {
                bool is_first = position == 0;

                status = import_next_function(image, dll, &position, &function);
                if (status != STATUS_SUCCESS)
                        break;
                print_function(listing, &function, is_first,
                                provides(provider, function.name, function.ordinal, 0));
        }
        if (listing->json)
                printf("]}");
        return status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : status;
}

static NTSTATUS list_dll(Listing *listing, const Image *image, const ImportedDll *dll) {
        autocleanup(provider_clear) Provider provider = { 0 };
        NTSTATUS status = open_provider(dll->name, &provider);

        if (status == STATUS_NO_MEMORY)
                return status;
        if (!NT_SUCCESS(status)) { /* nowhere, or nothing that can be loaded */
                free(provider.path);
                provider.path = NULL;
                listing->n_missing++;
        }
        begin_dll(listing, dll, &provider);
        return list_functions(listing, image, dll, &provider);
}

static NTSTATUS list_all(Listing *listing, const Image *image) {
        static NTSTATUS (*const next[])(const Image *, uint32_t *, ImportedDll *) = {
                import_next_dll,
                import_next_delayed,
        };
        NTSTATUS status = STATUS_SUCCESS;

        for (size_t i = 0; i < RTL_NUMBER_OF(next) && NT_SUCCESS(status); i++) {
                for (uint32_t position = 0; NT_SUCCESS(status);) {
                        ImportedDll dll;

                        status = next[i](image, &position, &dll);
                        if (status == STATUS_NO_MORE_ENTRIES)
                                break;
                        if (NT_SUCCESS(status))
                                status = list_dll(listing, image, &dll);
                }
                if (status == STATUS_NO_MORE_ENTRIES)
                        status = STATUS_SUCCESS;
        }
        return status;
}

static int fail(const char *path, NTSTATUS status, LoadError *error) {
        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
                load_error_set(error,
                                errno == ENOENT || errno == ENOTDIR ? RUN_NOT_FOUND
                                                                    : RUN_CANNOT_RUN,
                                status, "cannot read '%s': %s", path, strerror(errno));
        else if (status == STATUS_INVALID_IMAGE_NOT_MZ)
                load_error_set(error, RUN_CANNOT_RUN, status,
                                "cannot read '%s': it is not a Windows program", path);
        else if (status == STATUS_IMAGE_MACHINE_TYPE_MISMATCH)
                load_error_set(error, RUN_CANNOT_RUN, status,
                                "cannot read '%s': it is for another machine than x86-64", path);
        else
                load_error_set(error, RUN_CANNOT_RUN, status,
                                "cannot read '%s': it is damaged (%s)", path,
                                zw_status_name(status));
        return error->exit_code;
}

static NTSTATUS list_file(const LoaderOptions *options, const char *path, Listing *listing) {
        autocleanup(free_text) char *absolute = text_absolute_path(path);
        autocleanup(file_clear) ReadFile file = { 0 };
        autocleanup(free_text) char *folder = NULL;
        NTSTATUS status;

        if (!absolute)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        status = read_file(absolute, &file);
        if (status != STATUS_SUCCESS)
                return status;
        folder = strndup(absolute, (size_t) (strrchr(absolute, '/') - absolute));
        status = folder ? dll_search_init(options, *folder ? folder : "/") : STATUS_NO_MEMORY;
        if (!NT_SUCCESS(status))
                return status;
        if (listing->json) {
                printf("{\"file\":");
                print_path(path, true);
                printf(",\"imports\":[");
        }
        status = list_all(listing, &file.image);
        if (listing->json)
                printf("],\"missing\":%zu%s}\n", listing->n_missing,
                                NT_SUCCESS(status) ? "" : ",\"damaged\":true");
        return status;
}

int loader_show_imports(
                const LoaderOptions *options, const char *path, bool json, LoadError *error) {
        Listing listing = { .json = json, .is_first_dll = true };
        NTSTATUS status = list_file(options, path, &listing);

        dll_search_reset();
        if (status != STATUS_SUCCESS)
                return fail(path, status, error);
        if (fflush(stdout) != 0 || ferror(stdout)) {
                load_error_set(error, RUN_FAILED, STATUS_UNSUCCESSFUL,
                                "cannot write the output: %s", strerror(errno));
                return error->exit_code;
        }
        return listing.n_missing > 0 ? 1 : 0;
}
