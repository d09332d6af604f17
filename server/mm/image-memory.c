#include "image-memory.h"

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "ntstatus.h"

struct ImageCache {
        ImageBases *bases;
        GHashTable *memories; /* by ImageKey; a list of those of one key */
        GHashTable *builds;   /* by BuildKey; a reference each */
        GQueue idle;          /* least recently needed first */
        uint64_t idle_bytes;
        size_t n_memories;
};

/* Somebody who needs a memory, and how often. */
typedef struct Holder {
        Quota *quota;
        unsigned n_uses;
        QuotaCharge charge;
} Holder;

struct ImageMemory {
        ImageCache *cache;
        ImageKey key;
        ImageContent *content;
        ImageMemory *next; /* of the same key */
        GArray *holders;   /* nobody: it is idle */
        GList idle_link;
        uid_t uid;      /* who had it built, or needed it last */
        bool is_listed; /* others find it */
};

typedef struct BuildKey {
        ImageKey image;
        uid_t uid;
} BuildKey;

typedef enum BuildState {
        BUILD_WAITS,
        BUILD_RUNS,
        BUILD_IS_DONE,
} BuildState;

struct ImageBuild {
        atomic_uint n_refs; /* one is the cache's as long as it is listed there */
        BuildKey key;
        ImageCache *cache; /* NULL when it is not listed any more */
        unsigned n_requests;
        ImageBases *bases;
        uint64_t largest;

        pthread_mutex_t lock;
        pthread_cond_t done;
        BuildState state;
        NTSTATUS status;
        ImageContent *content; /* NULL when somebody has taken it */
};

static guint key_hash(gconstpointer memory) {
        const ImageKey *key = memory;
        uint64_t hash = key->facts.identity.inode;

        hash = hash * 31 + key->facts.identity.device;
        hash = hash * 31 + key->facts.ctime;
        hash = hash * 31 + key->facts.size;
        return (guint) (hash ^ hash >> 32) + key->no_execute;
}

static gboolean key_equal(gconstpointer a, gconstpointer b) {
        const ImageKey *one = a, *other = b;

        return file_identity_equal(&one->facts.identity, &other->facts.identity) &&
               one->facts.size == other->facts.size && one->facts.ctime == other->facts.ctime &&
               one->no_execute == other->no_execute;
}

static guint build_hash(gconstpointer memory) {
        const BuildKey *key = memory;

        return key_hash(&key->image) + key->uid;
}

static gboolean build_equal(gconstpointer a, gconstpointer b) {
        const BuildKey *one = a, *other = b;

        return one->uid == other->uid && key_equal(&one->image, &other->image);
}

ImageBuild *image_build_unref(ImageBuild *build) {
        if (!build || atomic_fetch_sub(&build->n_refs, 1) > 1)
                return NULL;
        image_content_free(build->content);
        image_bases_unref(build->bases);
        pthread_mutex_destroy(&build->lock);
        pthread_cond_destroy(&build->done);
        g_free(build);
        return NULL;
}

static void build_destroy(gpointer build) {
        ((ImageBuild *) build)->cache = NULL;
        image_build_unref(build);
}

ImageCache *image_cache_new(uint64_t seed) {
        ImageCache *cache = g_new0(ImageCache, 1);

        cache->bases = image_bases_new(seed);
        cache->memories = g_hash_table_new(key_hash, key_equal);
        cache->builds = g_hash_table_new_full(build_hash, build_equal, NULL, build_destroy);
        g_queue_init(&cache->idle);
        return cache;
}

/* Others do not find it any more. */
static void memory_unlist(ImageMemory *memory) {
        ImageCache *cache = memory->cache;
        ImageMemory *first = g_hash_table_lookup(cache->memories, &memory->key);

        if (!memory->is_listed)
                return;
        memory->is_listed = false;
        g_hash_table_remove(cache->memories, &memory->key);
        if (first == memory) {
                first = memory->next;
        } else {
                ImageMemory *before = first;

                while (before->next != memory)
                        before = before->next;
                before->next = memory->next;
        }
        if (first)
                g_hash_table_insert(cache->memories, &first->key, first);
}

static void memory_list(ImageMemory *memory) {
        ImageCache *cache = memory->cache;

        memory->next = g_hash_table_lookup(cache->memories, &memory->key);
        memory->is_listed = true;
        g_hash_table_replace(cache->memories, &memory->key, memory);
}

static void memory_free(ImageMemory *memory) {
        memory_unlist(memory);
        memory->cache->n_memories--;
        image_content_free(memory->content);
        g_array_unref(memory->holders);
        g_free(memory);
}

static void idle_leave(ImageMemory *memory) {
        g_queue_unlink(&memory->cache->idle, &memory->idle_link);
        memory->cache->idle_bytes -= memory->content->image.size;
}

