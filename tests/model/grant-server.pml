/*
 * The server's half of grant.pml: one thread, one message after the other, but every look at a shared
 * word is a step of its own. wd and oc are what the last look saw: DEAD, and the count.
 */

#define REPLY(x) if :: p != H -> rep[t]!x, gen :: else fi

inline see(q) {
#ifdef HOSTILE
        if
        :: q == H ->
                if
                :: wd = 0; oc = 0
                :: wd = 0; oc = 1
                :: wd = 1; oc = 0
                fi
        :: else -> wd = w[q].dead; oc = w[q].count
        fi
#else
        wd = w[q].dead;
        oc = w[q].count
#endif
}

inline share(q) {
        if :: !w[q].dead -> w[q].shared = 1 :: else fi
}

inline set_report(q) {
        if
        :: !w[q].dead ->
#ifndef M_ELECT_NO_SHARED
                w[q].shared = 1;
#endif
#ifndef M_NO_REPORT
                w[q].report = 1
#endif
        :: else
        fi
}

/* The record goes, the slot is free. */
inline drop(q) {
        granted[q] = 0
}

inline make_dead(q) {
        assert(Dp[q] == 0); /* A4 */
        w[q].dead = 1;
        w[q].count = 0;
        CLEAR_FLAGS(q);
        drop(q)
}

/* Slot i was seen parked: compare-and-swap 0 -> DEAD, unless a revival wins and it is the anchor. */
inline end_parked_or_elect() {
#ifdef M_PARKED_SURVIVE
        STEP { CLEAR_FLAGS(i); drop(i); i++ }
#else
        STEP {
                see(i);
                if
#ifdef M_PLAIN_STORE
                :: true -> make_dead(i); i++
#else
                :: wd -> drop(i); i++
                :: !wd && oc == 0 -> make_dead(i); i++
                :: !wd && oc > 0 -> anchor = i
#endif
                fi
        };
        if :: anchor != NONE -> break :: else fi
#endif
}

/*
 * The anchor is DEAD or its process has ended, and its record is dropped. Another grant with a handle
 * becomes the anchor; what has no handle becomes DEAD on the way; with none left, the object is over.
 */
inline elect() {
        anchor = NONE;
        i = 0;
        do
        :: i < NP && !granted[i] -> i++
        :: i < NP && granted[i] ->
#ifdef M_READ_THEN_SET
                STEP { see(i) };
                STEP { set_report(i) };
#else
                STEP { see(i); set_report(i) }; /* fetch_or(REPORT | SHARED) */
#endif
                if
                :: wd -> drop(i); i++
                :: !wd && oc > 0 -> anchor = i; break
                :: !wd && oc == 0 -> end_parked_or_elect()
                fi
        :: i == NP -> break
        od;
        atomic {
                if
                :: anchor == NONE ->
                        sobj = 0;
                        gen = gen + BUMP_ON_REMOVAL;
                        printf("server: gone\n")
                :: else -> printf("server: anchor is P%d\n", anchor)
                fi;
                i = 0;
                wd = 0;
                oc = 0
        }
}

/* What everything that depends on the object does first; the anchor's word says whether it is there. */
#ifdef M_NO_LOOK
#define LOOK wd = 0
#else
#define LOOK see(anchor)
#endif

inline serve_open() {
        STEP { /* fetch_or(SHARED), and read */
                LOOK;
#if !defined(M_NO_SHARED) && !defined(M_SHARE_LATE)
                if :: !wd -> w[anchor].shared = 1 :: else fi
#endif
        };
        if
        :: wd -> atomic { drop(anchor); wd = 0 }; elect(); goto again
        :: else
        fi;
        if
        :: granted[p] ->
                STEP { /* one more on the grant that p has, unless it is DEAD */
                        see(p);
#ifdef M_COUNT_THE_DEAD
                        wd = 0;
                        w[p].dead = 0;
#endif
                        if
                        :: !wd -> if :: p != H -> w[p].count++ :: else fi; took_effect(p)
                        :: else -> drop(p)
                        fi
                };
                if
                :: wd && anchor == p -> wd = 0; elect(); goto again
                :: wd && anchor != p -> wd = 0; goto again
                :: else -> REPLY(OK)
                fi
        :: else ->
                STEP { /* a new grant; its first handle is counted before the reply */
                        w[p].tag++;
                        w[p].dead = 0;
                        CLEAR_FLAGS(p) BORN(p);
                        granted[p] = 1;
                        slot[p] = sobj;
#ifdef M_CLIENT_COUNTS
                        w[p].count = 0
#else
                        w[p].count = 1;
                        took_effect(p)
#endif
                };
#ifdef M_SHARE_LATE
                STEP { if :: anchor != p -> share(anchor) :: else fi };
#endif
                REPLY(OK)
        fi
}

