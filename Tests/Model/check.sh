#!/bin/sh
# Checks the model of the voting rules with SPIN: see docs/model.md. One core, at most 1 GiB of memory.
#
#   Tests/Model/check.sh
#
# MODEL_VIEWS (4) is how many views simplex-views.pml covers: each one more takes about thirty times as long.
set -eu

views=${MODEL_VIEWS:-4}
model=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$model"/*.pml "$work"
cd "$work"

fail() {
    printf 'model: %s\n' "$1" >&2
    exit 1
}

# run MODEL DEFINITION...: the verifier's words in report.txt. Exhaustive: no state is approximated, no depth cut off.
run() {
    name=$1
    shift
    # The preprocessor's definitions for SPIN are words of their own.
    spin "$@" -a "$name.pml" >spin.txt 2>&1 || { cat spin.txt >&2; fail "$name.pml is refused by spin"; }
    # What spin generates indexes arrays by Promela's variables, which worries gcc. -E below: the end of the views is no
    # deadlock.
    gcc -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=1024 ${printing:-} -o pan pan.c
    ./pan -E -m200000 >report.txt 2>&1 || { cat report.txt >&2; fail "the verifier of $name.pml $* failed"; }
    if grep -Eq 'max search depth too small|out of memory|hash array full' report.txt; then
        cat report.txt >&2
        fail "$name.pml $* was not searched to its end"
    fi
}

count() { sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' report.txt; }

holds() {
    run "$@"
    grep -q 'errors: 0$' report.txt || { cat report.txt >&2; fail "$* breaks a rule: see above"; }
    grep -q '^Full statespace search' report.txt || fail "$* was searched in part only"
    printf 'model: %s holds: %s states\n' "$*" "$(count)"
}

breaks() {
    run "$@"
    grep -q 'assertion violated' report.txt || fail "$* breaks a rule, and the model does not see it"
    printf 'model: %s is found\n' "$*"
}

# certificates MODEL DEFINITION...: every set of certificates that can be reached, sorted, in MODEL.txt.
certificates() {
    printing=-DPRINTF
    run "$@" -DSUMMARIZE
    printing=
    sed -n 's/^ *summary \([0-9]*\)$/\1/p' report.txt | sort -u >"$1.txt"
    [ -s "$1.txt" ] || fail "$1.pml names no certificates"
}

command -v spin >/dev/null 2>&1 || fail "there is no 'spin' on the PATH: scripts/prepare --model installs it"

holds simplex -DVIEWS=2
holds simplex-views -DVIEWS="$views"

certificates simplex -DVIEWS=2
certificates simplex-views -DVIEWS=2
cmp simplex.txt simplex-views.txt >&2 || fail "the two models do not reach the same certificates"
printf 'model: both models reach the same %s sets of certificates in 2 views\n' "$(wc -l <simplex.txt)"

for canary in FINALIZE_AFTER_NULLIFY FORGET QUORUM_OF_TWO IGNORE_GAP TWO_NOTARIZE; do
    for name in simplex simplex-views; do
        breaks "$name" -DVIEWS=2 -DCANARY_$canary
        breaks "$name" -DVIEWS=2 -DCANARY_$canary -DONLY_AGREEMENT
    done
done