/* Keeps it, if that is worth it and there is room, in the place of older ones. */
static void idle_enter(ImageMemory *memory) {
        ImageCache *cache = memory->cache;
        uint64_t size = memory->content->image.size;

        if (!memory->is_listed || size > IMAGE_IDLE_BYTES) {
                memory_free(memory);
                return;
        }
        while (cache->idle.length >= IMAGE_IDLE_MOST ||
                        cache->idle_bytes + size > IMAGE_IDLE_BYTES) {
                ImageMemory *oldest = cache->idle.head->data;

                idle_leave(oldest);
                memory_free(oldest);
        }
        g_queue_push_tail_link(&cache->idle, &memory->idle_link);
        cache->idle_bytes += size;
        image_base_suspend(&memory->content->base);
}

ImageCache *image_cache_free(ImageCache *cache) {
        if (!cache)
                return NULL;
        while (cache->idle.length > 0) {
                ImageMemory *oldest = cache->idle.head->data;

                idle_leave(oldest);
                memory_free(oldest);
        }
        g_assert(cache->n_memories == 0);
        g_hash_table_destroy(cache->memories);
        g_hash_table_destroy(cache->builds);
        image_bases_unref(cache->bases);
        g_free(cache);
        return NULL;
}

/* What nobody pays for is the server's own. */
static uid_t uid_of(const Quota *quota) {
        return quota ? quota_uid(quota) : geteuid();
}

static Holder *find_holder(const ImageMemory *memory, const Quota *quota) {
        for (guint i = 0; i < memory->holders->len; i++) {
                Holder *holder = &g_array_index(memory->holders, Holder, i);

                if (holder->quota == quota)
                        return holder;
        }
        return NULL;
}

/* One use more. On failure an idle memory stays so. */
static NTSTATUS memory_use(ImageMemory *memory, Quota *quota) {
        Holder *known = find_holder(memory, quota), holder = { .quota = quota, .n_uses = 1 };
        NTSTATUS status = STATUS_SUCCESS;

        if (known) {
                known->n_uses++;
                return STATUS_SUCCESS;
        }
        if (quota)
                status = quota_charge(quota, QUOTA_IMAGE_BYTES, memory->content->image.size,
                                &holder.charge);
        if (!NT_SUCCESS(status))
                return status;
        memory->uid = uid_of(quota);
        g_array_append_val(memory->holders, holder);
        return STATUS_SUCCESS;
}

ImageMemory *image_memory_end(ImageMemory *memory, Quota *quota) {
        Holder *holder = NULL;

        if (!memory)
                return NULL;
        holder = find_holder(memory, quota);
        g_assert(holder);
        if (--holder->n_uses > 0)
                return NULL;
        quota_charge_release(&holder->charge);
        g_array_remove_index_fast(memory->holders,
                        (guint) (holder - (Holder *) (void *) memory->holders->data));
        if (memory->holders->len == 0)
                idle_enter(memory);
        return NULL;
}

const ImageContent *image_memory_content(const ImageMemory *memory) {
        return memory->content;
}

const ImageKey *image_memory_key(const ImageMemory *memory) {
        return &memory->key;
}

size_t image_cache_count(const ImageCache *cache) {
        return cache->n_memories;
}

size_t image_cache_count_idle(const ImageCache *cache) {
        return cache->idle.length;
}

size_t image_cache_count_idle_fds(const ImageCache *cache) {
        size_t n = 0;

        for (const GList *link = cache->idle.head; link; link = link->next)
                n += ((const ImageMemory *) link->data)->content->is_shared ? 2 : 1;
        return n;
}

/*
 * The number of a device may be given to another file system when nobody has a file of it open, and
 * whoever made that one up may have made up its files' numbers and times too. So what is idle is
 * for its own user only: of the others, each section has its file open.
 */
static bool is_for(const ImageMemory *memory, uid_t uid) {
        if (memory->content->is_shared || memory->holders->len == 0)
                return memory->uid == uid;
        return true;
}

NTSTATUS image_cache_find(ImageCache *cache, const ImageKey *key, Quota *quota, ImageMemory **ret) {
        ImageMemory *memory = g_hash_table_lookup(cache->memories, key);
        bool was_idle = false;
        NTSTATUS status = STATUS_SUCCESS;

        while (memory && !is_for(memory, uid_of(quota)))
                memory = memory->next;
        *ret = NULL;
        if (!memory)
                return STATUS_SUCCESS;
        was_idle = memory->holders->len == 0;
        status = memory_use(memory, quota);
        if (!NT_SUCCESS(status))
                return status;
        if (was_idle)
                idle_leave(memory);
        if (was_idle && !image_base_resume(&memory->content->base)) {
                memory_unlist(memory); /* and so it ends with this use */
                image_memory_end(memory, quota);
                return STATUS_SUCCESS;
        }
        *ret = memory;
        return STATUS_SUCCESS;
}

