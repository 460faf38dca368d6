/*
 * The voting rules of one channel, one view after another: agreement, and what it rests on, over more views than
 * simplex.pml can hold. Read rules.pml first.
 *
 * Why view after view is enough. Take any history of simplex.pml and put its votes in another order: all of view 1
 * first, then all of view 2, and so on, those of one view in the order in which they were. Every vote may still be cast:
 *   notarize(v) asks for certificates of earlier views, which are all there by now; for being in view v, which asks for
 *       a certificate of view v - 1 or, after a restart, for an own vote in v; and for own votes of view v that are
 *       absent, which only votes of v before it can change.
 *   nullify(v) asks for being in view v, and for own votes of view v that are absent.
 *   finalize(v) asks for the notarization of v, whose votes were before it and are of view v, and for the absence of an
 *       own nullify(v), likewise.
 * Within one view all notarize votes may come first, because only an own nullify, which comes later then, stands in their
 * way. The votes of the two histories are the same, and so are the certificates that they make and the blocks that are
 * final: what is wrong in one is wrong in the other. That a restart takes a validator back to an earlier view is covered:
 * whatever it votes there was in its place in this order already.
 *
 * Once a view is over, later ones ask only which certificates it left. So its single votes are forgotten, and that makes
 * the model small. check.sh compares the certificates that both models reach, for as many views as simplex.pml can do.
 */
#include "rules.pml"

/* What a view left: whether its proposals 0 and 1 are notarised (bits 0 and 1), it is nullified (2), they are final (3, 4). */
byte left[VIEWS + 1];
#define NOTARIZED(v, x) ((left[v] >> (x)) & 1)
#define NULLIFIED(v) ((left[v] >> 2) & 1)
#define FINALIZED(v, x) ((left[v] >> (3 + (x))) & 1)

/* The view that votes are cast in. */
byte view = 1;

/* Votes in this view: how many honest validators cast notarize for each proposal, nullify, and finalize for each. */
hidden byte notarize[2], nullify, finalize[2];
hidden byte i, x, p, other, gap, candidate, walker, ok, again, first;
/* What the validator does whose turn it is. */
hidden byte choice;

#ifdef SUMMARIZE
hidden int summary;
#endif

/* Any parent that rule 4 accepts, with a new block or the parent's own. Void where the choice is not allowed. */
inline settleProposal(q) {
    candidate = 0;
    do
    :: candidate + 1 < FIRST(view) -> candidate++
    :: break
    od;
    if
    :: again = 0
    :: candidate > 0 -> again = 1
    fi;
    ok = (candidate == 0 -> 1 : NOTARIZED(VIEW_OF(candidate), (candidate - 1) % 2));
#ifndef CANARY_IGNORE_GAP
    gap = VIEW_OF(candidate) + 1;
    do
    :: gap < view -> ok = ok && NULLIFIED(gap); gap++
    :: else -> break
    od;
#endif
    if
    :: ok ->
        parent[q] = candidate + 1;
        repeats[q] = again;
        block[q] = (again -> block[candidate] : q)
    :: else -> skip
    fi
}

/*
 * Honest validators differ in nothing but their number, and what one casts at the end of a view does not depend on what
 * it cast at its beginning. So the choices are numbered, and nobody makes one below that of the validator before it.
 */
#define OPTION(number, condition) (choice <= (number) && (condition)) -> choice = number

/* Rule 4: what each honest validator notarises: none (0), one of the view's proposals (1, 2) or, by a canary, both (3). */
inline notarizeVotes() {
    choice = 0;
    i = 0;
    do
    :: i < HONEST ->
        if
        :: OPTION(0, true)
        :: OPTION(1, parent[first] != 0)
        :: OPTION(2, parent[first + 1] != 0)
#if defined(CANARY_TWO_NOTARIZE) || defined(CANARY_FORGET)
        :: OPTION(3, parent[first] != 0 && parent[first + 1] != 0)
#endif
        fi;
        notarize[0] = notarize[0] + (choice & 1);
        notarize[1] = notarize[1] + (choice >> 1);
        i++
    :: else -> break
    od;
    choice = 0;
    left[view] = (notarize[0] >= NEEDED) + 2 * (notarize[1] >= NEEDED)
}

/* Rules 5 and 6: each honest validator does nothing (0), finalises (1, 2), gives up (4) or, by a canary, both. */
inline closingVotes() {
    choice = 0;
    i = 0;
    do
    :: i < HONEST ->
        if
        :: OPTION(0, true)
        :: OPTION(1, NOTARIZED(view, 0))
        :: OPTION(2, NOTARIZED(view, 1))
        :: OPTION(4, true)
#if defined(CANARY_FINALIZE_AFTER_NULLIFY) || defined(CANARY_FORGET)
        :: OPTION(5, NOTARIZED(view, 0))
        :: OPTION(6, NOTARIZED(view, 1))
#endif
#if defined(CANARY_FORGET)
        :: OPTION(7, NOTARIZED(view, 0) && NOTARIZED(view, 1))
#endif
        fi;
        RULE(choice <= 4);
        finalize[0] = finalize[0] + (choice & 1);
        finalize[1] = finalize[1] + ((choice >> 1) & 1);
        nullify = nullify + (choice >> 2);
        i++
    :: else -> break
    od;
    choice = 0;
    left[view] = left[view] + 4 * (nullify >= NEEDED) + 8 * (finalize[0] >= NEEDED) + 16 * (finalize[1] >= NEEDED)
}

/* Agreement: of any two final blocks, one is an ancestor of the other. */
inline checkAgreement() {
    RULE(!(NOTARIZED(view, 0) && NOTARIZED(view, 1)));
    RULE(!(NULLIFIED(view) && (FINALIZED(view, 0) || FINALIZED(view, 1))));
    x = 0;
    do
    :: x < 2 ->
        if
        :: FINALIZED(view, x) ->
            p = first + x;
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
        x++
    :: else -> break
    od
}

/* What nobody can ask for again: a proposal without a notarization. Its block may live on in one that repeats it. */
inline forgetUnnotarized() {
    x = 0;
    do
    :: x < 2 ->
        if
        :: NOTARIZED(view, x) == 0 ->
            parent[first + x] = 0; repeats[first + x] = 0; block[first + x] = first + x
        :: else -> skip
        fi;
        x++
    :: else -> break
    od
}

inline reportSummary() {
#ifdef SUMMARIZE
    summary = 0;
    x = VIEWS;
    do
    :: x > 0 -> summary = summary * 32 + left[x]; x--
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
        do
        :: p < PROPOSALS -> block[p] = p; p++
        :: else -> break
        od;
        p = 0;
        /* The genesis is final, and whoever starts is in view 1. */
        left[0] = 8
    }
    do
    :: view <= VIEWS && (left[view - 1] & 31) != 0 ->
        atomic {
            first = FIRST(view);
            settleProposal(first);
            settleProposal(first + 1);
            /* A vote names a block: two proposals of one block are one. */
            if
            :: parent[first] != 0 && parent[first + 1] != 0 && block[first] == block[first + 1] ->
                parent[first + 1] = 0; repeats[first + 1] = 0; block[first + 1] = first + 1
            :: else -> skip
            fi;
            notarizeVotes();
            closingVotes();
            checkAgreement();
            forgetUnnotarized();
            reportSummary();
            view++;
            notarize[0] = 0; notarize[1] = 0; nullify = 0; finalize[0] = 0; finalize[1] = 0;
            i = 0; x = 0; p = 0; other = 0; gap = 0; candidate = 0; walker = 0; ok = 0; again = 0; first = 0
        }
    :: else -> break
    od
}
