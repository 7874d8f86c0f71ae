# sticks.sh JOB: straight sticks of points 10 um apart; the first is the soma, on which the others hang.
sticks=$(sed -n 's/.*"parameters": *{.*"sticks": *"\([^"]*\)".*/\1/p' "$1")
printf '%s\n' "$sticks" | tr ',' '\n' | awk '
    function point(type, y, radius, parent, layer) {
        print ++id, type, 5 * (NR - 1), y, 0, radius, parent, layer
    }
    NF != 4 { print "sticks: four numbers are needed, not: " $0 > "/dev/stderr"; exit 1 }
    {
        steps = ($4 > $3 ? $4 - $3 : $3 - $4) / 10
        steps = steps < 1 ? 1 : int(steps)
        for (i = 0; i <= steps; i++)
            point($1, $3 + ($4 - $3) * i / steps, NR == 1 ? 6 : 0.8,
                  i ? id : NR == 1 ? -1 : 1, $2)
    }' >sticks.swc
