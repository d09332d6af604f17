#pragma once

/*
 * The services that there are to call
 *
 * services.py makes the table from the public headers: every Nt and Zw service that they declare.
 */

typedef struct Service {
        const char *name;
        const void *address;
        const char *parameters; /* the size in bytes of each, one digit each */
} Service;

extern const Service services[];
extern const unsigned n_services;
