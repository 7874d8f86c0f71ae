# roff.awk - what both kinds of pages need: text that troff takes as it is.

# Backslashes, hyphens that are minus signs, and what begins a line like a request.
function plain(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/"/, "\\(dq", text)
    gsub(/\^/, "\\(ha", text)
    gsub(/~/, "\\(ti", text)
    gsub(/`/, "\\(ga", text)
    return text
}

# A line of running text: one that begins like a request must not be one.
function line(text) {
    sub(/^\./, "\\\\\\&.", text)
    print text
}

function title(name, section, version) {
    print ".\\\" made by docs/man/pages.sh"
    print ".TH " toupper(plain(name)) " " section " \"\" \"fornix " version "\" \"fornix\""
}
