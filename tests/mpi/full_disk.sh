#!/usr/bin/env bash
# On a disk that is full, every generation task ends with status 1 and one line that names the file and
# the reason, on one rank and on two; none hangs or crashes, wherever the disk ends. The disk is a
# small tmpfs, in a mount namespace of its own.
. "$(dirname "$0")/generation.bash"

unshare -rm true 2>/dev/null && unshare -rm mount -t tmpfs none "$top/network" 2>/dev/null || {
    echo "full_disk: no mount namespaces here" >&2
    exit 77
}
network=$top/network
mkdir "$top/disk"
mkdir "$top/jobs"
cp "$network"/*.json "$top/jobs"        # the reports of connections have the names of their jobs
make_parts types somas distances {forest,synapses,connections}_{PYR,PVBC} gaps features trains

# crowded JOB RANKS KIB: runs the job where KIB are free. Open MPI's shared memory is elsewhere.
crowded() {
    local job=$1 ranks=$2 kib=$3 task launcher=() status=0 said
    task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$top/jobs/$job.json")
    ((ranks == 0)) || launcher=(mpirun --quiet --bind-to none --oversubscribe -n "$ranks")
    # shellcheck disable=SC2016   # expanded by the inner shell
    said=$(unshare -rm bash -c 'mount -t tmpfs -o "size=$1k" none "$2" && cd "$2" && shift 2 && exec "$@"' \
        crowded "$kib" "$top/disk" timeout -k 1 60 "${launcher[@]}" "$tasks/$task/$task" "$top/jobs/$job.json" 2>&1) ||
        status=$?
    said=$(grep -v "^$task: warning: " <<<"$said" || true)
    [[ $status == 1 && $said == "$task: error: "*": cannot "*"No space left on device"* && $said != *$'\n'* ]] ||
        fail "$job on $ranks ranks in $kib KiB: status $status, said: $said"
}

for job in types somas distances forest_PYR synapses_PYR connections_PYR gaps features trains graph; do
    size=$(du -k --apparent-size -c "$network/$job".* | tail -n 1 | cut -f 1)
    [[ $job != graph ]] || size=$(du -kc "$network"/*_*.h5 | tail -n 1 | cut -f 1)
    for kib in 4 $((size / 4 / 4 * 4)) $((size * 3 / 4 / 4 * 4)); do
        ((kib >= 4)) || continue
        crowded "$job" 0 "$kib"
        [[ $job == graph ]] || crowded "$job" 2 "$kib"
    done
done
echo "full_disk: one clear line, on one rank and on two"
