/*
 * The grant protocol of ntobjd, for the model checker spin.
 *
 * What it is about. A temporary object's name goes the moment its last handle is closed, in whatever
 * process; yet closing one of several handles, and opening a name again that this process had before,
 * send no message. So the count of handles lives in one word per grant (proto/grant-word.h) that the
 * process and the server both change, and one grant of each object, its anchor, reports when its
 * count reaches 0. This file shows that nobody ever sees a wrong answer from that.
 *
 * What is modelled. One name; NP processes with one thread each (EXTRA: that many more in process 0;
 * PAIRS: two in each); one server. Every thread does up to OPS operations (open, create, close), or all
 * together up to TOTAL, or each follows a PLAN; it may stop after any of them. Up to KILLS processes die
 * at any moment. A process has one slot for a grant; a freed slot is used again at once, under the next
 * tag. Every access to a shared word is one indivisible step (d_step, atomic), and anything may come in
 * between. Messages are delayed at will, in order per thread.
 *
 * What is not, because it does less than what is. A process with two grants on an object (two sets of
 * rights) is two processes here. A client without a page is a process whose words only the server
 * changes. An heir, made for a fork, is a process whose first open the server does for it. Letting a
 * parked grant go is TRIM, whoever asks for it. A handle that the server closes for another process (the
 * source of a duplicate) is a close whose report arrives at once. An election asks the grants in another order, which the
 * symmetry of the processes makes up for.
 *
 * What is checked. Ghost variables, which no process reads, keep two counts of handles: D counts one
 * from the moment its open takes effect until its close BEGINS, G until its close has RETURNED (in a
 * killed process: D until the kill, G until the server is through with the death). The object is
 * `over` when it has had its last close: G was 0, or someone was told "not found", or the name was
 * made anew.
 *   A1  an open takes effect only on the object that has the name, and never when that one is `over`
 *   A2  "not found" (from the server, or by libzw alone) and a successful create happen while D == 0 only
 *   A3  a name collision is reported only while the object is not `over`
 *   A4  a grant becomes DEAD only when its process has no handle on it, and none is counted on it after
 *   A5  a cached grant number never leads to another object than the one it was cached for
 *   A6  at rest: D == 0 exactly when the server has no object (nothing leaked, nothing lost); if it has
 *       one, exactly one grant reports, it is the anchor, and its count is above 0; every count is the
 *       number of its process's handles
 * A1 to A3 give each operation a point of effect between its call and its return, so together they are
 * linearizability. That nobody waits for ever spin checks by itself ("invalid end state").
 *
 * ALL_REPORT: every grant reports, and is waited for, from its birth: so it is with Files, and with
 * sections of files, whose end must be exact although nobody looks them up. Then also:
 *   A7  when the last close has returned, and when a killed process's death is through, the server
 *       has no object; and at rest every grant has a handle
 *
 * HOSTILE: the last process runs no libzw. Whatever the server reads in its page is arbitrary at every
 * read, and it sends HOPS requests of any kind at any time. Then A1 to A5 must hold for the others, and
 * A6 but for what the hostile one holds on to.
 *
 * Mutations. Each M_ switch leaves out one thing that the protocol claims to need; tests/model/check
 * fails unless spin finds the harm. Two are worth knowing:
 *   M_ELECT_NO_SHARED (an election sets REPORT without SHARED) needs three processes and seven
 *     operations: A creates; B opens; C opens and closes, so that C's grant is parked; A closes, and the
 *     election makes B the anchor without looking as far as C; B closes and, believing itself alone,
 *     does not wait; C opens again from its cache and gets an object that is over. With two processes
 *     nothing happens: whoever could hold a parked grant beside the new anchor is the process whose end
 *     caused the election.
 *   M_SPLIT_CLOSE (decrement first, then look at the flag) needs a slot that is used again between the
 *     two steps: the late look takes the report of the new grant's close from the thread that should
 *     have waited for it. If the second step compared the tag, no harm was found at any bound tried;
 *     the other order, M_LOOK_FIRST, is wrong in every way.
 *
 * Run: tests/model/check. By hand: spin -DNP=2 -DOPS=3 -a grant.pml && gcc -O1 -DSAFETY -DCOLLAPSE
 * -o pan pan.c && ./pan -m100000; after an error, spin -t -DNP=2 -DOPS=3 grant.pml tells the story.
 */