/*
 * Users do not wait for each other: what keeps one's threads busy, a file that cannot be read,
 * must not be another's business.
 */
ImageBuild *image_build_join(ImageCache *cache, const ImageKey *key, Quota *quota) {
        BuildKey wanted = { .image = *key, .uid = uid_of(quota) };
        ImageBuild *build = g_hash_table_lookup(cache->builds, &wanted);

        if (build) {
                atomic_fetch_add(&build->n_refs, 1);
                build->n_requests++;
                return build;
        }
        build = g_try_new0(ImageBuild, 1);
        if (!build)
                return NULL;
        atomic_init(&build->n_refs, 2);
        build->key = wanted;
        build->cache = cache;
        build->n_requests = 1;
        build->bases = image_bases_ref(cache->bases);
        build->largest = quota ? quota_left(quota, QUOTA_IMAGE_BYTES) : UINT64_MAX;
        pthread_mutex_init(&build->lock, NULL);
        pthread_cond_init(&build->done, NULL);
        g_hash_table_insert(cache->builds, &build->key, build);
        return build;
}

static void build_run(ImageBuild *build, int fd) {
        const ImageSource source = {
                .fd = fd,
                .facts = build->key.image.facts,
                .no_execute = build->key.image.no_execute,
                .largest = build->largest,
                .bases = build->bases,
        };
        ImageContent *content = NULL;
        NTSTATUS status = image_content_new(&source, &content);

        pthread_mutex_lock(&build->lock);
        build->status = status;
        build->content = content;
        build->state = BUILD_IS_DONE;
        pthread_cond_broadcast(&build->done);
        pthread_mutex_unlock(&build->lock);
}

void image_build_work(ImageBuild *build, int fd) {
        bool mine = false;

        pthread_mutex_lock(&build->lock);
        mine = build->state == BUILD_WAITS;
        if (mine)
                build->state = BUILD_RUNS;
        while (!mine && build->state != BUILD_IS_DONE)
                pthread_cond_wait(&build->done, &build->lock);
        pthread_mutex_unlock(&build->lock);
        if (mine)
                build_run(build, fd);
}

/* Who comes now has another one made. */
static void build_unlist(ImageBuild *build) {
        if (build->cache)
                g_hash_table_remove(build->cache->builds, &build->key);
}

/* Makes a memory of what was read, for everybody unless the file may have changed meanwhile. */
static NTSTATUS memory_new_take(ImageCache *cache,
                const ImageKey *key,
                ImageContent *content,
                Quota *quota,
                ImageMemory **ret) {
        ImageMemory *memory = g_new0(ImageMemory, 1);
        NTSTATUS status = STATUS_SUCCESS;

        memory->cache = cache;
        memory->key = *key;
        memory->content = content;
        memory->holders = g_array_new(FALSE, FALSE, sizeof(Holder));
        memory->idle_link.data = memory;
        cache->n_memories++;
        status = memory_use(memory, quota);
        if (!NT_SUCCESS(status)) {
                memory_free(memory);
                return status;
        }
        if (content->is_whole)
                memory_list(memory);
        *ret = memory;
        return STATUS_SUCCESS;
}

ImageBases *image_cache_bases(const ImageCache *cache) {
        return cache->bases;
}

NTSTATUS image_cache_add_take(ImageCache *cache,
                const ImageKey *key,
                ImageContent *content,
                Quota *quota,
                ImageMemory **ret) {
        g_autoptr(ImageContent) owned = content;
        NTSTATUS status = image_cache_find(cache, key, quota, ret);

        if (!NT_SUCCESS(status) || *ret)
                return status;
        return memory_new_take(cache, key, g_steal_pointer(&owned), quota, ret);
}

NTSTATUS image_build_finish(ImageCache *cache, ImageBuild *build, Quota *quota, ImageMemory **ret) {
        g_autoptr(ImageContent) content = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        build_unlist(build);
        *ret = NULL;
        pthread_mutex_lock(&build->lock);
        status = build->state == BUILD_IS_DONE ? build->status : STATUS_SUCCESS;
        content = g_steal_pointer(&build->content);
        pthread_mutex_unlock(&build->lock);
        if (!NT_SUCCESS(status))
                return status;
        if (!content)
                return image_cache_find(cache, &build->key.image, quota, ret);
        return image_cache_add_take(
                        cache, &build->key.image, g_steal_pointer(&content), quota, ret);
}

void image_build_leave(ImageBuild *build) {
        if (--build->n_requests == 0)
                build_unlist(build);
}
