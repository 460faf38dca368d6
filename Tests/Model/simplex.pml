/*
 * The voting rules of one channel, validator by validator and step by step: agreement, and rule 9, in every
 * interleaving of VIEWS views. Read rules.pml first.
 */
#include "rules.pml"

/*
 * All that an honest validator remembers is one number: for each view 6 bits, and above them the view that it is in.
 *   bits 0-1  the proposals of the view that it has cast notarize for (a set: rule 9 allows one)
 *   bit  2    it has cast nullify
 *   bits 3-4  the proposals that it has cast finalize for; bit 5 is unused
 * Votes are on disk before they are on the wire, and the wire may lose them: a vote that was stored and not sent is one
 * that nobody has seen, and a vote that was neither stored nor sent was not cast. So one set serves as memory and wire,
 * but for the canary that forgets.
 */
#define SHIFT(v) (6 * ((v) - 1))
#define NOTARIZE(v, x) (1 << (SHIFT(v) + (x)))
#define NULLIFY(v) (4 << SHIFT(v))
#define FINALIZE(v, x) (8 << (SHIFT(v) + (x)))
#define OF_VIEW(v) (63 << SHIFT(v))
#define CURRENT(s) ((s) >> (6 * VIEWS))
#define VOTES(s) ((s) & ((1 << (6 * VIEWS)) - 1))
#define IN_VIEW(s, v) (VOTES(s) | ((v) << (6 * VIEWS)))

int memory[HONEST];
#ifdef CANARY_FORGET
int wire[HONEST];
#else
#define wire memory
#endif

#define HAS(i, vote) ((wire[i] & (vote)) != 0)
#define CERTIFIED(vote) (HAS(0, vote) + HAS(1, vote) + HAS(2, vote) >= NEEDED)
#define NOTARIZED(v, x) CERTIFIED(NOTARIZE(v, x))
#define NULLIFIED(v) CERTIFIED(NULLIFY(v))
#define FINALIZED(v, x) CERTIFIED(FINALIZE(v, x))
#define HAS_CERTIFICATE(v) (NOTARIZED(v, 0) || NOTARIZED(v, 1) || NULLIFIED(v) || FINALIZED(v, 0) || FINALIZED(v, 1))

/* Scratch space within one step: reset after it, and no part of a state. */
hidden byte i, v, x, p, other, gap, candidate, walker;
hidden int swap;
hidden byte ok, again;

/* Where a choice turns out not to be allowed, nothing has changed yet, and the step is void. */
#define REQUIRE(condition) if :: (condition) -> skip :: else -> goto done fi

/* Rule 4's question about a parent: notarised (or the genesis), with a nullification for every view between. */
inline judgeParent(v, candidate, answer) {
    answer = (candidate == 0 -> 1 : NOTARIZED(VIEW_OF(candidate), (candidate - 1) % 2));
#ifndef CANARY_IGNORE_GAP
    gap = VIEW_OF(candidate) + 1;
    do
    :: gap < v -> answer = answer && NULLIFIED(gap); gap++
    :: else -> break
    od
#endif
}

/* The first vote for a proposal settles what it says: any parent that rule 4 accepts now, a new block or the same. */
inline settleProposal(v, p) {
    if
    :: parent[p] != 0 -> candidate = parent[p] - 1; again = repeats[p]
    :: parent[p] == 0 ->
        candidate = 0;
        do
        :: candidate + 1 < FIRST(v) -> candidate++
        :: break
        od;
        if
        :: again = 0
        :: candidate > 0 -> again = 1
        fi
    fi
}

inline cast(i, v, vote) {
    wire[i] = wire[i] | (vote);
#ifdef CANARY_FORGET
    memory[i] = memory[i] | (vote);
#endif
    /* Rule 9, on what others can see. */
    RULE(!(HAS(i, NOTARIZE(v, 0)) && HAS(i, NOTARIZE(v, 1))));
    RULE(!(HAS(i, NULLIFY(v)) && (HAS(i, FINALIZE(v, 0)) || HAS(i, FINALIZE(v, 1)))));
    RULE(!(HAS(i, FINALIZE(v, 0)) && HAS(i, FINALIZE(v, 1))));
    /* What rule 9 is for. */
    RULE(!(NOTARIZED(v, 0) && NOTARIZED(v, 1)));
    RULE(!(NULLIFIED(v) && (FINALIZED(v, 0) || FINALIZED(v, 1))))
}

/* Agreement: of any two final blocks, one is an ancestor of the other. */
inline checkAgreement() {
    p = 1;
    do
    :: p < PROPOSALS ->
        if
        :: FINALIZED(VIEW_OF(p), (p - 1) % 2) ->
            other = 1;
            do
            :: other < p ->
                if
                :: FINALIZED(VIEW_OF(other), (other - 1) % 2) ->
                    isAncestor(other, p, ok);
                    if
                    :: ok -> skip
                    :: else -> isAncestor(p, other, ok); assert(ok)
                    fi
                :: else -> skip
                fi;
                other++
            :: else -> break
            od
        :: else -> skip
        fi;
        p++
    :: else -> break
    od
}

