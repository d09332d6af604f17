#pragma once

/*
 * Bases of images
 *
 * An image that lies at the same address in all processes is laid out, and its relocations applied,
 * once for all of them. So each live image gets an address of its own, as long as there is one:
 * the one that it was linked for, if no other live image has it; else one of a range that Linux
 * leaves free. Where a process has no room there, its view is elsewhere, and that process's loader
 * relocates it.
 *
 * Images are laid out on threads: all functions here may be called on any, wait for nobody, and
 * take a bounded time however many images there are.
 */

#include "pe-image.h"

/*
 * Where images go that cannot have the address that they were linked for. Linux maps from the stack
 * downwards (0x7FFF...), with an unlimited stack from a third of the address space upwards
 * (0x2AAA...); programs and their heaps follow at two thirds (0x5555... to 0x5655...), or low,
 * below 0x10_0000_0000. The range is above all of these that grow upwards, keeps 26 TB from what
 * grows downwards, and is clear of the ranges that address and thread sanitizers keep for
 * themselves, of which the nearest ends at 0x6400... The tests compare it with what programs map.
 */
#define IMAGE_BASES_LOWEST 0x650000000000ull
#define IMAGE_BASES_END    0x660000000000ull

/*
 * The same for images that must be below 2 GiB: those of 32 bits, and those of 64 that do not say
 * IMAGE_FILE_LARGE_ADDRESS_AWARE. Programs that are linked for an address are lower, and Linux's
 * mappings of MAP_32BIT grow from 1 GiB.
 */
#define IMAGE_BASES_LOW_LOWEST 0x60000000ull
#define IMAGE_BASES_LOW_END    0x78000000ull

typedef struct ImageBases ImageBases;

/* An address that is an image's as long as this is not given back. All zero: none. */
typedef struct ImageBase {
        ImageBases *bases;
        uint64_t base;
        uint64_t size;
        bool exclusive; /* no other live image has been given any of it */
        bool suspended; /* it would be, if the image lived */
} ImageBase;

/**
 * image_bases_new() - no image lives
 * @seed: any number; where in their range images are put follows from it
 */
ImageBases *image_bases_new(uint64_t seed);
ImageBases *image_bases_ref(ImageBases *bases);
void image_bases_unref(ImageBases *bases); /* NULL is ignored; each ImageBase has a reference */

/**
 * image_base_assign() - say where an image is to be
 * @image: its base may be anything; one whose relocations are stripped gets that one always
 * @ret:   its base is a multiple of 64 KiB, and the image fits there; it is @image's own also if
 *         there is no room elsewhere
 */
void image_base_assign(ImageBases *bases, const PeImage *image, ImageBase *ret);

/**
 * image_base_keep() - the image is at the address that it was linked for after all
 * @base: from image_base_assign(); gets that one
 */
void image_base_keep(ImageBase *base, const PeImage *image);

/* Others may have the address meanwhile. */
void image_base_suspend(ImageBase *base);

/* The image lives again. Return: false if another has any of its address, which it must not have
 * then. */
bool image_base_resume(ImageBase *base);

/* Gives it back; none is left. */
void image_base_clear(ImageBase *base);
