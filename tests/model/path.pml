/*
 * Cached answers and temporary objects on the way, for the model checker spin.
 *
 * What it is about. libzw answers an open by itself while the counters that its last answer depended on
 * hold. A path can end without its last component changing: when a directory on the way goes. So the
 * answer depends on every directory that the path passes, and a walk marks each of them SHARED, so that
 * its last close is not over before the server has bumped its counter. grant.pml has the protocol of one
 * object; this file has one directory and what is below it.
 *
 * What is modelled. \D is a temporary directory on which process A has the only handle. \D\L is an object
 * that C keeps open throughout; \D\X does not exist until C makes it. B opens \D\L and \D\X, OPS times,
 * in any order.
 *
 * What is checked. After A's last close of \D has returned, neither open may be answered as if \D were
 * still there: "found" for L and "name not found" for X are wrong then, "path not found" is right. Before
 * that close began, "path not found" is wrong. After C's create of X has returned, "name not found" is
 * wrong.
 *
 * Mutations, each of which must be caught:
 *   M_PATH_NO_SHARED  the walk does not share the directories that it passes
 *   M_PATH_NO_BUMP    no bump when a directory's name goes
 *   M_PATH_LEAF_ONLY  libzw compares the last counter only
 *   M_PATH_NO_CREATE_BUMP  no bump when a name is made
 *
 * Run: tests/model/check.
 */

#ifndef OPS
#define OPS 5
#endif

mtype = { OPEN_L, OPEN_X, RELEASE, MAKE_X, OK, NOTFOUND, NOPATH };

bit d_dead, d_shared;     /* A's word on \D: count 1, and it reports */
bit d_there = 1, x_there; /* the server's entries */
byte genD, genL, genX;    /* counters of \D, \D\L, \D\X in the generation page */
bit begun, returned;      /* ghost: A's close of \D */
bit x_made;               /* ghost: C's create of \D\X has returned */

chan reqA = [1] of { mtype, bit };
chan repA = [1] of { mtype };
chan reqB = [1] of { mtype };
chan repB = [1] of { mtype, byte, byte };
chan reqC = [1] of { mtype };
chan repC = [1] of { mtype };

/* Closes \D, or never does. */
proctype A()
{
        bit s;

        if
        :: d_step { true -> begun = 1; d_dead = 1; s = d_shared };
                if
                :: atomic { !s -> returned = 1 };
                        reqA!RELEASE, 0
                :: s -> reqA!RELEASE, 1;
                        atomic { repA?OK; returned = 1 }
                fi
        :: true
        fi
}

proctype C()
{
        if
        :: reqC!MAKE_X;
                atomic { repC?_; x_made = x_there }
        :: true
        fi
}

#ifndef M_PATH_LEAF_ONLY
#define DIRECTORY_COUNTER(cached) genD
#else
#define DIRECTORY_COUNTER(cached) cached
#endif

proctype B()
{
        byte n, d, l;
        byte kL, dL, lL; /* cached for \D\L: found, with these counters */
        byte kX, dX, lX; /* cached for \D\X: name not found, with these counters */
        bit late, sure;
        mtype st;

        do
        :: n < OPS -> n++;
                atomic { late = returned; sure = x_made };
                if
                :: true -> /* open \D\L */
                        d = DIRECTORY_COUNTER(dL);
                        l = genL;
                        if
                        :: kL && d == dL && l == lL -> assert(!late) /* L is alive: success */
                        :: else ->
                                reqB!OPEN_L;
                                repB?st, d, l;
                                kL = (st == OK);
                                dL = d;
                                lL = l;
                                assert(st == OK || begun);
                                assert(st != OK || !late)
                        fi
                :: true -> /* open \D\X */
                        d = DIRECTORY_COUNTER(dX);
                        l = genX;
                        if
                        :: kX && d == dX && l == lX -> assert(!late); assert(!sure)
                        :: else ->
                                reqB!OPEN_X;
                                repB?st, d, l;
                                kX = (st == NOTFOUND);
                                dX = d;
                                lX = l;
                                assert(st != NOPATH || begun);
                                assert(st == NOPATH || !late);
                                assert(st != NOTFOUND || !sure)
                        fi
                fi
        :: break
        od
}

inline gone() {
        d_there = 0;
#ifndef M_PATH_NO_BUMP
        genD++
#endif
}

inline make_x() {
        x_there = 1;
#ifndef M_PATH_NO_CREATE_BUMP
        genX++
#endif
}

proctype Server()
{
        bit s, wd;
        mtype m;

end:
        do
        :: reqA?_, s ->
                if :: d_there -> gone() :: else fi;
                if :: s -> repA!OK :: else fi
        :: reqC?_ ->
                if :: d_there && !d_dead -> make_x() :: else fi;
                repC!OK
        :: reqB?m ->
                if
                :: d_there ->
                        d_step {
                                wd = d_dead;
#ifndef M_PATH_NO_SHARED
                                d_shared = 1
#endif
                        };
                        if :: wd -> gone() :: else fi
                :: else
                fi;
                if
                :: !d_there -> repB!NOPATH, genD, 0
                :: d_there && m == OPEN_L -> repB!OK, genD, genL
                :: d_there && m == OPEN_X && !x_there -> repB!NOTFOUND, genD, genX
                :: d_there && m == OPEN_X && x_there -> repB!OK, genD, genX
                fi
        od
}

init {
        atomic {
                run Server();
                run A();
                run B();
                run C()
        }
}
