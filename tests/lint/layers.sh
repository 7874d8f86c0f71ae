#!/usr/bin/env bash
#
# layers.sh - who may include whom, and which functions nobody calls.
#
# The table is the one of docs/architecture.md. `may` gives, for each layer, the layers whose
# headers it may include (its own always, fornix/ always except for tasks); `alone` gives, for each
# library header, the only files that may include it.

. "$(dirname "$0")/lib.sh"

readonly RULES='
may base
may load base
may plan base load
may store base
may sched base plan
may exec base plan sched store
may report base plan sched
may session base load plan store sched exec report
may api base load plan store sched exec report session
may main base load plan store sched exec report session
may tasks base common
may fornix

alone xxhash.h    ^engine/base/digest\.c$
alone yaml.h      ^engine/load/yaml_tree\.c$
alone uv.h        ^engine/exec/
alone mpi.h       ^tasks/
alone hdf5.h      ^tasks/
alone neuronapi.h ^tasks/environment/

public tasks       fornix/task.h fornix/error.h
public environment fornix/environment.h
public simulate    fornix/environment.h

banned strcpy strcat sprintf vsprintf strtok atoi atol atoll atof system gets
'

# Reads every C file; comments and strings are blanked before functions are looked for.
readonly READ='
function layer_of(path,    part) {
    split(path, part, "/")
    if (part[1] == "include") return "fornix"
    if (part[1] == "engine") return part[3] == "" ? "main" : part[2]
    return part[1]
}
function say(text) { print FILENAME ":" FNR ": " text }
function check_library(name) {
    if (name in alone && FILENAME !~ alone[name])
        say("includes " name ", which only " pattern_words(alone[name]) " may")
}
function pattern_words(p) { gsub(/[\\^$]/, "", p); return p }
function check_ours(name,    part, n, to) {
    n = split(name, part, "/")
    if (n == 1) {
        if (layer == "main" || layer == "tasks" || layer == "tests") return
        say("includes \"" name "\" without its layer")
        return
    }
    to = part[1]
    if (layer == "tests" || to == layer && layer != "fornix") return
    if (to == "fornix") {
        if (layer != "tasks" || name in public_tasks || (task " " name) in public_of) return
        say("task " task " includes " name ", which is for users of the engine")
        return
    }
    if (layer == "tasks" && to == task) return
    if (!((layer " " to) in may))
        say((layer == "tasks" ? "task " task : layer) " includes " name ": " \
            (layer == "tasks" ? "tasks" : layer) " may include " words[layer])
}
function blank(line,    out, at, end) {
    gsub(/\\./, "", line)
    gsub(/"[^"]*"/, "\"\"", line)
    while (1) {
        if (comment) {
            end = index(line, "*/")
            if (!end) return out
            line = substr(line, end + 2)
            comment = 0
        }
        at = index(line, "/*")
        if (!at) return out line
        out = out substr(line, 1, at - 1) " "
        line = substr(line, at + 2)
        comment = 1
    }
}
BEGIN {
    count = split(rules, rule, "\n")
    for (i = 1; i <= count; i++) {
        n = split(rule[i], f, " ")
        if (f[1] == "may") {
            words[f[2]] = n > 2 ? "" : "nothing of ours but fornix/"
            for (j = 3; j <= n; j++) {
                may[f[2] " " f[j]] = 1
                words[f[2]] = words[f[2]] (j > 3 ? " " : "") f[j]
            }
        } else if (f[1] == "alone") {
            alone[f[2]] = f[3]
        } else if (f[1] == "public") {
            for (j = 3; j <= n; j++)
                if (f[2] == "tasks") public_tasks[f[j]] = 1; else public_of[f[2] " " f[j]] = 1
        } else if (f[1] == "banned") {
            for (j = 2; j <= n; j++) banned = banned (j > 2 ? "|" : "") f[j]
        }
    }
    banned = "(^|[^A-Za-z0-9_])(" banned ") *\\("
}
FNR == 1 {
    comment = 0
    layer = layer_of(FILENAME)
    split(FILENAME, path, "/")
    task = layer == "tasks" ? path[2] : ""
}
{ code = blank($0) }
/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    name = $0
    sub(/^[^"<]*["<]/, "", name)
    sub(/[">].*$/, "", name)
    check_library(name)
    if ($0 ~ /"/ || name ~ /^fornix\//) check_ours(name)
    next
}
match(code, banned) {
    name = substr(code, RSTART, RLENGTH)
    gsub(/[^A-Za-z0-9_]/, "", name)
    say("calls " name "(), which is banned")
}
code ~ /(^|[^A-Za-z0-9_])MPI_[A-Z][A-Za-z_]*/ && FILENAME !~ /^(tasks\/common|tests)\// {
    say("names MPI, which only tasks/common does")
}
'

check() {
    local files
    mapfile -t files < <(c_files engine include tasks tests)
    ((${#files[@]} == 0)) || awk -v rules="$RULES" "$READ" "${files[@]}"
}

plant() {
    plant_file engine/base/text.c <<'C'
#include "base/text.h"
#include <string.h>
#include "fornix/error.h"
#include "plan/dag.h"
#include <xxhash.h>
/* strcpy(a, b) in a comment */ int n = my_strcpy(a, "strcpy(x)") + strncpy(a, b);
/* a comment of two lines
   calls system("x") */
    strcpy(a, b);
C
    plant_file engine/base/digest.c <<<'#include <xxhash.h>'
    plant_file engine/load/yaml_tree.c <<<'#include <yaml.h>'
    plant_file engine/load/schema.c <<'C'
#include <yaml.h>
#include "schema.h"
#  include "base/map.h"
    return atoi (text);
C
    plant_file engine/report/console.c <<<'#include "store/record.h"'
    plant_file engine/exec/loop.c <<<'#include <uv.h>'
    plant_file engine/sched/scheduler.h <<<'#include <uv.h>'
    plant_file engine/cmd_run.c <<'C'
#include "store/store.h"
#include "cmd.h"
#include <hdf5.h>
C
    plant_file include/fornix/run.h <<'C'
#include "fornix/error.h"
#include "plan/plan.h"
C
    plant_file tasks/common/comm.c <<'C'
#include <mpi.h>
    MPI_Barrier(MPI_COMM_WORLD);
C
    plant_file tasks/synapses/main.c <<'C'
#include "common/h5.h"
#include "kernel.h"
#include "synapses/kernel.h"
#include "connections/kernel.h"
#include "fornix/task.h"
#include <fornix/run.h>
#include "fornix/environment.h"
#include "store/record.h"
#include <neuronapi.h>
    MPI_Barrier(comm);
C
    plant_file tasks/environment/cell.c <<'C'
#include "fornix/environment.h"
#include <neuronapi.h>
C
    plant_file tests/unit/plan/test_dag.c <<'C'
#include "test.h"
#include "store/store.h"
    system("true");
C
}

expected() {
    cat <<'T'
engine/base/text.c:4: base includes plan/dag.h: base may include nothing of ours but fornix/
engine/base/text.c:5: includes xxhash.h, which only engine/base/digest.c may
engine/base/text.c:9: calls strcpy(), which is banned
engine/cmd_run.c:3: includes hdf5.h, which only tasks/ may
engine/load/schema.c:1: includes yaml.h, which only engine/load/yaml_tree.c may
engine/load/schema.c:2: includes "schema.h" without its layer
engine/load/schema.c:4: calls atoi(), which is banned
engine/report/console.c:1: report includes store/record.h: report may include base plan sched
engine/sched/scheduler.h:1: includes uv.h, which only engine/exec/ may
include/fornix/run.h:2: fornix includes plan/plan.h: fornix may include nothing of ours but fornix/
tasks/synapses/main.c:4: task synapses includes connections/kernel.h: tasks may include base common
tasks/synapses/main.c:6: task synapses includes fornix/run.h, which is for users of the engine
tasks/synapses/main.c:7: task synapses includes fornix/environment.h, which is for users of the engine
tasks/synapses/main.c:8: task synapses includes store/record.h: tasks may include base common
tasks/synapses/main.c:9: includes neuronapi.h, which only tasks/environment/ may
tasks/synapses/main.c:10: names MPI, which only tasks/common does
tests/unit/plan/test_dag.c:3: calls system(), which is banned
T
}

lint_main
