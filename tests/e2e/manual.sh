#!/usr/bin/env bash
# The manual pages: one per command, with each of its options; without a fault in the eyes of troff.
source "$(dirname "$0")/lib.sh"
PAGES=$WORK/pages
bash "${FORNIX_SOURCE:?the source folder}/docs/man/pages.sh" "$FORNIX" "$PAGES"

# as_text PAGE: what a reader sees, bold or not; a hyphen is a hyphen.
as_text() { sed -E 's/\\f[BIR]//g; s/\\-/-/g; s/\\\(aq/'"'"'/g; s/\\\(dq/"/g; s/\\\(ga/`/g; s/\\\(ha/^/g; s/\\\(ti/~/g; s/\\&//g; s/\\e/\\/g' "$1"; }

"$FORNIX" --help | sed -n 's/^  \([a-z][a-z0-9]*\)  .*/\1/p' >"$WORK/commands"
checks=$((checks + 1))
grep -qx run "$WORK/commands" || fail "fornix --help lists no commands"
while read -r command; do
    page=$PAGES/man1/fornix-$command.1
    checks=$((checks + 1))
    [[ -s $page ]] || fail "there is no page of fornix $command"
    as_text "$page" >"$WORK/text"
    "$FORNIX" "$command" --help >"$WORK/help"
    while read -r option; do
        checks=$((checks + 1))
        grep -q -e "^$option" "$WORK/text" || fail "fornix-$command(1) lacks $option"
    done < <(grep -oE '^  --[a-z-]+' "$WORK/help")
    # Word for word what the help says.
    sed 's/^usage: fornix [a-z0-9]* *//; s/^Exit status: //' "$WORK/help" | tr -s ' \n' '\n\n' | sort -u >"$WORK/words"
    checks=$((checks + 1))
    tr -s ' \n' '\n\n' <"$WORK/text" | sort -u | comm -13 - "$WORK/words" >"$WORK/lost"
    [[ ! -s $WORK/lost ]] || fail "fornix-$command(1) lost words: $(tr '\n' ' ' <"$WORK/lost")"
done <"$WORK/commands"
as_text "$PAGES/man1/fornix.1" >"$WORK/text"
while read -r command; do
    checks=$((checks + 1))
    grep -qx "$command" "$WORK/text" || fail "fornix(1) does not list $command"
done <"$WORK/commands"
checks=$((checks + 1))
as_text "$PAGES/man5/fornix-workflow.5" >"$WORK/text"
grep -qF '${params.' "$WORK/text" || fail "the format has lost its expressions"
! grep -nE '^(\||```|##)' "$WORK/text" || fail "Markdown is left in the format"

# A character that is not escaped, a request that is none: troff says so.
if command -v mandoc >/dev/null; then
    lint() { mandoc -T lint -W warning "$1"; }
elif command -v groff >/dev/null; then
    lint() { LC_ALL=C.UTF-8 groff -man -ww -K utf8 -T utf8 -z "$1" 2>&1; }
else
    echo "manual: $checks expectations met, but neither mandoc nor groff is here to read the pages"
    exit 77
fi
for page in "$PAGES"/man?/*; do
    checks=$((checks + 1))
    said=$(lint "$page") || true
    [[ ! $said ]] || fail "$page: $said"
done
# The lint sees faults.
printf '.TH X 1\n.SH NAME\nx \\(zz\n.QQ\n' >"$WORK/faulty.1"
checks=$((checks + 1))
[[ $(lint "$WORK/faulty.1") ]] || fail "the lint is blind"
passed