inline serve_create() {
        STEP {
                nobj++;
                sobj = nobj;
                anchor = p;
                granted[p] = 1;
                slot[p] = sobj;
                w[p].tag++;
                w[p].dead = 0;
                w[p].count = 1;
                w[p].report = 1;
                w[p].shared = 0 BORN(p);
#ifndef M_NO_BUMP
                gen++;
#endif
                absent();
                cur = sobj;
                over = 0;
                FORALL(ZERO);
                took_effect(p);
                printf("server: P%d made object %d\n", p, sobj)
        };
        REPLY(OK)
}

inline serve_collision() {
        STEP {
                LOOK;
                if :: !wd && p != H -> assert(!over && G > 0) :: else fi /* A3 */
        };
        if
        :: wd -> atomic { drop(anchor); wd = 0 }; elect(); goto again
        :: else -> REPLY(COLLISION)
        fi
}

/* Only a hint: what counts is the word. The answer comes after the object's fate is settled. */
inline serve_release() {
        if
        :: sobj != 0 && granted[p] ->
                STEP {
                        see(p);
#ifdef M_RELEASE_TRUSTED
                        if :: !wd -> make_dead(p) :: else fi;
                        wd = 1
#endif
                };
                if
                :: wd -> atomic { drop(p); wd = 0 }; if :: anchor == p -> elect() :: else fi
                :: else -> oc = 0
                fi
        :: else
        fi;
        if :: s -> REPLY(OK) :: else fi
}

#define DISCARD(t) :: atomic { OWN(t) == p && nempty(req[t]) -> req[t]?_, _ }

/* Process p has died: what it sent and was not read is dropped, its grant goes. */
inline serve_death() {
        do
        DISCARD(0)
#if NT > 1
        DISCARD(1)
#endif
#if NT > 2
        DISCARD(2)
#endif
#if NT > 3
        DISCARD(3)
#endif
        :: else -> break
        od;
        if
        :: sobj != 0 && granted[p] ->
                drop(p);
                if
                :: anchor == p ->
#ifndef M_DEATH_NO_ELECT
                        elect()
#else
                        anchor = NONE;
                        sobj = 0
#endif
                :: else
                fi
        :: else
        fi;
        d_step {
                died[p] = 1;
                if :: Gp[p] > 0 -> Gp[p] = 0; CHECK_OVER :: else fi;
                /* Nobody sees these again: fewer states. */
                w[p].dead = 1;
                w[p].count = 0;
                w[p].tag = 0;
                CLEAR_FLAGS(p);
                c[p].kind = 0;
                c[p].gen = 0;
                c[p].tag = 0;
                c[p].obj = 0;
                hnd[p] = 0;
                slot[p] = 0;
                p = 0;
                serving = 0
        }
}

proctype Server()
{
        byte t, p, i, oc, hops;
        mtype m;
        bit wd, s;

end:
        do
        :: atomic {
                if
                :: req[0]?m, s -> t = 0
#if NT > 1
                :: req[1]?m, s -> t = 1
#endif
#if NT > 2
                :: req[2]?m, s -> t = 2
#endif
#if NT > 3
                :: req[3]?m, s -> t = 3
#endif
#ifdef HOSTILE
                :: !died[H] && hops < HOPS -> m = OPEN; hops++; t = H
                :: !died[H] && hops < HOPS -> m = CREATE; hops++; t = H
                :: !died[H] && hops < HOPS -> m = RELEASE; hops++; t = H
#endif
                fi;
#ifdef HOSTILE
                if :: t == H -> p = H :: else -> p = OWN(t) fi;
#else
                p = OWN(t);
#endif
                serving = 1
           };
#ifdef M_REPLY_FIRST
                if :: m == RELEASE && s -> REPLY(OK); s = 0 :: else fi;
#endif
again:
                if
                :: m == OPEN && sobj != 0 -> serve_open()
                :: m == OPEN && sobj == 0 ->
                        STEP { if :: p != H -> absent() :: else fi };
                        REPLY(NOTFOUND)
                :: m == CREATE && sobj != 0 -> serve_collision()
                :: m == CREATE && sobj == 0 -> serve_create()
                :: m == RELEASE -> serve_release()
                fi;
                atomic {
#ifdef HOSTILE
                        if :: Gp[H] > 0 && !granted[H] -> Gp[H] = 0; CHECK_OVER :: else fi;
#endif
                        t = 0;
                        p = 0;
                        m = 0;
                        s = 0;
                        wd = 0;
                        oc = 0;
                        serving = 0
                }
#if KILLS > 0
        :: atomic {
                if
                :: dying[0] && !died[0] -> p = 0
                :: dying[1] && !died[1] -> p = 1
#if NP > 2
                :: dying[2] && !died[2] -> p = 2
#endif
                fi;
                serving = 1
           };
                serve_death()
#endif
#ifdef TRIM
        /* A parked grant is taken back, as a limit demands. */
        :: d_step {
                granted[1] && anchor != 1 && !w[1].dead && w[1].count == 0 -> make_dead(1)
           }
#endif
        od
}
