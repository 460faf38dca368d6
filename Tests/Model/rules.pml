/*
 * What both models of the voting rules share: see docs/model.md. The rules are those of Sources/Consensus/Simplex.
 *
 * Four validators, f = 1, quorum 3. One is Byzantine and has no state here: it signs every statement that there is, for
 * anyone who asks. So a certificate can exist as soon as quorum - 1 = 2 honest validators have cast its vote, and
 * whether an honest validator sees it, and when, is left open: it may act on a certificate that can exist, and never
 * has to. That covers every loss, delay, repetition and order of messages, every vote that is shown to some and not to
 * others, and certificates that the Byzantine validator makes and keeps. No rule asks that a certificate is absent, so
 * nothing is lost by not remembering who has seen which.
 *
 * Leaders have no state either: in every view there may be two proposals, on any parent that the rules allow, shown to
 * any validator in any order, as though every leader were Byzantine. Two are enough: a third one's votes come from one
 * honest validator at most, which notarises nothing and binds only the one that cast it.
 *
 * Canaries break a rule on purpose. The checker has to find what comes of it:
 *   CANARY_FINALIZE_AFTER_NULLIFY   finalize is cast although nullify was
 *   CANARY_FORGET                   a restart forgets the votes of views that are not final
 *   CANARY_QUORUM_OF_TWO            two votes make a certificate
 *   CANARY_IGNORE_GAP               a parent is accepted though a view between is not nullified
 *   CANARY_TWO_NOTARIZE             a second notarize vote in one view
 *
 * ONLY_AGREEMENT leaves out the assertions about single votes, so that a canary has to reach two conflicting final
 * blocks rather than the contradiction that leads to them.
 */

#ifndef VIEWS
#define VIEWS 2
#endif

#define HONEST 3

/* Honest votes that are enough for a certificate, with the Byzantine validator's own. */
#ifdef CANARY_QUORUM_OF_TWO
#define NEEDED 1
#else
#define NEEDED 2
#endif

/*
 * Proposals are numbered: 0 is the genesis, 2v - 1 and 2v are the two of view v.
 * parent[p] is the proposal that p stands on plus 1, and 0 while nobody has seen p.
 * repeats[p] says that p proposes the very block of its parent again; otherwise it proposes a new block on it.
 * block[p] is the proposal that first had the block of p: what a digest is to the implementation.
 */
#define PROPOSALS (2 * VIEWS + 1)
#define FIRST(v) (2 * (v) - 1)
#define VIEW_OF(p) (((p) + 1) / 2)

byte parent[PROPOSALS];
bit repeats[PROPOSALS];
byte block[PROPOSALS];

/* Whether the block of `low` is the block of `high` or an ancestor of it. Sets `answer`. */
inline isAncestor(low, high, answer) {
    walker = high;
    do
    :: block[walker] == block[low] -> answer = 1; break
    :: block[walker] != block[low] && walker == 0 -> answer = 0; break
    :: else -> walker = parent[walker] - 1
    od
}

#ifdef ONLY_AGREEMENT
#define RULE(condition) skip
#else
#define RULE(condition) assert(condition)
#endif
