#pragma once

/*
 * Bonds between views and files
 *
 * What may be done to a file depends on whether somebody has a view of it, handles or not. So the
 * process page counts the views of each grant of a file's section, and the daemon keeps the bond of
 * such a grant until both its handles and its views are gone. Views of sections without a file are
 * nobody else's concern, and are not counted.
 *
 * Views that a child of fork() has from its parent are not counted: they are of grants of the
 * parent's.
 */

#include <stdbool.h>

#include "connection.h"
#include "region.h"

/* A grant of this process that may be over, but for its views. */
typedef struct ViewBond {
        uint32_t slot;
        uint32_t tag;
} ViewBond;

/**
 * view_bond_find() - the grant of a view of a file
 * @client: the attachment that there is now, or NULL
 * Return: false if that attachment does not know it.
 */
bool view_bond_find(const Region *view, const Client *client, ViewBond *ret);

/* The view is there, and its grant is kept from ending meanwhile. */
void view_bond_tie(const Region *view, const Client *client);

/**
 * view_bond_untie() - the view is not there any more, and nor is its memory
 * @client: the attachment that there is now
 * @bond:   what view_bond_find() said of the view
 * Return: whether the daemon has to hear of it, by view_bond_report().
 */
bool view_bond_untie(const Client *client, const ViewBond *bond);

/*
 * Tells the daemon, and returns after it has settled what that means for the file. No lock is held.
 * The view is gone, whatever the daemon says.
 */
void view_bond_report(const Client *client, const ViewBond *bond);