#ifndef NP
#define NP 3
#endif
#define NONE 7 /* no process */

#ifdef HOSTILE
#define H      (NP - 1)
#define HONEST (NP - 1)
#define STEP   atomic /* a choice inside, which d_step cannot have */
#else
#define H      99
#define HONEST NP
#define STEP   d_step
#endif

/* Which process a thread belongs to. */
#ifndef EXTRA
#define EXTRA 0
#endif
#ifdef PAIRS
#define NT     (2 * HONEST)
#define OWN(t) ((t) / 2)
#else
#define NT     (HONEST + EXTRA)
#define OWN(t) ((t) <= EXTRA -> 0 : (t) - EXTRA)
#endif

/*
 * How much happens. A plan is a number whose digits, from the right, are what one thread does: 1 open,
 * 2 create, 3 close (nothing if there is no handle). It reaches deep into one story.
 */
#if defined(PLAN0)
#define PLAN(t)    ((t) == 0 -> PLAN0 : ((t) == 1 -> PLAN1 : PLAN2))
#define BUDGET     int plan = PLAN(t)
#define MAY_GO_ON  plan > 0
#define SPENT      plan = plan / 10
#define WANTED(op) (plan % 10 == op)
#elif defined(TOTAL)
byte left = TOTAL;
#define BUDGET     skip
#define MAY_GO_ON  left > 0 -> left--
#define SPENT      skip
#define WANTED(op) true
#else
#ifndef OPS
#define OPS 3
#endif
#define BUDGET     byte n
#define MAY_GO_ON  n < OPS -> n++
#define SPENT      skip
#define WANTED(op) true
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef HOPS
#define HOPS 4
#endif
/* The protocol bumps a name's counters on removal for the sake of paths (path.pml); here both work. */
#ifndef BUMP_ON_REMOVAL
#define BUMP_ON_REMOVAL 0
#endif

mtype = { OPEN, CREATE, RELEASE, OK, NOTFOUND, COLLISION };

/* Shared memory: the word of each process's grant, and the name's counter in the generation page. */
typedef Word {
        bit dead;
        bit report;
        bit shared;
        byte tag;
        byte count
}
Word w[NP];
byte gen;

chan req[NT] = [2] of { mtype, bit };  /* the bit: an answer is waited for */
chan rep[NT] = [1] of { mtype, byte }; /* the byte: the counter's value */

/* The server's own records. */
bit granted[NP];    /* slot p is a grant on the object that has the name */
byte anchor = NONE; /* the process whose grant reports */
byte sobj;          /* number of the object that has the name; 0: none */
byte nobj;          /* the last number given */

/* libzw, per process: what it knows of the name, and its handles. */
typedef Cache {
        byte kind; /* 0 nothing, 1 a grant, 2 "not found" */
        byte gen;
        byte tag;
        byte obj   /* ghost */
}
Cache c[NP];
byte hnd[NP];

/* Ghost. */
bit dying[NP], died[NP]; /* killed; the server is through with it */
byte slot[NP];           /* the object that slot p is a grant on */
byte cur;                /* the object of which D and G speak */
byte Gp[NP], Dp[NP];
bit over;
bit busy[NT], serving;

#if NP == 2
#define G         (Gp[0] + Gp[1])
#define D         (Dp[0] + Dp[1])
#define FORALL(X) X(0); X(1)
#else
#define G         (Gp[0] + Gp[1] + Gp[2])
#define D         (Dp[0] + Dp[1] + Dp[2])
#define FORALL(X) X(0); X(1); X(2)
#endif
#define ZERO(i)      Gp[i] = 0; Dp[i] = 0
#ifdef ALL_REPORT
#define CHECK_OVER   if :: G == 0 -> over = 1; assert(sobj == 0) /* A7 */ :: else fi
#else
#define CHECK_OVER   if :: G == 0 -> over = 1 :: else fi
#endif
#define CLEAR_FLAGS(i) w[i].report = 0; w[i].shared = 0

