#pragma once

/*
 * Anchors: how a name goes exactly with its last handle
 *
 * A live temporary object has exactly one anchor: a grant whose process must report when its count
 * of handles reaches 0. All others come and go in silence. Before anything depends on an object
 * being there, the server looks at the anchor's word; when an anchor is dead, it elects another
 * among the grants that still have handles, and the object is over when there is none.
 *
 * Where the end of an object matters to more than its name (Object.reports), all of its grants
 * report, and are waited for, from birth; there is an anchor among them all the same.
 *
 * Permanent objects need no anchor. The protocol is tests/model/grant.pml; the steps that it marks
 * as indivisible are single operations on a word here.
 */

#include <stdbool.h>

#include "object.h"

/**
 * object_look() - is the object still there?
 * @object: the caller has a reference, since the name may go here
 *
 * Marks the anchor as shared, so that its last close waits for the server: to be called before the
 * object is handed to anybody, and for every directory and link on a path.
 *
 * Return: false if it is over. Its name is gone then.
 */
bool object_look(Object *object);

/**
 * object_settle() - drop what processes that have ended still had of the object: grants, and views
 * @most: of these that are looked at, so that nobody's thousands of grants hold the server up
 * Return: how many were.
 */
unsigned object_settle(Object *object, unsigned most);

/* The object's anchor is gone: finds another, or ends the object's name. */
void object_elect(Object *object);
