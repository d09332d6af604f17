/*
 * The client's half of grant.pml: what libzw does in one thread. grant_word_count_up() and
 * grant_word_close() of proto/grant-word.c are the two d_steps on w[p] here.
 */

#if defined(M_NO_TAG)
#define MAY_COUNT(q, tg) (!w[q].dead)
#elif defined(M_IGNORE_DEAD)
#define MAY_COUNT(q, tg) (w[q].tag == tg)
#else
#define MAY_COUNT(q, tg) (!w[q].dead && w[q].tag == tg)
#endif

#ifdef M_NO_VALIDATE
#define UNCHANGED true
#else
#define UNCHANGED (gen == g)
#endif

#ifdef M_NEVER_WAIT
#define WAIT false
#else
#define WAIT b
#endif

inline remember(a_kind, a_gen) {
        c[p].kind = a_kind;
        c[p].gen = a_gen;
        if
        :: a_kind == 1 -> c[p].tag = w[p].tag; c[p].obj = slot[p]
        :: else -> c[p].tag = 0; c[p].obj = 0
        fi
}

/* The last handle of the anchor is closed: DEAD, and b says whether the report is waited for. */
inline die_reporting() {
        b = w[p].shared;
        k = 1;
        w[p].count = 0;
#ifndef M_ANCHOR_PARKS
        w[p].dead = 1;
        CLEAR_FLAGS(p)
#endif
}

inline close_silently() {
        w[p].count--;
        k = 0;
        returned(p, o)
}

inline begin_close() {
        hnd[p]--;
        Dp[p]--;
        o = slot[p];
        assert(!w[p].dead && w[p].count > 0) /* A4 */
}

/* Takes one handle off the word; k = 1 if that must be reported. */
inline close_word() {
#if defined(M_SPLIT_CLOSE)
        d_step { WANTED(3) && hnd[p] > 0 -> begin_close(); w[p].count-- };
        d_step {
                if
                :: w[p].count == 0 && w[p].report -> die_reporting()
                :: else -> k = 0; returned(p, o)
                fi
        }
#elif defined(M_LOOK_FIRST)
        d_step { WANTED(3) && hnd[p] > 0 -> begin_close(); g = w[p].report };
        d_step {
                if
                :: w[p].count == 1 && g -> die_reporting()
                :: else -> close_silently()
                fi
        }
#else
        d_step {
                WANTED(3) && hnd[p] > 0 ->
                begin_close();
                if
                :: w[p].count == 1 && w[p].report -> die_reporting()
                :: else -> close_silently()
                fi;
                printf("P%d: close, count %d\n", p, w[p].count)
        }
#endif
}

proctype Thread(byte t; byte p)
{
        BUDGET;
        byte k, g, tg, o; /* of the cache entry; in a close, k says whether to report */
        mtype st;
        bit b;

        {
        do
        :: atomic { MAY_GO_ON; busy[t] = 1 };
                if
                /* Open. */
                :: d_step {
                        WANTED(1) -> k = c[p].kind; g = c[p].gen; tg = c[p].tag; o = c[p].obj
                   };
                        if
                        :: atomic {
                                k == 2 && UNCHANGED ->
                                absent();
                                printf("P%d: not found, no message\n", p);
                                goto done
                           }
                        :: k == 1 && UNCHANGED
                        :: k == 0 || !UNCHANGED -> goto ask
                        fi;
                        d_step { /* compare-and-swap: one more, tag as cached, not DEAD */
                                if
                                :: MAY_COUNT(p, tg) ->
                                        w[p].count++;
                                        assert(slot[p] == o); /* A5 */
                                        printf("P%d: open, no message, count %d\n", p, w[p].count);
                                        took_effect(p);
                                        hnd[p]++;
                                        b = 1
                                :: else -> b = 0
                                fi
                        };
                        if :: b -> goto done :: else fi;
ask:
                        atomic { k = 0; g = 0; tg = 0; o = 0; b = 0; req[t]!OPEN, 1 };
                        atomic {
                                rep[t]?st, g;
                                if
                                :: st == OK ->
                                        hnd[p]++;
                                        remember(1, g);
#ifdef M_CLIENT_COUNTS
                                        w[p].count++;
                                        took_effect(p)
#endif
                                :: else -> remember(2, g)
                                fi
                        }
                /* Create. */
                :: WANTED(2) -> req[t]!CREATE, 1;
                        atomic {
                                rep[t]?st, g;
                                if
                                :: st == OK -> hnd[p]++; remember(1, g)
                                :: else
                                fi
                        }
                /* Close. */
                :: close_word();
                        if
                        :: k == 0
                        :: atomic {
                                k == 1 && !WAIT ->
                                returned(p, o);
                                printf("P%d: close returned, Release sent\n", p)
                           };
                                req[t]!RELEASE, 0
                        :: k == 1 && WAIT ->
                                req[t]!RELEASE, 1;
                                atomic {
                                        rep[t]?st, g;
                                        returned(p, o);
                                        printf("P%d: close returned, Release answered\n", p)
                                }
                        fi
#ifdef PLAN0
                :: WANTED(3) && hnd[p] == 0
#endif
                fi;
done:
                atomic { k = 0; g = 0; tg = 0; o = 0; st = 0; b = 0; busy[t] = 0; SPENT }
        :: else -> break
        od
        } unless { dying[p] }
}
