#include "security.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "hash-index.h"
#include "ntstatus.h"
#include "security-store.h"

#define N_REMEMBERED        64u
#define REMEMBERED_SIZE_MAX 4096u

/*
 * A Security that nobody refers to any more is idle as long as it is remembered: nobody pays for
 * it, and it may be handed out again. So an object that is made and closed over and over does not
 * have its descriptor computed over and over. Idle ones are few and short.
 */
struct Security {
        HashLink link;
        SecurityStore *store;
        unsigned n_refs;
        unsigned n_outcomes; /* that it is the result of */
        unsigned n_parent;   /* outcomes that it is the parent in */
        const Quota *quota;  /* whose; only compared, for an idle one outlives it */
        QuotaCharge charge;
        DescriptorView view; /* of @descriptor */
        size_t size;
        uint32_t descriptor[];
};

/* What security_assign() made of what. */
typedef struct Outcome {
        Security *parent;
        const Quota *quota;
        const ObjectTypeRules *type;
        uint64_t token_id;
        uint64_t modified_id;
        Security *security; /* NULL: a free place */
} Outcome;

struct SecurityStore {
        HashIndex index;
        /* Clients choose what is hashed; they must not know where it lands. */
        unsigned char key[crypto_shorthash_KEYBYTES];
        Outcome remembered[N_REMEMBERED];
};

SecurityStore *security_store_new(void) {
        SecurityStore *store = g_new0(SecurityStore, 1);

        hash_index_init(&store->index);
        crypto_shorthash_keygen(store->key);
        return store;
}

static void destroy(Security *security) {
        hash_index_remove(&security->store->index, &security->link);
        g_free(security);
}

static void forget(Outcome *outcome) {
        Security *security = outcome->security;

        if (!security)
                return;

        if (outcome->parent)
                outcome->parent->n_parent--;
        *outcome = (Outcome){ 0 };
        security->n_outcomes--;
        if (security->n_refs == 0 && security->n_outcomes == 0)
                destroy(security);
}

void security_store_free(SecurityStore *store) {
        if (!store)
                return;

        for (unsigned i = 0; i < N_REMEMBERED; i++)
                forget(&store->remembered[i]);
        g_assert(store->index.n_links == 0);
        hash_index_clear(&store->index);
        g_free(store);
}

static uint64_t hash_of(const SecurityStore *store, const Security *security) {
        uint64_t hash = 0;

        crypto_shorthash((unsigned char *) &hash, (const unsigned char *) security->descriptor,
                        security->size, store->key);
        return hash ^ (uintptr_t) security->quota * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
}

static Security *find_equal(const SecurityStore *store, const Security *like, uint64_t hash) {
        for (HashLink *link = hash_index_first(&store->index, hash); link;
                        link = hash_index_next(link)) {
                Security *security = (Security *) link;

                if (security->quota == like->quota && security->size == like->size &&
                                memcmp(security->descriptor, like->descriptor, like->size) == 0)
                        return security;
        }
        return NULL;
}

/* One more reference; the first one pays. */
static NTSTATUS take(Security *security, Quota *quota) {
        if (security->n_refs == 0 && quota) {
                NTSTATUS status = quota_charge(
                                quota, QUOTA_DESCRIPTOR_BYTES, security->size, &security->charge);

                if (!NT_SUCCESS(status))
                        return status;
        }
        security->n_refs++;
        return STATUS_SUCCESS;
}

NTSTATUS security_new(
                SecurityStore *store, Quota *quota, const DescriptorView *view, Security **ret) {
        size_t size = descriptor_size(view);
        g_autofree Security *security = NULL;
        Security *equal;
        uint64_t hash;
        NTSTATUS status;

        if (size > DESCRIPTOR_SIZE_MAX)
                return STATUS_INSUFFICIENT_RESOURCES;
        security = g_try_malloc(sizeof(Security) + size);
        if (!security)
                return STATUS_NO_MEMORY;
        *security = (Security){ .store = store, .quota = quota, .size = size };
        descriptor_write(view, security->descriptor);

        hash = hash_of(store, security);
        equal = find_equal(store, security, hash);
        if (equal) {
                status = take(equal, quota);
                if (NT_SUCCESS(status))
                        *ret = equal;
                return status;
        }
        status = descriptor_view(security->descriptor, size, &security->view);
        g_assert(NT_SUCCESS(status)); /* callers have checked the parts */
        status = take(security, quota);
        if (!NT_SUCCESS(status))
                return status;
        if (hash_index_insert(&store->index, &security->link, hash) < 0) {
                quota_charge_release(&security->charge);
                return STATUS_NO_MEMORY;
        }

        *ret = g_steal_pointer(&security);
        return STATUS_SUCCESS;
}

Security *security_ref(Security *security) {
        security->n_refs++;
        return security;
}

Security *security_unref(Security *security) {
        SecurityStore *store;

        if (!security)
                return NULL;
        if (security->n_refs > 1) {
                security->n_refs--;
                return NULL;
        }

        /* What it is the parent in may have come out equal to it: it must outlast the loop. */
        store = security->store;
        for (unsigned i = 0; i < N_REMEMBERED && security->n_parent > 0; i++) {
                if (store->remembered[i].parent == security)
                        forget(&store->remembered[i]);
        }
        security->n_refs = 0;
        quota_charge_release(&security->charge);
        if (security->n_outcomes == 0)
                destroy(security);
        return NULL;
}

const DescriptorView *security_view(const Security *security) {
        return &security->view;
}

size_t security_size(const Security *security) {
        return security ? security->size : 0;
}

static Outcome *place_of(SecurityStore *store, const Quota *quota, const SecurityOrigin *origin) {
        uint64_t mixed = (uintptr_t) origin->parent;

        mixed = mixed * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) + (uintptr_t) origin->type;
        mixed = mixed * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) + (uintptr_t) quota;
        mixed = mixed * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) + origin->token->id;
        mixed *= G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
        return &store->remembered[(mixed >> 32) % N_REMEMBERED];
}

NTSTATUS security_store_recall(
                SecurityStore *store, Quota *quota, const SecurityOrigin *origin, Security **ret) {
        const Outcome *outcome = place_of(store, quota, origin);
        NTSTATUS status;

        if (!outcome->security || outcome->parent != origin->parent || outcome->quota != quota ||
                        outcome->type != origin->type || outcome->token_id != origin->token->id ||
                        outcome->modified_id != origin->token->modified_id)
                return STATUS_NOT_FOUND;
        status = take(outcome->security, quota);
        if (NT_SUCCESS(status))
                *ret = outcome->security;
        return status;
}

void security_store_remember(SecurityStore *store,
                const Quota *quota,
                const SecurityOrigin *origin,
                Security *security) {
        Outcome *outcome = place_of(store, quota, origin);

        if (security->size > REMEMBERED_SIZE_MAX)
                return;
        forget(outcome);
        *outcome = (Outcome){
                .parent = (Security *) origin->parent, /* for its count */
                .quota = quota,
                .type = origin->type,
                .token_id = origin->token->id,
                .modified_id = origin->token->modified_id,
                .security = security,
        };
        security->n_outcomes++;
        if (outcome->parent)
                outcome->parent->n_parent++;
}
