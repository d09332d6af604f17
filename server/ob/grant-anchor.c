#include "grant-anchor.h"

#include "directory.h"
#include "grant.h"

/* Nobody has a handle: the name goes, and with it whatever cached answers said of it. */
static void object_end_name(Object *object) {
        if (object->entry)
                directory_remove(object->entry);
}

/*
 * Asks one grant to report. To be set before it is read, in one operation: a close that comes in
 * between would otherwise be silent. Returns whether the grant has handles, and so is the anchor
 * now.
 */
static bool try_anchor(GrantEntry *entry) {
        GrantWord *word = grant_entry_word(entry);
        uint64_t was = 0;

        if (grant_table_ended(entry->table))
                return false;
        was = atomic_fetch_or(word, GRANT_REPORT | GRANT_SHARED);
        if (!grant_entry_lives(entry, was))
                return false;
        if (grant_word_count(was) > 0)
                return true;

        /* Parked. A revival may come first, and then this one has a handle and is told to report.
         */
        if (grant_word_end_parked(word, entry->tag, &was))
                return false;
        return grant_entry_lives(entry, was) && grant_word_count(was) > 0;
}

void object_elect(Object *object) {
        if (object->permanent)
                return;
        object_ref(object);
        while (object->grants) {
                GrantEntry *entry = object->grants;

                if (try_anchor(entry)) {
                        object->anchor = entry;
                        break;
                }
                grant_entry_drop(entry);
        }
        if (!object->grants)
                object_end_name(object);
        object_unref(object);
}

/* Marks the anchor as shared, so that its last close waits for us; false if it is dead already. */
static bool share_anchor(GrantEntry *anchor) {
        if (grant_table_ended(anchor->table))
                return false;
        return grant_entry_lives(anchor, atomic_fetch_or(grant_entry_word(anchor), GRANT_SHARED));
}

bool object_look(Object *object) {
        while (!object->permanent && object->anchor) {
                GrantEntry *anchor = object->anchor;

                if (share_anchor(anchor))
                        return true;
                grant_entry_drop(anchor);
                object_elect(object);
        }
        return object->permanent || object->anchor;
}

/* A grant that is not the anchor may be of a process that has ended, too. */
unsigned object_settle(Object *object, unsigned most) {
        GrantEntry *next = NULL;
        unsigned n = 0;

        object_ref(object);
        (void) object_look(object);
        for (GrantEntry *entry = object->grants; entry && n < most; entry = next, n++) {
                next = entry->next;
                if (entry != object->anchor && grant_table_ended(entry->table))
                        grant_entry_drop(entry);
        }
        for (GrantEntry *entry = object->viewed; entry && n < most; entry = next, n++) {
                next = entry->next;
                if (grant_table_ended(entry->table))
                        grant_entry_drop_viewed(entry);
        }
        object_unref(object);
        return n;
}
