#pragma once

/*
 * What newer compilers say of an image
 *
 * Not in the headers but in what they point to, which is looked at in the image's memory.
 */

#include "pe-image.h"

/* Bits of SECTION_INTERNAL_IMAGE_INFORMATION.ExtendedFlags; the names are ours. */
#define PE_EXPORT_SUPPRESSION 0x01u /* the load configuration's GuardFlags say so */
#define PE_CET_COMPATIBLE     0x02u /* these come from the debug directory */
#define PE_XFG                0x04u /* GuardFlags again */
#define PE_CET_STRICT         0x08u
#define PE_CET_RELAXED_IP     0x10u
#define PE_CET_DYNAMIC_APIS   0x20u

/**
 * pe_extended_flags() - the bits above
 * @memory: laid out as pe_layout() says, of @image->size bytes
 * Return: none of those whose tables are missing, or not within the image.
 */
uint32_t pe_extended_flags(const uint8_t *memory, const PeImage *image);
