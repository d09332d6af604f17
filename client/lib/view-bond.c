#include "view-bond.h"

#include "cleanup.h"
#include "grant-word.h"

/*
 * Two words say whether a grant is still needed: its own, which becomes DEAD with the last handle,
 * and its count of views. Two threads may end handle and view at the same time, and exactly one
 * report too few would bind the file until the process ends. Each thread changes its word first and
 * then looks at the other one, all sequentially consistent:
 *
 *     closing     word := DEAD; Release; the daemon reads the count: it drops the grant at 0
 *     unmapping   count := 0; read the word: ReleaseViews if it is DEAD; the daemon reads both
 *
 * Whichever change comes second in the one order that all agree on, the look after it finds the
 * first one done. If both do, the daemon hears of it twice: the second message names a grant that
 * is no more, or a slot under another tag, and is refused without harm. If ReleaseViews comes
 * before the Release, the close has not returned yet, and so has promised nothing; the Release ends
 * it.
 *
 * A grant cannot die between the mapping and the counting of a view, as whoever maps holds it like
 * a handle. A slot is not given to another grant while views of it are counted, so that the count
 * that goes down is the one that went up; but the attachment may be another, whose page may even
 * lie at the same address: its serial number tells.
 */

static bool is_counted(const Region *view, const Client *client) {
        return region_is_of_file(view) && client && view->serial != 0 &&
               view->serial == client->serial;
}

bool view_bond_find(const Region *view, const Client *client, ViewBond *ret) {
        if (!is_counted(view, client))
                return false;
        *ret = (ViewBond){ .slot = view->slot, .tag = view->tag };
        return true;
}

void view_bond_tie(const Region *view, const Client *client) {
        if (is_counted(view, client))
                atomic_fetch_add(&client->page->views[view->slot], 1);
}

bool view_bond_untie(const Client *client, const ViewBond *bond) {
        uint64_t word;

        if (atomic_fetch_sub(&client->page->views[bond->slot], 1) != 1)
                return false;
        word = atomic_load(&client->page->grants[bond->slot]);
        return word & GRANT_DEAD && grant_word_tag(word) == bond->tag;
}

void view_bond_report(const Client *client, const ViewBond *bond) {
        Nt__Grant grant = grant_message(bond->slot, bond->tag);
        Nt__ReleaseViewsRequest body = NT__RELEASE_VIEWS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_RELEASE_VIEWS;
        request.release_views = &body;

        call_reply_init(&reply);
        (void) connection_call(client, &request, &reply);
}
