#include "pe-extended.h"

#include <string.h>

#include "ntimage.h"

/* Entries that are looked at: linkers write a handful. */
#define DEBUG_ENTRIES_MOST 64u

/* Where the load configuration has its GuardFlags. */
#define GUARD_FLAGS_WIDE   0x90u
#define GUARD_FLAGS_NARROW 0x58u

/* Copies @size bytes at @rva. Return: false if they are not within the image. */
static bool
read_at(const uint8_t *memory, const PeImage *image, uint64_t rva, void *to, uint32_t size) {
        if (rva == 0 || rva > image->size || size > image->size - rva)
                return false;
        memcpy(to, memory + rva, size);
        return true;
}

static uint32_t guard_flags(const uint8_t *memory, const PeImage *image) {
        uint32_t offset = image->wide ? GUARD_FLAGS_WIDE : GUARD_FLAGS_NARROW;
        uint32_t size = 0, flags = 0, ret = 0;

        /* The structure grows with the compiler, and says itself how long it is. */
        if (!read_at(memory, image, image->load_config.rva, &size, sizeof(size)) ||
                        size < offset + sizeof(flags) ||
                        !read_at(memory, image, (uint64_t) image->load_config.rva + offset, &flags,
                                        sizeof(flags)))
                return 0;
        if (flags & IMAGE_GUARD_CF_ENABLE_EXPORT_SUPPRESSION)
                ret |= PE_EXPORT_SUPPRESSION;
        if (flags & IMAGE_GUARD_XFG_ENABLED)
                ret |= PE_XFG;
        return ret;
}

static uint32_t characteristics_flags(uint32_t characteristics) {
        static const struct {
                uint32_t characteristic;
                uint32_t flag;
        } known[] = {
                { IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT, PE_CET_COMPATIBLE },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT_STRICT_MODE, PE_CET_STRICT },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_SET_CONTEXT_IP_VALIDATION_RELAXED_MODE,
                                PE_CET_RELAXED_IP },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_DYNAMIC_APIS_ALLOW_IN_PROC, PE_CET_DYNAMIC_APIS },
        };
        uint32_t ret = 0;

        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
                if (characteristics & known[i].characteristic)
                        ret |= known[i].flag;
        return ret;
}

static uint32_t debug_flags(const uint8_t *memory, const PeImage *image) {
        uint32_t n = image->debug.size / sizeof(IMAGE_DEBUG_DIRECTORY);

        for (uint32_t i = 0; i < n && i < DEBUG_ENTRIES_MOST; i++) {
                IMAGE_DEBUG_DIRECTORY entry;
                uint32_t characteristics = 0;

                if (!read_at(memory, image, (uint64_t) image->debug.rva + i * sizeof(entry), &entry,
                                    sizeof(entry)))
                        return 0;
                if (entry.Type != IMAGE_DEBUG_TYPE_EX_DLLCHARACTERISTICS ||
                                entry.SizeOfData < sizeof(characteristics))
                        continue;
                if (!read_at(memory, image, entry.AddressOfRawData, &characteristics,
                                    sizeof(characteristics)))
                        return 0;
                return characteristics_flags(characteristics);
        }
        return 0;
}

uint32_t pe_extended_flags(const uint8_t *memory, const PeImage *image) {
        return guard_flags(memory, image) | debug_flags(memory, image);
}
