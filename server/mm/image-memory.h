#pragma once

/*
 * Memory of images
 *
 * An ImageMemory is an image as all its views see it: one for all sections of the same file, in
 * whatever process, as long as the file does not change; but for images with parts that all views
 * share and may write, of which each user has one. It is read when it is first asked for, which is
 * an ImageBuild: work for a thread, that several requests may wait for. The last one that was not
 * needed any more stay for a while, as programs load and free the same libraries over and over.
 *
 * All functions are the loop thread's, but where another thread is named.
 */

#include "client-fd.h"
#include "image-content.h"
#include "quota.h"

typedef struct ImageCache ImageCache;
typedef struct ImageMemory ImageMemory;
typedef struct ImageBuild ImageBuild;

/*
 * What nobody needs stays within these bounds, for its user alone, and is charged to nobody.
 */
#define IMAGE_IDLE_MOST  32u
#define IMAGE_IDLE_BYTES (64ull << 20)

/* What an image is asked for by: a file as it was when somebody looked, and how it is laid out. */
typedef struct ImageKey {
        FileFacts facts;
        bool no_execute; /* SEC_IMAGE_NO_EXECUTE */
} ImageKey;

/* @seed: see image_bases_new() */
ImageCache *image_cache_new(uint64_t seed);

/* All memories must be given back. Threads may still be at work on builds. */
ImageCache *image_cache_free(ImageCache *cache);

/**
 * image_cache_find() - the memory of an image, if it is there
 * @quota: who needs it, and pays for its bytes, once however often he needs it
 * @ret:   a use of it, which image_memory_end() ends; NULL if it has to be built first
 * Return: STATUS_SUCCESS; STATUS_QUOTA_EXCEEDED.
 */
NTSTATUS image_cache_find(ImageCache *cache, const ImageKey *key, Quota *quota, ImageMemory **ret);

/* For who reads images himself: where they may be. The cache's. */
ImageBases *image_cache_bases(const ImageCache *cache);

/**
 * image_cache_add_take() - the memory of an image that was read otherwise
 * @content: consumed
 * Return: as image_cache_find(), but that @ret is not NULL on success; another memory of the same
 * image is used if there is one.
 */
NTSTATUS image_cache_add_take(ImageCache *cache,
                const ImageKey *key,
                ImageContent *content,
                Quota *quota,
                ImageMemory **ret);

/* One use less. NULL is ignored; returns NULL. */
ImageMemory *image_memory_end(ImageMemory *memory, Quota *quota);

/* What it is; as long as it is in use. */
const ImageContent *image_memory_content(const ImageMemory *memory);

/* What it is of. */
const ImageKey *image_memory_key(const ImageMemory *memory);

/* How many there are; and how many of these nobody needs. */
size_t image_cache_count(const ImageCache *cache);
size_t image_cache_count_idle(const ImageCache *cache);

/* How many descriptors these have. */
size_t image_cache_count_idle_fds(const ImageCache *cache);

/**
 * image_build_join() - have an image built
 * @quota: who needs it: requests of the same user wait for the same build
 * Return: a build that the caller leaves, and then gives up; NULL without memory.
 */
ImageBuild *image_build_join(ImageCache *cache, const ImageKey *key, Quota *quota);

/* On any thread: reads the file if nobody else does; in any case it is done on return. @fd: the
 * file, open for reading. */
void image_build_work(ImageBuild *build, int fd);

/**
 * image_build_finish() - what came of it
 * @quota: as in image_build_join()
 * @ret:   as in image_cache_find(); NULL if it has to be built again
 * Return: STATUS_SUCCESS; what image_content_new() says; STATUS_QUOTA_EXCEEDED.
 */
NTSTATUS image_build_finish(ImageCache *cache, ImageBuild *build, Quota *quota, ImageMemory **ret);

/* A request does not wait for it any more. Nobody's build is forgotten. Due once for each join. */
void image_build_leave(ImageBuild *build);

/* On any thread: frees what the last request has left. NULL is ignored; returns NULL. */
ImageBuild *image_build_unref(ImageBuild *build);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageBuild, image_build_unref)
