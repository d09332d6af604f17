#pragma once

/*
 * What the address sanitizer wants to know of stacks
 *
 * It takes the stack that Linux gave a thread for the only one, unless it is told. In other builds
 * there is nothing to tell.
 */

#include <stddef.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define FIBERS_ARE_WATCHED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define FIBERS_ARE_WATCHED 1
#endif

/* The stack that a thread has left. */
typedef struct FiberHome {
        void *fake;
        const void *bottom;
        size_t size;
} FiberHome;

#ifdef FIBERS_ARE_WATCHED

#include <sanitizer/common_interface_defs.h>

/* Before the thread leaves for a stack, on that, before it goes back, and back. */
#define fiber_leave(home, bottom, size)                                                            \
        __sanitizer_start_switch_fiber(&(home)->fake, (bottom), (size))
#define fiber_arrive(home)  __sanitizer_finish_switch_fiber(NULL, &(home)->bottom, &(home)->size)
#define fiber_go_back(home) __sanitizer_start_switch_fiber(NULL, (home)->bottom, (home)->size)
#define fiber_is_back(home) __sanitizer_finish_switch_fiber((home)->fake, NULL, NULL)

#else

#define fiber_leave(home, bottom, size) ((void) (home))
#define fiber_arrive(home)              ((void) (home))
#define fiber_go_back(home)             ((void) (home))
#define fiber_is_back(home)             ((void) (home))

#endif