/* Honest validators differ in nothing but their number, so only sorted states are kept. */
inline exchange(a, b) {
    if
#ifdef CANARY_FORGET
    :: memory[a] > memory[b] || (memory[a] == memory[b] && wire[a] > wire[b]) ->
        swap = memory[a]; memory[a] = memory[b]; memory[b] = swap;
        swap = wire[a]; wire[a] = wire[b]; wire[b] = swap
#else
    :: memory[a] > memory[b] -> swap = memory[a]; memory[a] = memory[b]; memory[b] = swap
#endif
    :: else -> skip
    fi
}

#ifdef SUMMARIZE
hidden int summary;
#endif

/* Which certificates there are, as a number: what the two models are compared by. */
inline reportSummary() {
#ifdef SUMMARIZE
    summary = 0;
    v = VIEWS;
    do
    :: v > 0 ->
        summary = summary * 32 + 8 * FINALIZED(v, 0) + 16 * FINALIZED(v, 1);
        summary = summary + NOTARIZED(v, 0) + 2 * NOTARIZED(v, 1) + 4 * NULLIFIED(v);
        v--
    :: else -> break
    od;
    printf("summary %d\n", summary);
    summary = 0
#else
    skip
#endif
}

active proctype Channel() {
    d_step {
        p = 0;
        do
        :: p < PROPOSALS -> block[p] = p; p++
        :: else -> break
        od;
        i = 0;
        do
        :: i < HONEST -> memory[i] = IN_VIEW(0, 1); i++
        :: else -> break
        od;
        i = 0; p = 0
    }
    do
    :: atomic {
        if :: i = 0 :: i = 1 :: i = 2 fi;
        v = CURRENT(memory[i]);
        if
        /* Rules 5, 7 and 8: a certificate of this view or a later one leads into the view after it. */
        :: v <= VIEWS ->
            do
            :: v < VIEWS -> v++
            :: break
            od;
            REQUIRE(HAS_CERTIFICATE(v));
            memory[i] = IN_VIEW(memory[i], v + 1)
        /* Rule 4: the first valid proposal of the current view, unless the view was given up. */
        :: v <= VIEWS ->
#ifdef CANARY_TWO_NOTARIZE
            REQUIRE((memory[i] & NULLIFY(v)) == 0);
#else
            REQUIRE((memory[i] & (NOTARIZE(v, 0) | NOTARIZE(v, 1) | NULLIFY(v))) == 0);
#endif
            if
            :: x = 0
            :: parent[FIRST(v)] != 0 -> x = 1
            fi;
            p = FIRST(v) + x;
            settleProposal(v, p);
            judgeParent(v, candidate, ok);
            /* A vote names a block: what names the block of the first proposal is the first proposal. */
            REQUIRE(ok && (x == 0 || !again || block[candidate] != block[FIRST(v)]));
            parent[p] = candidate + 1;
            repeats[p] = again;
            block[p] = (again -> block[candidate] : p);
            cast(i, v, NOTARIZE(v, x))
        /* Rule 6: a timer may run out at any time. */
        :: v <= VIEWS ->
            REQUIRE((memory[i] & (NULLIFY(v) | FINALIZE(v, 0) | FINALIZE(v, 1))) == 0);
            cast(i, v, NULLIFY(v))
        /* Rule 5: a notarization of any view, however late it comes. Own notarize or not: a quorum has judged. */
        :: v = 1;
            do
            :: v < VIEWS -> v++
            :: break
            od;
            if :: x = 0 :: x = 1 fi;
            REQUIRE(NOTARIZED(v, x));
#ifdef CANARY_FINALIZE_AFTER_NULLIFY
            REQUIRE((memory[i] & (FINALIZE(v, 0) | FINALIZE(v, 1))) == 0);
#else
            REQUIRE((memory[i] & (NULLIFY(v) | FINALIZE(v, 0) | FINALIZE(v, 1))) == 0);
#endif
            cast(i, v, FINALIZE(v, x));
            checkAgreement()
        /* A crash. Certificates may have been lost with it, so the validator may be back in any view from the last one
           that it has voted in; votes are never lost. */
        :: v > 1 ->
#ifdef CANARY_FORGET
            memory[i] = IN_VIEW(0, v)
#else
            do
            :: v > 1 && (memory[i] & OF_VIEW(v)) == 0 -> v--
            :: break
            od;
            REQUIRE(v < CURRENT(memory[i]));
            memory[i] = IN_VIEW(memory[i], v)
#endif
#ifdef CANARY_FORGET
        :: v == 1 -> memory[i] = IN_VIEW(0, v)
#endif
        fi;
        reportSummary();
        exchange(0, 1); exchange(1, 2); exchange(0, 1);
    done:
        i = 0; v = 0; x = 0; p = 0; other = 0; gap = 0; candidate = 0; swap = 0; ok = 0; again = 0
       }
    od
}