/* What the word of a new grant says beside its count. */
#if !defined(ALL_REPORT)
#define BORN(i)
#elif defined(M_BORN_UNSHARED)
#define BORN(i) ; w[i].report = 1
#else
#define BORN(i) ; w[i].report = 1; w[i].shared = 1
#endif

/* An open or create by process q takes effect, on the object of its slot. */
inline took_effect(q) {
        if
        :: q == H -> Gp[q] = 1 /* it holds the object for as long as it has the grant */
        :: else ->
                assert(slot[q] == cur && !over); /* A1 */
                Gp[q]++;
                if :: !dying[q] -> Dp[q]++ :: else fi
        fi
}

/* A close by process q, of a handle on object o, has returned. */
inline returned(q, o) {
        if
        :: o == cur && Gp[q] > 0 -> Gp[q]--; CHECK_OVER
        :: else
        fi
}

/* Somebody is told that there is no such name. */
inline absent() {
        assert(D == 0); /* A2 */
        over = 1
}

#include "grant-client.pml"
#include "grant-server.pml"

#if KILLS > 0
#define KILL(i) \
        :: d_step { !dying[i] -> dying[i] = 1; n++; Dp[i] = 0; printf("P%d is killed\n", i) }

proctype Killer()
{
        byte n;

        do
        :: n < KILLS ->
                if
                KILL(0)
                KILL(1)
#if NP > 2
                KILL(2)
#endif
                :: break
                fi
        :: else -> break
        od
}
#endif

#define REPORTS(i) (granted[i] && w[i].report)
#define HONEST_COUNT(i) \
        assert(dying[i] || i == H || !granted[i] || \
                        (w[i].count == hnd[i] && Dp[i] == hnd[i] && !w[i].dead))
#define HAS_HANDLE(i) assert(!granted[i] || dying[i] || (w[i].report && hnd[i] > 0))
#define ANCHOR_HOLDS \
        (granted[anchor] && !dying[anchor] && !w[anchor].dead && w[anchor].report && \
                w[anchor].count > 0)
#define RESTS(t) (dying[OWN(t)] || (!busy[t] && empty(req[t])))
#if NT == 1
#define ALL_REST RESTS(0)
#elif NT == 2
#define ALL_REST (RESTS(0) && RESTS(1))
#elif NT == 3
#define ALL_REST (RESTS(0) && RESTS(1) && RESTS(2))
#else
#define ALL_REST (RESTS(0) && RESTS(1) && RESTS(2) && RESTS(3))
#endif
#if NP == 2
#define ALL_DIED  (dying[0] == died[0] && dying[1] == died[1])
#define N_REPORTS (REPORTS(0) + REPORTS(1))
#else
#define ALL_DIED  (dying[0] == died[0] && dying[1] == died[1] && dying[2] == died[2])
#define N_REPORTS (REPORTS(0) + REPORTS(1) + REPORTS(2))
#endif

/* A6, whenever all rest. */
proctype Monitor()
{
end:
        do
        :: d_step {
                !serving && ALL_REST && ALL_DIED ->
                assert(!(D > 0 && sobj == 0));
#ifdef HOSTILE
                assert(!(D == 0 && sobj != 0) || granted[H]);
                assert(!dying[H] || !granted[H]);
                assert(sobj == 0 || anchor == H || ANCHOR_HOLDS);
#else
                assert(!(D == 0 && sobj != 0));
                assert(sobj == 0 || (anchor != NONE && ANCHOR_HOLDS));
#ifdef ALL_REPORT
                FORALL(HAS_HANDLE); /* A7 */
#else
                assert(sobj == 0 || N_REPORTS == 1);
#endif
                assert(sobj == 0 || G == D);
#endif
                FORALL(HONEST_COUNT)
           }
        od
}

init {
        atomic {
                byte i;

                for (i : 0 .. NP - 1) {
                        w[i].dead = 1
                }
                i = 0;
                run Server();
                run Monitor();
                run Thread(0, OWN(0));
#if NT > 1
                run Thread(1, OWN(1));
#endif
#if NT > 2
                run Thread(2, OWN(2));
#endif
#if NT > 3
                run Thread(3, OWN(3));
#endif
#if KILLS > 0
                run Killer()
#endif
        }
}
