/*
 * The image is put together in private memory of this process and copied to its memfd afterwards:
 * where Linux has no memory left a copy fails, and a write to a mapped memfd would be the end of
 * the daemon. Pages of zeros are not copied; they cost nothing.
 */

#include "image-content.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory-file.h"
#include "ntstatus.h"
#include "pe-extended.h"
#include "pe-relocation.h"
#include "status.h"

/*
 * A file may change twice while its ctime stays, since Linux's clock for that moves every few
 * milliseconds. What was changed so shortly before it was read is not taken for the same again.
 */
#define CTIME_UNSURE 50000000ull /* ns */

/* How much is copied between two looks for pages of zeros. */
#define CHUNK (64u * PE_PAGE_SIZE)

/* Reads up to @size bytes; stops where the file ends. Return: 0 or an errno value. */
static int read_some(int fd, uint8_t *to, uint64_t size, uint64_t offset, uint64_t *ret_n) {
        *ret_n = 0;
        while (*ret_n < size) {
                ssize_t n = pread(fd, to + *ret_n, size - *ret_n, (off_t) (offset + *ret_n));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return errno;
                if (n == 0)
                        break;
                *ret_n += (uint64_t) n;
        }
        return 0;
}

static NTSTATUS read_header(void *context, uint64_t offset, void *buffer, size_t size) {
        const ImageSource *source = context;
        uint64_t n = 0;
        int error = read_some(source->fd, buffer, size, offset, &n);

        if (error != 0)
                return nt_status_from_errno(error);
        memset((uint8_t *) buffer + n, 0, size - n);
        return STATUS_SUCCESS;
}

static NTSTATUS lay_out(const ImageSource *source, const PeLayout *layout, uint8_t *memory) {
        for (size_t i = 0; i < layout->n_pieces; i++) {
                const PePiece *piece = &layout->pieces[i];
                uint64_t n = 0;
                int error = read_some(source->fd, memory + piece->rva, piece->file_size,
                                piece->file_offset, &n);

                if (error != 0)
                        return nt_status_from_errno(error);
        }
        return STATUS_SUCCESS;
}

bool image_piece_is_shared(const PePiece *piece) {
        return piece->shared && piece->protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE);
}

/* What goes where, and what is copied from where. */
typedef struct Copy {
        const ImageContent *content;
        const uint8_t *memory;
        bool shared; /* the pieces that views share, else all pieces */
} Copy;

static bool is_zero(const uint8_t *page) {
        return page[0] == 0 && memcmp(page, page + 1, PE_PAGE_SIZE - 1) == 0;
}

static int write_all(int fd, const uint8_t *from, uint64_t size, uint64_t offset) {
        while (size > 0) {
                ssize_t n = pwrite(fd, from, size, (off_t) offset);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return n < 0 ? -errno : -EIO;
                from += n;
                offset += (uint64_t) n;
                size -= (uint64_t) n;
        }
        return 0;
}

/* Writes the pages from @begin up to @end that are not zero. */
static int write_pages(int fd, const uint8_t *memory, uint64_t begin, uint64_t end) {
        uint64_t from = begin;
        int r = 0;

        for (uint64_t at = begin; at < end && r == 0; at += PE_PAGE_SIZE) {
                bool zero = is_zero(memory + at);

                if ((zero || at - from >= CHUNK) && at > from)
                        r = write_all(fd, memory + from, at - from, from);
                if (zero || at - from >= CHUNK)
                        from = zero ? at + PE_PAGE_SIZE : at;
        }
        if (r == 0 && from < end)
                r = write_all(fd, memory + from, end - from, from);
        return r;
}

