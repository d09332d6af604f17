#include <stdint.h>

#include "futex.h"
#include "ntrtlsync.h"
#include "rtl-critical-section.h"
#include "thread-id.h"

/*
 * The critical section guards the counters, and is left while a thread waits. Who waits is let in
 * by whoever makes room: that one counts it as active before it wakes it, so that nobody comes in
 * between. Writers go before readers.
 */
static uint32_t *semaphore_of(HANDLE *semaphore) {
        return (uint32_t *) (void *) semaphore;
}

static bool is_writer(const RTL_RESOURCE *resource) {
        return resource->NumberOfActive < 0 &&
               resource->ExclusiveOwnerThread == (HANDLE) thread_id();
}

static void let_in(RTL_RESOURCE *resource) {
        if (resource->NumberOfActive == 0 && resource->NumberOfWaitingExclusive > 0) {
                resource->NumberOfWaitingExclusive--;
                resource->NumberOfActive = -1;
                resource->ExclusiveOwnerThread = NULL; /* it will say so itself */
                semaphore_add(semaphore_of(&resource->ExclusiveSemaphore), 1);
        } else if (resource->NumberOfActive >= 0 && resource->NumberOfWaitingShared > 0) {
                ULONG n = resource->NumberOfWaitingShared;

                resource->NumberOfWaitingShared = 0;
                resource->NumberOfActive += (LONG) n;
                semaphore_add(semaphore_of(&resource->SharedSemaphore), n);
        }
}

/* Waits until it is let in; the section is left. */
static void wait_exclusive(RTL_RESOURCE *resource) {
        resource->NumberOfWaitingExclusive++;
        critical_section_leave(&resource->CriticalSection);
        semaphore_take(semaphore_of(&resource->ExclusiveSemaphore), &deadline_never);
        critical_section_enter(&resource->CriticalSection);
        resource->ExclusiveOwnerThread = (HANDLE) thread_id();
        critical_section_leave(&resource->CriticalSection);
}

static void wait_shared(RTL_RESOURCE *resource) {
        resource->NumberOfWaitingShared++;
        critical_section_leave(&resource->CriticalSection);
        semaphore_take(semaphore_of(&resource->SharedSemaphore), &deadline_never);
}

static bool acquire_shared(RTL_RESOURCE *resource, bool wait) {
        bool acquired = true;

        critical_section_enter(&resource->CriticalSection);
        if (is_writer(resource)) {
                resource->NumberOfActive--;
        } else if (resource->NumberOfActive >= 0 && resource->NumberOfWaitingExclusive == 0) {
                resource->NumberOfActive++;
        } else if (wait) {
                wait_shared(resource);
                return true;
        } else {
                acquired = false;
        }
        critical_section_leave(&resource->CriticalSection);
        return acquired;
}

static bool acquire_exclusive(RTL_RESOURCE *resource, bool wait) {
        bool acquired = true;

        critical_section_enter(&resource->CriticalSection);
        if (resource->NumberOfActive == 0 || is_writer(resource)) {
                resource->NumberOfActive--;
                resource->ExclusiveOwnerThread = (HANDLE) thread_id();
        } else if (wait) {
                wait_exclusive(resource);
                return true;
        } else {
                acquired = false;
        }
        critical_section_leave(&resource->CriticalSection);
        return acquired;
}

static void release(RTL_RESOURCE *resource) {
        critical_section_enter(&resource->CriticalSection);
        if (resource->NumberOfActive > 0)
                resource->NumberOfActive--;
        else if (resource->NumberOfActive < 0 && ++resource->NumberOfActive == 0)
                resource->ExclusiveOwnerThread = NULL;
        if (resource->NumberOfActive == 0)
                let_in(resource);
        critical_section_leave(&resource->CriticalSection);
}

/* The last reader need not let go what it has. */
static void shared_to_exclusive(RTL_RESOURCE *resource) {
        critical_section_enter(&resource->CriticalSection);
        if (resource->NumberOfActive > 1) {
                resource->NumberOfActive--;
                wait_exclusive(resource);
                return;
        }
        if (resource->NumberOfActive == 1) {
                resource->NumberOfActive = -1;
                resource->ExclusiveOwnerThread = (HANDLE) thread_id();
        }
        critical_section_leave(&resource->CriticalSection);
}

static void exclusive_to_shared(RTL_RESOURCE *resource) {
        critical_section_enter(&resource->CriticalSection);
        if (resource->NumberOfActive == -1) {
                resource->NumberOfActive = 1;
                resource->ExclusiveOwnerThread = NULL;
                let_in(resource);
        }
        critical_section_leave(&resource->CriticalSection);
}

VOID NTAPI RtlInitializeResource(PRTL_RESOURCE Resource) {
        *Resource = (RTL_RESOURCE){ 0 };
        critical_section_init(&Resource->CriticalSection, 0);
}

BOOLEAN NTAPI RtlAcquireResourceShared(PRTL_RESOURCE Resource, BOOLEAN Wait) {
        return acquire_shared(Resource, Wait);
}

BOOLEAN NTAPI RtlAcquireResourceExclusive(PRTL_RESOURCE Resource, BOOLEAN Wait) {
        return acquire_exclusive(Resource, Wait);
}

VOID NTAPI RtlReleaseResource(PRTL_RESOURCE Resource) {
        release(Resource);
}

VOID NTAPI RtlConvertSharedToExclusive(PRTL_RESOURCE Resource) {
        shared_to_exclusive(Resource);
}

VOID NTAPI RtlConvertExclusiveToShared(PRTL_RESOURCE Resource) {
        exclusive_to_shared(Resource);
}

VOID NTAPI RtlDeleteResource(PRTL_RESOURCE Resource) {
        RtlDeleteCriticalSection(&Resource->CriticalSection);
}
