#include "security.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "hash-index.h"
#include "ntstatus.h"
#include "security-store.h"

#define N_REMEMBERED 64u

struct Security {
        HashLink link;
        SecurityStore *store;
        unsigned n_refs;
        unsigned n_remembered; /* outcomes that name it */
        const Quota *quota;    /* whose; kept by the charge */
        QuotaCharge charge;
        DescriptorView view; /* of @descriptor */
        size_t size;
        uint32_t descriptor[];
};

/* What security_assign() made of what. */
typedef struct Outcome {
        const Security *parent;
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

void security_store_free(SecurityStore *store) {
        if (!store)
                return;

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

NTSTATUS security_new(
                SecurityStore *store, Quota *quota, const DescriptorView *view, Security **ret) {
        size_t size = descriptor_size(view);
        g_autofree Security *security = NULL;
        Security *equal;
        uint64_t hash;
        NTSTATUS status;

        if (size > DESCRIPTOR_SIZE_MAX)
                return STATUS_INSUFFICIENT_RESOURCES;
        security = g_try_malloc0(sizeof(Security) + size);
        if (!security)
                return STATUS_NO_MEMORY;
        security->store = store;
        security->n_refs = 1;
        security->quota = quota;
        security->size = size;
        descriptor_write(view, security->descriptor);

        hash = hash_of(store, security);
        equal = find_equal(store, security, hash);
        if (equal) {
                *ret = security_ref(equal);
                return STATUS_SUCCESS;
        }
        status = descriptor_view(security->descriptor, size, &security->view);
        g_assert(NT_SUCCESS(status)); /* callers have checked the parts */
        if (quota) {
                status = quota_charge(quota, QUOTA_DESCRIPTOR_BYTES, size, &security->charge);
                if (!NT_SUCCESS(status))
                        return status;
        }
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

static void forget(Outcome *outcome) {
        if (!outcome->security)
                return;

        outcome->security->n_remembered--;
        if (outcome->parent)
                ((Security *) outcome->parent)->n_remembered--;
        *outcome = (Outcome){ 0 };
}

Security *security_unref(Security *security) {
        SecurityStore *store;

        if (!security || --security->n_refs > 0)
                return NULL;

        store = security->store;
        for (unsigned i = 0; i < N_REMEMBERED && security->n_remembered > 0; i++) {
                Outcome *outcome = &store->remembered[i];

                if (outcome->parent == security || outcome->security == security)
                        forget(outcome);
        }
        hash_index_remove(&store->index, &security->link);
        quota_charge_release(&security->charge);
        g_free(security);
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

Security *security_store_recall(
                SecurityStore *store, const Quota *quota, const SecurityOrigin *origin) {
        const Outcome *outcome = place_of(store, quota, origin);

        if (!outcome->security || outcome->parent != origin->parent || outcome->quota != quota ||
                        outcome->type != origin->type || outcome->token_id != origin->token->id ||
                        outcome->modified_id != origin->token->modified_id)
                return NULL;
        return security_ref(outcome->security);
}

void security_store_remember(SecurityStore *store,
                const Quota *quota,
                const SecurityOrigin *origin,
                Security *security) {
        Outcome *outcome = place_of(store, quota, origin);

        forget(outcome);
        *outcome = (Outcome){
                .parent = origin->parent,
                .quota = quota,
                .type = origin->type,
                .token_id = origin->token->id,
                .modified_id = origin->token->modified_id,
                .security = security,
        };
        security->n_remembered++;
        if (origin->parent)
                ((Security *) origin->parent)->n_remembered++;
}
