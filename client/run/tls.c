/*
 * Static TLS
 *
 * Each thread has an array of blocks, one for each module with TLS, found by the module's index.
 * When a DLL with TLS is loaded while the program runs, all threads get a block at once: their
 * arrays are exchanged for longer ones. A thread may just be reading the old one, so that it stays
 * until the thread ends; arrays double, so that this is not much.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "loader.h"
#include "ntstatus.h"
#include "tls-module.h"

#define ARRAY_LEAST     16u
#define ALIGNMENT_LEAST 16u
#define ALIGN_SHIFT     20u /* IMAGE_SCN_ALIGN_ in Characteristics */
#define ALIGN_MASK      0xFu
#define CALLBACKS_MOST  1024u

typedef VOID(NTAPI *TlsCallback)(PVOID base, ULONG reason, PVOID reserved);

/* What a thread has. The array that programs see is the last field. */
typedef struct TlsArray TlsArray;
struct TlsArray {
        TlsArray *older; /* exchanged for this one */
        uint32_t room;
        PVOID blocks[];
};

typedef struct TlsThread TlsThread;
struct TlsThread {
        TlsThread *next;
        Teb *teb;
        TlsArray *array;
};

/* All threads, and all modules with TLS. */
static struct {
        pthread_mutex_t lock;
        TlsThread *threads;
        TlsModule **modules; /* by index; NULL: free */
        uint32_t n_modules;  /* indices that were ever used */
} tls = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool rva_of(const Image *image, uint64_t address, uint32_t *ret) {
        uint64_t rva = address - (uintptr_t) image->bytes;

        if (address < (uintptr_t) image->bytes || rva > UINT32_MAX)
                return false;
        *ret = (uint32_t) rva;
        return true;
}

static bool read_template(
                const Image *image, const IMAGE_TLS_DIRECTORY64 *directory, TlsModule *ret) {
        uint64_t size = directory->EndAddressOfRawData - directory->StartAddressOfRawData;
        uint32_t rva;

        if (directory->EndAddressOfRawData < directory->StartAddressOfRawData)
                return false;
        if (size == 0)
                return true;
        if (!rva_of(image, directory->StartAddressOfRawData, &rva))
                return false;
        ret->template_size = size;
        ret->template = image_at(image, rva, size);
        return ret->template != NULL;
}

NTSTATUS tls_module_read(const Image *image, TlsModule *ret) {
        const IMAGE_DATA_DIRECTORY *entry = image_directory(image, IMAGE_DIRECTORY_ENTRY_TLS);
        IMAGE_TLS_DIRECTORY64 directory;
        unsigned align;

        *ret = (TlsModule){ 0 };
        if (!entry)
                return STATUS_SUCCESS;
        if (!image_copy(image, entry->VirtualAddress, &directory, sizeof(directory)) ||
                        !read_template(image, &directory, ret))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (!rva_of(image, directory.AddressOfIndex, &ret->index_rva) ||
                        !image_at(image, ret->index_rva, sizeof(ULONG)))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (directory.AddressOfCallBacks != 0 &&
                        !rva_of(image, directory.AddressOfCallBacks, &ret->callbacks))
                return STATUS_INVALID_IMAGE_FORMAT;
        ret->zeros = directory.SizeOfZeroFill;
        align = directory.Characteristics >> ALIGN_SHIFT & ALIGN_MASK;
        ret->alignment = align > 0 && align < ALIGN_MASK ? (size_t) 1 << (align - 1) : 0;
        if (ret->alignment < ALIGNMENT_LEAST)
                ret->alignment = ALIGNMENT_LEAST;
        ret->is_there = true;
        return STATUS_SUCCESS;
}

static PVOID new_block(const TlsModule *module) {
        size_t used = module->template_size + module->zeros;
        size_t size = (used + module->alignment) & ~(module->alignment - 1); /* never empty */
        uint8_t *block = aligned_alloc(module->alignment, size);

        if (!block)
                return NULL;
        if (module->template_size > 0)
                memcpy(block, module->template, module->template_size);
        memset(block + module->template_size, 0, size - module->template_size);
        return block;
}

