#!/usr/bin/env bash
# On a terminal of 80 columns: nothing but the lines that stay is left, no line is wider than the
# terminal, and the cursor moves up, clears to the end of a line and below, no more.
source "$(dirname "$0")/lib.sh"

note_task note
cat >workflow.yaml <<'Y'
fornix: 1
name: shown
tasks: [note]
axes: {n: {range: [0, 4]}}
stages:
  start: {task: note, with: {text: "a text that is so long that the reason for a change of it will not fit", seconds: 0.3}}
  work:  {task: note, with: {text: "${axis.n}", from: "${start.file}", seconds: 0.5}}
Y
cat >"$WORK/screen.py" <<'P'
import fcntl, os, pty, re, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
data = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    data += part
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = data.decode()
rows, at = [""], 0
frames = text.count("\x1b[J")
for piece in re.findall(r"\x1b\[[0-9]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
    if piece == "\n":
        at += 1
        if at == len(rows):
            rows.append("")
    elif piece == "\r":
        pass
    elif piece.startswith("\x1b"):
        kind, number = piece[-1], int(piece[2:-1] or 1)
        if kind == "A":
            assert number <= at, piece
            at -= number
        elif kind == "J":
            del rows[at:]
            rows.append("")
        elif kind != "K":
            sys.exit("an escape sequence that was not expected: %r" % piece)
    else:
        assert len(piece) < 80 or "running" not in piece, piece
        rows[at] = piece
print("\n".join(rows).rstrip("\n"))
print("frames:", "some" if 3 <= frames <= 40 else frames)
sys.exit(status)
P
: >"$RUNS"
status=0
python3 "$WORK/screen.py" "$FORNIX" run --cores 2 >"$WORK/got" || status=$?
expect_status 0
expect_equal 'jobs that ran' "$(wc -l <"$RUNS")" 5
sort "$WORK/got" >"$WORK/sorted" && mv "$WORK/sorted" "$WORK/got"
expect_got <<'T'
5 jobs: 5 ran, in T s
frames: some
outputs: .fornix/runs/shown/latest
start: never ran before, done in T s
work[n=0]: never ran before, done in T s
work[n=1]: never ran before, done in T s
work[n=2]: never ran before, done in T s
work[n=3]: never ran before, done in T s
T
python3 "$WORK/screen.py" "$FORNIX" run >"$WORK/got" || fail "the second run failed"
expect_said 'work: cached, 4 jobs'
passed
