# help.awk - a page of section 1 from what `fornix COMMAND --help` prints.
#   -v name=fornix-run -v about="make what is missing" -v version=0.1.0 -v others="fornix-plan ..."
# Lines of the help: the usage; paragraphs; "  word  text" with its continuation lines indented deeper.

function section(heading) {
    print ".SH " heading
    inside = heading
}

BEGIN {
    title(name, 1, version)
    section("NAME")
    print plain(name) " \\- " plain(about)
}
/^usage: / {
    section("SYNOPSIS")
    sub(/^usage: /, "")
    match($0, /^fornix( [a-z][a-z0-9]*)?( |$)/)
    line("\\fB" plain(substr($0, 1, RLENGTH)) "\\fR" plain(substr($0, RLENGTH + 1)))
    section("DESCRIPTION")
    next
}
/^Exit status: / { exit_said = $0; sub(/^Exit status: /, "", exit_said); next }
/^  [^ ]/ {
    if (inside == "DESCRIPTION" && /^  --/) section("OPTIONS")
    text = substr($0, 3)
    if (match(text, /   *[^ ]/)) {
        tag = substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH - 1)
    } else {
        tag = text
        text = ""
    }
    print ".TP"
    print "\\fB" plain(tag) "\\fR"
    if (text != "") line(plain(text))
    listed = 1
    next
}
/^$/ { blank = 1; next }
{
    if (!/^ / && (listed || blank)) print ".PP"
    if (!/^ /) listed = 0
    blank = 0
    sub(/^ */, "")
    line(plain($0))
}
END {
    section("EXIT STATUS")
    line(exit_said != "" ? plain(exit_said) : "0: done; 1: a job failed, or the machine refused; " \
         "2: the workflow or the call is wrong; 130: interrupted.")
    if (extra != "") while ((getline part < extra) > 0) print part
    section("SEE ALSO")
    count = split(others, page, " ")
    for (i = 1; i <= count; i++)
        print ".BR " plain(page[i]) " (" (page[i] ~ /workflow$/ ? 5 : 1) ")" (i < count ? "," : "")
}
