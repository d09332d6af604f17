#include "module-attach.h"

#include <stdlib.h>

#include "cleanup.h"
#include "module-load.h"
#include "ntstatus.h"

typedef BOOLEAN(NTAPI *DllMain)(PVOID base, ULONG reason, PVOID reserved);

/* LDR_DLL_NOTIFICATION_DATA, of both reasons */
typedef struct NotificationData {
        ULONG flags;
        const UNICODE_STRING *full_name;
        const UNICODE_STRING *base_name;
        PVOID base;
        ULONG size_of_image;
} NotificationData;

typedef VOID(NTAPI *Notify)(ULONG reason, const NotificationData *data, PVOID context);

typedef struct Notification Notification;
struct Notification {
        Notification *next;
        Notify function;
        PVOID context;
};

static struct {
        unsigned last_rank;
        bool is_sweeping;
        bool is_over; /* the process has been detached */
        Notification *notifications;
} attach;

/* What a DLL that is loaded with the program gets: Windows hands out the first thread's registers,
 * which say nothing any more; DLLs look only whether it is NULL. */
static UCHAR with_program_marker[16];

static void notify(const Module *module, ULONG reason) {
        const NotificationData data = {
                .full_name = &module->entry.full_name,
                .base_name = &module->entry.base_name,
                .base = module->entry.base,
                .size_of_image = module->entry.size_of_image,
        };

        for (const Notification *at = attach.notifications; at;) {
                const Notification *next = at->next; /* it may remove itself */

                at->function(reason, &data, at->context);
                at = next;
        }
}

/* Calls the module's TLS callbacks, and its DllMain. Return: what that says. */
static bool call(const Module *module, ULONG reason, PVOID reserved) {
        tls_module_call(&module->image, &module->tls, reason);
        if (!module_is_dll(module) || !module->entry.entry_point || module->builtin)
                return true;
        return ((DllMain) (uintptr_t) module->entry.entry_point)(
                        module->entry.base, reason, reserved);
}

static void append_initialized(Module *module) {
        ListLink *head = &module_loader.lists->in_initialization_order;
        ListLink *link = &module->entry.in_initialization_order;

        if (link->next != link)
                return; /* attached before, and refused */
        link->next = head;
        link->previous = head->previous;
        head->previous->next = link;
        head->previous = link;
}

static NTSTATUS attach_one(Module *module, bool with_program) {
        PVOID reserved = with_program ? with_program_marker : NULL;

        if (!module->builtin)
                notify(module, LDR_NOTIFY_LOADED);
        if (module_is_dll(module))
                append_initialized(module);
        module->entry.flags |= LDR_PROCESS_ATTACH_CALLED;
        if (!call(module, DLL_PROCESS_ATTACH, reserved)) {
                module->entry.flags |= LDR_PROCESS_ATTACH_FAILED;
                call(module, DLL_PROCESS_DETACH, reserved);
                return STATUS_DLL_INIT_FAILED;
        }
        module->detach_rank = ++attach.last_rank;
        module->state = MODULE_ATTACHED;
        return STATUS_SUCCESS;
}

NTSTATUS module_attach(Module *module, bool with_program, Module **ret_failed) {
        NTSTATUS status;

        if (module->state != MODULE_BOUND)
                return STATUS_SUCCESS;
        module->state = MODULE_ATTACHING;
        for (size_t i = 0; i < module->n_needs; i++) {
                status = module_attach(module->needs[i], with_program, ret_failed);
                if (!NT_SUCCESS(status)) {
                        module->state = MODULE_BOUND;
                        return status;
                }
        }
        status = attach_one(module, with_program);
        if (!NT_SUCCESS(status)) {
                *ret_failed = module;
                module->state = MODULE_BOUND;
        }
        return status;
}

/* The attached module with the lowest rank above @rank, or NULL. */
static Module *next_attached(unsigned rank) {
        Module *found = NULL;

        for (Module *module = module_first(); module; module = module->next)
                if (module->state == MODULE_ATTACHED && module->detach_rank > rank &&
                                (!found || module->detach_rank < found->detach_rank))
                        found = module;
        return found;
}

