# markdown.awk - a page of section 5 from a page of docs/: headings, paragraphs, lists, tables, code.
#   -v name=fornix-workflow -v about="..." -v version=0.1.0 -v others="fornix ..."

# `code` and **strong** in bold, [text](link) as its text; the rest plain.
function inline(text,    out, at) {
    out = ""
    while (match(text, /`[^`]+`|\*\*[^*]+\*\*|\[[^]]+\]\([^)]*\)/)) {
        out = out plain(substr(text, 1, RSTART - 1))
        at = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (at ~ /^`/) out = out "\\fB" plain(substr(at, 2, length(at) - 2)) "\\fR"
        else if (at ~ /^\*/) out = out "\\fB" plain(substr(at, 3, length(at) - 4)) "\\fR"
        else { sub(/^\[/, "", at); sub(/\]\(.*$/, "", at); gsub(/`/, "", at); out = out plain(at) }
    }
    return out plain(text)
}

# A row of a table: its first cell as tag, the others as text.
function row(text,    cell, count, i, rest) {
    gsub(/\\\|/, "\001", text)
    sub(/^\| */, "", text)
    sub(/ *\|$/, "", text)
    count = split(text, cell, / *\| */)
    for (i = 1; i <= count; i++) gsub(/\001/, "|", cell[i])
    print ".TP"
    line(inline(cell[1]))
    rest = cell[2]
    for (i = 3; i <= count; i++) rest = rest "; " cell[i]
    line(inline(rest))
}

BEGIN {
    title(name, 5, version)
    print ".SH NAME"
    print plain(name) " \\- " plain(about)
    print ".SH DESCRIPTION"
}
/^```/ {
    if (code) print ".fi\n.RE"
    else print ".PP\n.RS 4\n.nf"
    code = !code
    next
}
code { if ($0 == "") print ".sp"; else line(plain($0)); next }
/^# / { next }
/^### / { sub(/^### */, ""); print ".SS " inline($0); blank = 0; next }
/^## / { sub(/^## */, ""); print ".SH " inline(toupper($0)); blank = 0; next }
/^\|[ :|-]*$/ { in_table = 1; next }
/^\|/ { if (in_table) row($0); next }
/^$/ { blank = 1; in_table = 0; next }
/^ *- / { nested = match($0, /[^ ]/) > 1; sub(/^ *- /, ""); print ".IP " (nested ? "\\- 6" : "\\(bu 2"); line(inline($0)); blank = 0; next }
/^[0-9]+\. / { match($0, /^[0-9]+\./); print ".IP " substr($0, 1, RLENGTH) " 4"; line(inline(substr($0, RLENGTH + 2))); blank = 0; next }
{
    if (blank && !/^ /) print ".PP"
    else if (blank) print ".sp"
    blank = 0
    sub(/^ */, "")
    line(inline($0))
}
END {
    print ".SH SEE ALSO"
    count = split(others, page, " ")
    for (i = 1; i <= count; i++) print ".BR " plain(page[i]) " (1)" (i < count ? "," : "")
}
