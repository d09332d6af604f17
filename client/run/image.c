#include "image.h"

#include <string.h>
#include <sys/mman.h>

#include "ntstatus.h"

#define PAGE_BYTES 4096u

static bool copy_bytes(const uint8_t *bytes, size_t n_bytes, size_t at, void *ret, size_t size) {
        if (at > n_bytes || size > n_bytes - at)
                return false;
        memcpy(ret, bytes + at, size);
        return true;
}

/* Of 32-bit images the field is elsewhere, but they are refused by their machine. */
static NTSTATUS read_optional(const uint8_t *bytes, size_t n_bytes, Image *image) {
        size_t at = image->headers + offsetof(IMAGE_NT_HEADERS64, OptionalHeader);
        size_t fixed = offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory), n_directories;
        IMAGE_OPTIONAL_HEADER64 *optional = &image->optional;

        if (image->file.SizeOfOptionalHeader < fixed ||
                        !copy_bytes(bytes, n_bytes, at, optional, fixed))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (optional->Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC)
                return STATUS_INVALID_IMAGE_FORMAT;

        n_directories = optional->NumberOfRvaAndSizes;
        if (n_directories > IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
                n_directories = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
        if (!copy_bytes(bytes, n_bytes, at + fixed, optional->DataDirectory,
                            n_directories * sizeof(optional->DataDirectory[0])))
                return STATUS_INVALID_IMAGE_FORMAT;
        image->size = optional->SizeOfImage;
        image->section_headers = (uint32_t) at + image->file.SizeOfOptionalHeader;
        return STATUS_SUCCESS;
}

NTSTATUS image_read_headers(const uint8_t *bytes, size_t n_bytes, Image *ret) {
        IMAGE_DOS_HEADER dos;
        ULONG signature;

        memset(ret, 0, offsetof(Image, spans));
        ret->bytes = bytes;
        if (!copy_bytes(bytes, n_bytes, 0, &dos, sizeof(dos)) || dos.e_magic != IMAGE_DOS_SIGNATURE)
                return STATUS_INVALID_IMAGE_NOT_MZ;
        if (dos.e_lfanew < 0)
                return STATUS_INVALID_IMAGE_FORMAT;
        ret->headers = (uint32_t) dos.e_lfanew;
        if (!copy_bytes(bytes, n_bytes, ret->headers, &signature, sizeof(signature)) ||
                        signature != IMAGE_NT_SIGNATURE)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (!copy_bytes(bytes, n_bytes, ret->headers + sizeof(signature), &ret->file,
                            sizeof(ret->file)))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (ret->file.Machine != IMAGE_FILE_MACHINE_AMD64)
                return STATUS_IMAGE_MACHINE_TYPE_MISMATCH;
        return read_optional(bytes, n_bytes, ret);
}

bool image_add_span(Image *image, uint32_t rva, uint32_t size) {
        ImageSpan *last = image->n_spans > 0 ? &image->spans[image->n_spans - 1] : NULL;

        if (size == 0)
                return true;
        if (last && last->rva + last->size == rva) {
                last->size += size;
                return true;
        }
        if (image->n_spans == IMAGE_SPANS_MOST)
                return false;
        image->spans[image->n_spans++] = (ImageSpan){ .rva = rva, .size = size };
        return true;
}

/* Where a section ends in memory, in whole pages. */
static uint64_t section_end(const IMAGE_SECTION_HEADER *header) {
        uint64_t size = header->Misc.VirtualSize ? header->Misc.VirtualSize : header->SizeOfRawData;

        return (header->VirtualAddress + size + PAGE_BYTES - 1) & ~(uint64_t) (PAGE_BYTES - 1);
}

/* Raw data begins at a multiple of 512 bytes, whatever the header says, as on Windows. */
static bool lay_out_section(const uint8_t *file,
                size_t n_bytes,
                const IMAGE_SECTION_HEADER *header,
                Image *ret) {
        uint32_t size = header->SizeOfRawData, place = header->PointerToRawData & ~0x1FFu;
        const ImageSpan *last = ret->n_spans > 0 ? &ret->spans[ret->n_spans - 1] : NULL;
        uint64_t end = section_end(header);

        if (header->VirtualAddress % PAGE_BYTES != 0 || end > ret->mapped ||
                        (last && header->VirtualAddress < last->rva + last->size))
                return false;
        if (size > end - header->VirtualAddress)
                size = (uint32_t) (end - header->VirtualAddress);
        if (header->PointerToRawData == 0)
                size = 0;
        if (size > 0 && (place > n_bytes || size > n_bytes - place))
                return false;
        memcpy(ret->layout + header->VirtualAddress, file + place, size);
        return image_add_span(
                        ret, header->VirtualAddress, (uint32_t) (end - header->VirtualAddress));
}

