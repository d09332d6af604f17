#include "pe-layout.h"

#include "ntimage.h"

static uint32_t whole_pages(uint32_t size) {
        return (size + PE_PAGE_SIZE - 1) & ~(PE_PAGE_SIZE - 1);
}

static uint32_t layout_end(const PeLayout *layout) {
        const PePiece *last = NULL;

        if (layout->n_pieces == 0)
                return 0;
        last = &layout->pieces[layout->n_pieces - 1];
        return last->rva + last->size;
}

/* Pages that belong to nothing, from where the layout ends up to @end. */
static void add_room(PeLayout *layout, uint32_t end) {
        uint32_t begin = layout_end(layout);

        if (begin < end)
                layout->pieces[layout->n_pieces++] = (PePiece){
                        .rva = begin,
                        .size = end - begin,
                        .protection = PAGE_NOACCESS,
                };
}

static uint32_t at_most(uint64_t size, uint64_t most) {
        return (uint32_t) (size < most ? size : most);
}

/* What of the file's first @size bytes there is. */
static PePiece file_head(const PeImage *image, uint32_t size, ULONG protection) {
        return (PePiece){
                .size = whole_pages(size),
                .file_size = at_most(size, image->file_size),
                .protection = protection,
        };
}

void pe_layout(const PeImage *image, bool no_execute, PeLayout *ret) {
        ret->n_pieces = 0;
        if (image->flat) {
                ret->pieces[ret->n_pieces++] = file_head(image, image->size,
                                no_execute ? PAGE_WRITECOPY : PAGE_EXECUTE_WRITECOPY);
                return;
        }
        if (image->headers_size > 0)
                ret->pieces[ret->n_pieces++] = file_head(image, image->headers_size, PAGE_READONLY);
        for (size_t i = 0; i < image->n_sections; i++) {
                const PeSection *section = &image->sections[i];

                add_room(ret, section->rva);
                ret->pieces[ret->n_pieces++] = (PePiece){
                        .rva = section->rva,
                        .size = whole_pages(section->size),
                        .file_offset = section->file_offset,
                        .file_size = section->file_size,
                        .protection = pe_protection(section->characteristics, no_execute),
                        .shared = (section->characteristics & IMAGE_SCN_MEM_SHARED) != 0,
                };
        }
        add_room(ret, image->size);
}
