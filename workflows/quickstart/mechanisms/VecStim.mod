TITLE Artificial cell that plays given spike times

COMMENT
play(vector) copies the times (ms), which must ascend; play() without an argument forgets them. It
returns how many will be played. Call it before finitialize; the vector may be freed or changed
afterwards. Times before the start of the run are skipped.

The copy makes the cell independent of the vector's life. Its first element is the number of times.
ENDCOMMENT

NEURON {
    THREADSAFE
    ARTIFICIAL_CELL VecStim
    BBCOREPOINTER train
}

ASSIGNED {
    index
    event (ms)
    train
}

INITIAL {
    index = 0
    next()
    while (event >= 0 && event < t) {
        next()
    }
    if (event >= 0) {
        net_send(event - t, 1)
    }
}

NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        next()
        if (event >= 0) {
            : Times that do not ascend would be events in the past.
            if (event < t) {
                event = t
            }
            net_send(event - t, 1)
        }
    }
}

DESTRUCTOR {
VERBATIM
    free(_p_train);
    _p_train = nullptr;
ENDVERBATIM
}

PROCEDURE next() {
VERBATIM
    const double* const times = static_cast<const double*>(_p_train);
    if (times && index < times[0]) {
        index += 1;
        event = times[static_cast<size_t>(index)];
    } else {
        event = -1;
    }
ENDVERBATIM
}

FUNCTION play() {
VERBATIM
#if !NRNBBCORE
    free(_p_train);
    _p_train = nullptr;
    if (ifarg(1)) {
        auto* const vector = vector_arg(1);
        const size_t n = static_cast<size_t>(vector_capacity(vector));
        const double* const from = vector_vec(vector);
        double* const copy = static_cast<double*>(malloc((n + 1) * sizeof(double)));
        if (!copy) {
            hoc_execerror("VecStim: out of memory for spike times", nullptr);
        }
        copy[0] = static_cast<double>(n);
        for (size_t i = 0; i < n; i++) {
            copy[i + 1] = from[i];
        }
        _p_train = copy;
        _lplay = copy[0];
    }
#endif
ENDVERBATIM
}

VERBATIM
/* CoreNEURON: the train travels as its number of times and then the times. */
static void bbcore_write(double* d, int*, int* d_offset, int*, _threadargsproto_) {
    const double* const times = static_cast<const double*>(_p_train);
    const int n = times ? static_cast<int>(times[0]) : 0;
    if (d) {
        double* const to = d + *d_offset;
        to[0] = n;
        for (int i = 1; i <= n; i++) {
            to[i] = times[i];
        }
    }
    *d_offset += n + 1;
}

static void bbcore_read(double* d, int*, int* d_offset, int*, _threadargsproto_) {
    const double* const from = d + *d_offset;
    const int n = static_cast<int>(from[0]);
    const size_t bytes = (static_cast<size_t>(n) + 1) * sizeof(double);
    double* const copy = static_cast<double*>(malloc(bytes));
    if (!copy) {
        abort();
    }
    for (int i = 0; i <= n; i++) {
        copy[i] = from[i];
    }
    *d_offset += n + 1;
    _p_train = copy;
}
ENDVERBATIM