/* Relocations can make something of what no file's content came to. */
static int write_content(int fd, void *context) {
        const Copy *copy = context;
        const PeLayout *layout = &copy->content->layout;
        bool moved = copy->content->base.base != copy->content->image.base;
        int r = 0;

        for (size_t i = 0; i < layout->n_pieces && r == 0; i++) {
                const PePiece *piece = &layout->pieces[i];
                uint64_t size = moved ? piece->size : piece->file_size;

                size = (size + PE_PAGE_SIZE - 1) & ~(uint64_t) (PE_PAGE_SIZE - 1);
                if (!copy->shared || image_piece_is_shared(piece))
                        r = write_pages(fd, copy->memory, piece->rva, piece->rva + size);
        }
        return r;
}

static NTSTATUS make_files(ImageContent *content, const uint8_t *memory) {
        Copy copy = { .content = content, .memory = memory };

        content->fd = memory_file_new_filled(
                        "nt-image", content->image.size, true, write_content, &copy);
        if (content->fd < 0)
                return nt_status_from_errno(-content->fd);
        if (!content->is_shared)
                return STATUS_SUCCESS;
        copy.shared = true;
        content->shared_fd = memory_file_new_filled(
                        "nt-image-shared", content->image.size, false, write_content, &copy);
        return content->shared_fd < 0 ? nt_status_from_errno(-content->shared_fd) : STATUS_SUCCESS;
}

/* Moves it to where it is to be, if that can be done. */
static void relocate(ImageContent *content, uint8_t *memory, ImageBases *bases) {
        image_base_assign(bases, &content->image, &content->base);
        if (content->base.base == content->image.base)
                return;
        if (!NT_SUCCESS(pe_relocate(memory, &content->image, content->base.base)))
                image_base_keep(&content->base, &content->image);
}

/* Looks again, as nobody waits for it here. */
static bool file_is_the_same(const ImageSource *source) {
        uint64_t now = (uint64_t) g_get_real_time() * 1000; /* ns */
        FileFacts facts = { 0 };

        return NT_SUCCESS(file_facts_read(source->fd, FILE_FACTS_LATEST, &facts)) &&
               facts.size == source->facts.size && facts.ctime == source->facts.ctime &&
               now > source->facts.ctime + CTIME_UNSURE;
}

static NTSTATUS fill(const ImageSource *source, ImageContent *content) {
        uint64_t size = content->image.size;
        uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        NTSTATUS status = STATUS_SUCCESS;

        if (memory == MAP_FAILED)
                return STATUS_NO_MEMORY;
        status = lay_out(source, &content->layout, memory);
        if (NT_SUCCESS(status)) {
                content->extended_flags = pe_extended_flags(memory, &content->image);
                relocate(content, memory, source->bases);
                status = make_files(content, memory);
        }
        munmap(memory, size);
        return status;
}

NTSTATUS image_content_new(const ImageSource *source, ImageContent **ret) {
        PeFile file = {
                .read = read_header,
                .context = (void *) (uintptr_t) source,
                .size = source->facts.size,
        };
        g_autoptr(ImageContent) content = g_try_new0(ImageContent, 1);
        NTSTATUS status = STATUS_SUCCESS;

        if (!content)
                return STATUS_NO_MEMORY;
        content->fd = content->shared_fd = -1;
        status = pe_image_parse(&file, &content->image);
        if (!NT_SUCCESS(status))
                return status;
        if (content->image.size > source->largest)
                return STATUS_QUOTA_EXCEEDED;
        pe_layout(&content->image, source->no_execute, &content->layout);
        for (size_t i = 0; i < content->layout.n_pieces; i++)
                content->is_shared |= image_piece_is_shared(&content->layout.pieces[i]);

        status = fill(source, content);
        if (!NT_SUCCESS(status))
                return status;
        content->is_whole = file_is_the_same(source);
        *ret = g_steal_pointer(&content);
        return STATUS_SUCCESS;
}

ImageContent *image_content_free(ImageContent *content) {
        if (!content)
                return NULL;
        fd_close(content->fd);
        fd_close(content->shared_fd);
        image_base_clear(&content->base);
        g_free(content);
        return NULL;
}