/* Lets a thread have more indices. The lock is held. */
static bool grow_array(TlsThread *thread, uint32_t n_wanted) {
        uint32_t room = thread->array ? thread->array->room : 0;
        TlsArray *array;

        if (n_wanted <= room)
                return true;
        room = room < ARRAY_LEAST ? ARRAY_LEAST : room;
        while (room < n_wanted)
                room *= 2;
        array = calloc(1, sizeof(*array) + room * sizeof(array->blocks[0]));
        if (!array)
                return false;
        array->room = room;
        array->older = thread->array;
        if (thread->array)
                memcpy(array->blocks, thread->array->blocks,
                                thread->array->room * sizeof(array->blocks[0]));
        thread->array = array;
        __atomic_store_n(&thread->teb->tls_pointer, array->blocks, __ATOMIC_RELEASE);
        return true;
}

static bool add_block(TlsThread *thread, uint32_t index) {
        PVOID block;

        if (!grow_array(thread, index + 1))
                return false;
        block = new_block(tls.modules[index]);
        thread->array->blocks[index] = block;
        return block != NULL;
}

static void free_thread(TlsThread *thread) {
        for (uint32_t i = 0; thread->array && i < thread->array->room; i++)
                free(thread->array->blocks[i]);
        while (thread->array) {
                TlsArray *older = thread->array->older;

                free(thread->array);
                thread->array = older;
        }
        thread->teb->tls_pointer = NULL;
        free(thread);
}

NTSTATUS tls_thread_init(Teb *teb) {
        TlsThread *thread = calloc(1, sizeof(*thread));
        bool complete;

        if (!thread)
                return STATUS_NO_MEMORY;
        thread->teb = teb;
        pthread_mutex_lock(&tls.lock);
        complete = grow_array(thread, 1);
        for (uint32_t i = 0; i < tls.n_modules && complete; i++)
                complete = !tls.modules[i] || add_block(thread, i);
        if (complete) {
                thread->next = tls.threads;
                tls.threads = thread;
        }
        pthread_mutex_unlock(&tls.lock);
        if (!complete)
                free_thread(thread);
        return complete ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

void tls_thread_free(Teb *teb) {
        TlsThread *thread = NULL;

        pthread_mutex_lock(&tls.lock);
        for (TlsThread **link = &tls.threads; *link; link = &(*link)->next) {
                if ((*link)->teb == teb) {
                        thread = *link;
                        *link = thread->next;
                        break;
                }
        }
        pthread_mutex_unlock(&tls.lock);
        if (thread)
                free_thread(thread);
}

/* The lowest index that is free. Return: false if there is no memory. */
static bool find_index(uint32_t *ret) {
        TlsModule **modules;
        uint32_t i = 0;

        while (i < tls.n_modules && tls.modules[i])
                i++;
        if (i == tls.n_modules) {
                modules = reallocarray(tls.modules, i + 1, sizeof(*modules));
                if (!modules)
                        return false;
                tls.modules = modules;
                tls.modules[i] = NULL;
                tls.n_modules++;
        }
        *ret = i;
        return true;
}

static void take_blocks(uint32_t index) {
        for (TlsThread *thread = tls.threads; thread; thread = thread->next) {
                if (index >= thread->array->room)
                        continue;
                free(thread->array->blocks[index]);
                thread->array->blocks[index] = NULL;
        }
        tls.modules[index] = NULL;
}

NTSTATUS tls_module_add(TlsModule *module) {
        bool complete;

        if (!module->is_there)
                return STATUS_SUCCESS;
        pthread_mutex_lock(&tls.lock);
        complete = find_index(&module->index);
        if (complete) {
                tls.modules[module->index] = module;
                for (TlsThread *thread = tls.threads; thread && complete; thread = thread->next)
                        complete = add_block(thread, module->index);
                if (!complete)
                        take_blocks(module->index);
        }
        pthread_mutex_unlock(&tls.lock);
        module->is_added = complete;
        return complete ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

void tls_module_remove(TlsModule *module) {
        if (!module->is_added)
                return;
        pthread_mutex_lock(&tls.lock);
        take_blocks(module->index);
        pthread_mutex_unlock(&tls.lock);
        module->is_added = false;
}

void tls_module_call(const Image *image, const TlsModule *module, uint32_t reason) {
        uint64_t address;

        if (!module->is_there || module->callbacks == 0)
                return;
        for (uint32_t i = 0; i < CALLBACKS_MOST; i++) {
                if (!image_copy(image, module->callbacks + i * (uint32_t) sizeof(address), &address,
                                    sizeof(address)) ||
                                address == 0)
                        return;
                ((TlsCallback) (uintptr_t) address)((PVOID) (uintptr_t) image->bytes, reason, NULL);
        }
}
