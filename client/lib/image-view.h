#pragma once

/*
 * Views of images
 *
 * A view of an image shows the daemon's memory of it, privately: what is written is the view's own,
 * but for the parts that all views share. It is best where the memory is right for; elsewhere it
 * shows the same bytes, and relocating it is up to whoever loads it.
 */

#include "section-image.h"
#include "views.h"

/**
 * image_view_check_size() - which part of an image a view shows
 * @offset: a multiple of 64 KiB, where it begins in the image
 * @size:   in bytes, 0 for all that follows; gets it in whole pages
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER if @offset is not in the image;
 * STATUS_INVALID_VIEW_SIZE if the end is not.
 */
NTSTATUS image_view_check_size(const SectionImage *image, uint64_t offset, uint64_t *size);

/**
 * image_view_map() - make a view
 * @ref:      of the section, whose grant the caller keeps from ending
 * @wish:     place, size, offset, allocation type, inherit disposition, client, slot and tag count
 * @ret_base: where it is
 * Return: STATUS_SUCCESS; STATUS_IMAGE_NOT_AT_BASE if it is where its memory is not right for,
 * STATUS_IMAGE_MACHINE_TYPE_MISMATCH if it is of another machine, which are successes; as
 * section_image_read(), section_memory_use() and views_map().
 */
NTSTATUS image_view_map(
                const Client *client, const HandleRef *ref, ViewWish *wish, uintptr_t *ret_base);

/**
 * image_view_dress() - give a view, which is mapped privately and only for reading, what its pages
 * have at first
 * @image:     what the view is of
 * @shared_fd: the parts that views share, or -1 if there are none
 *
 * The regions are locked; the view is not there yet.
 *
 * Return: STATUS_SUCCESS; as region_protect().
 */
NTSTATUS image_view_dress(Region *view, const SectionImage *image, int shared_fd);