/* The attached DLL with the highest rank below @rank, or NULL. */
static Module *previous_attached(unsigned rank, bool needed) {
        const Module *program = module_first();
        Module *found = NULL;

        for (Module *module = program ? program->next : NULL; module; module = module->next)
                if (module->state == MODULE_ATTACHED && module->detach_rank < rank &&
                                (needed || !module->is_needed) &&
                                (!found || module->detach_rank > found->detach_rank))
                        found = module;
        return found;
}

static void tell_one(const Module *module, uint32_t reason) {
        if (!(module->entry.flags & LDR_DONT_CALL_FOR_THREADS))
                call(module, reason, NULL);
}

void module_attach_thread(void) {
        const Module *module;

        for (unsigned rank = 0; !attach.is_over && (module = next_attached(rank)) != NULL;) {
                rank = module->detach_rank;
                tell_one(module, DLL_THREAD_ATTACH);
        }
}

void module_detach_thread(void) {
        const Module *module;

        if (attach.is_over)
                return;
        for (unsigned rank = UINT32_MAX; (module = previous_attached(rank, true)) != NULL;) {
                rank = module->detach_rank;
                tell_one(module, DLL_THREAD_DETACH);
        }
        tell_one(module_first(), DLL_THREAD_DETACH);
}

void module_detach_all(void) {
        Module *module;

        if (attach.is_over)
                return;
        attach.is_over = true;
        while ((module = previous_attached(UINT32_MAX, true)) != NULL) {
                module->state = MODULE_BOUND;
                call(module, DLL_PROCESS_DETACH, with_program_marker);
        }
        if (module_first()->state == MODULE_ATTACHED)
                call(module_first(), DLL_PROCESS_DETACH, with_program_marker);
}

static void mark(Module *module) {
        if (module->is_needed)
                return;
        module->is_needed = true;
        for (size_t i = 0; i < module->n_needs; i++)
                mark(module->needs[i]);
}

/* Says of each module whether somebody needs it. */
static void mark_all(void) {
        for (Module *module = module_first(); module; module = module->next)
                module->is_needed = false;
        for (Module *module = module_first(); module; module = module->next)
                if (module->is_pinned || module->n_loads > 0 || module->state == MODULE_ATTACHING)
                        mark(module);
}

/* One after the other, as each may change which others are needed. */
static void detach_unneeded(void) {
        Module *module;

        mark_all();
        while ((module = previous_attached(UINT32_MAX, false)) != NULL) {
                module->state = MODULE_BOUND;
                call(module, DLL_PROCESS_DETACH, NULL);
                mark_all();
        }
}

static void free_one(Module *module) {
        if (module->detach_rank != 0)
                notify(module, LDR_NOTIFY_UNLOADED);
        tls_module_remove(&module->tls);
        module_table_remove(module);
        module_free(module);
}

/* @unbound: only those that could not be bound. */
static Module *find_unneeded(bool unbound) {
        for (Module *module = module_first(); module; module = module->next)
                if (!module->is_needed && (!unbound || module->state == MODULE_MAPPED))
                        return module;
        return NULL;
}

void module_sweep(void) {
        bool is_nested = attach.is_sweeping;
        Module *module;

        if (attach.is_over)
                return;
        attach.is_sweeping = true;
        if (is_nested)
                mark_all();
        else
                detach_unneeded();
        while ((module = find_unneeded(is_nested)) != NULL)
                free_one(module);
        attach.is_sweeping = is_nested;
}

NTSTATUS module_notify_register(PVOID function, PVOID context, PVOID *cookie) {
        Notification *added = calloc(1, sizeof(*added));
        Notification **last = &attach.notifications;

        if (!added)
                return STATUS_NO_MEMORY;
        added->function = (Notify) (uintptr_t) function;
        added->context = context;
        while (*last)
                last = &(*last)->next;
        *last = added;
        *cookie = added;
        return STATUS_SUCCESS;
}

NTSTATUS module_notify_remove(PVOID cookie) {
        for (Notification **link = &attach.notifications; *link; link = &(*link)->next) {
                if (*link != cookie)
                        continue;
                *link = (*link)->next;
                free(cookie);
                return STATUS_SUCCESS;
        }
        return STATUS_DLL_NOT_FOUND;
}