static NTSTATUS lay_out_sections(const uint8_t *file, size_t n_bytes, Image *ret) {
        size_t head = ret->optional.SizeOfHeaders;
        IMAGE_SECTION_HEADER header;

        if (ret->optional.SectionAlignment < PAGE_BYTES) /* mapped as it is */
                head = ret->size;
        if (head > n_bytes)
                head = n_bytes;
        if (head > ret->size)
                return STATUS_INVALID_IMAGE_FORMAT;
        memcpy(ret->layout, file, head);
        image_add_span(ret, 0,
                        head == ret->size ? (uint32_t) ret->mapped
                                          : (uint32_t) ((head + PAGE_BYTES - 1) &
                                                            ~(size_t) (PAGE_BYTES - 1)));
        if (ret->optional.SectionAlignment < PAGE_BYTES)
                return STATUS_SUCCESS;
        for (unsigned i = 0; i < ret->file.NumberOfSections; i++)
                if (!copy_bytes(file, n_bytes, ret->section_headers + i * sizeof(header), &header,
                                    sizeof(header)) ||
                                !lay_out_section(file, n_bytes, &header, ret))
                        return STATUS_INVALID_IMAGE_FORMAT;
        return STATUS_SUCCESS;
}

NTSTATUS image_lay_out(const uint8_t *file, size_t n_bytes, Image *ret) {
        NTSTATUS status = image_read_headers(file, n_bytes, ret);
        void *layout;

        if (status != STATUS_SUCCESS) /* one for another machine is a success too */
                return status;
        ret->mapped = ((uint64_t) ret->size + PAGE_BYTES - 1) & ~(uint64_t) (PAGE_BYTES - 1);
        if (ret->size == 0 || ret->mapped > UINT32_MAX)
                return STATUS_INVALID_IMAGE_FORMAT;
        layout = mmap(NULL, ret->mapped, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (layout == MAP_FAILED)
                return STATUS_NO_MEMORY;
        ret->layout = layout;
        ret->bytes = layout;
        status = lay_out_sections(file, n_bytes, ret);
        if (!NT_SUCCESS(status))
                image_release(ret);
        return status;
}

void image_release(Image *image) {
        if (image->layout)
                munmap(image->layout, image->mapped);
        image->layout = NULL;
        image->n_spans = 0;
}

/* The span that @rva lies in, or NULL. */
static const ImageSpan *find_span(const Image *image, uint32_t rva) {
        for (uint32_t i = 0; i < image->n_spans && image->spans[i].rva <= rva; i++)
                if (rva - image->spans[i].rva < image->spans[i].size)
                        return &image->spans[i];
        return NULL;
}

const void *image_at(const Image *image, uint32_t rva, size_t size) {
        const ImageSpan *span = find_span(image, rva);

        if (!span || size > span->size - (rva - span->rva))
                return NULL;
        return image->bytes + rva;
}

bool image_copy(const Image *image, uint32_t rva, void *ret, size_t size) {
        const void *at = image_at(image, rva, size);

        if (!at)
                return false;
        memcpy(ret, at, size);
        return true;
}

const char *image_text(const Image *image, uint32_t rva) {
        const ImageSpan *span = find_span(image, rva);
        const uint8_t *at;

        if (!span)
                return NULL;
        at = image->bytes + rva;
        return memchr(at, 0, span->size - (rva - span->rva)) ? (const char *) at : NULL;
}

bool image_section(const Image *image, unsigned index, IMAGE_SECTION_HEADER *ret) {
        return index < image->file.NumberOfSections &&
               image_copy(image, image->section_headers + index * (uint32_t) sizeof(*ret), ret,
                               sizeof(*ret));
}

const IMAGE_DATA_DIRECTORY *image_directory(const Image *image, unsigned index) {
        const IMAGE_DATA_DIRECTORY *directory = &image->optional.DataDirectory[index];

        return directory->VirtualAddress != 0 ? directory : NULL;
}
