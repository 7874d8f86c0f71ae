TITLE NMDA synapse: LinExp2Syn with the voltage-dependent block by magnesium

COMMENT
The conductance of LinExp2Syn (see there: normalisation, and why events are collected in `arrived`)
times the block by magnesium, 1 / (1 + exp(-gamma (v + vshift)) mg / Kd): Jahr and Stevens 1990,
J Neurosci 10:3178-3182, with their Kd 3.57 mM and gamma 0.062 per mV.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS LinExp2SynNMDA
    RANGE tau_rise, tau_decay, e, mg, Kd, gamma, vshift, i, g
    NONSPECIFIC_CURRENT i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (mM) = (milli/liter)
}

DEFINE QUANTA 1048576             : 2^20

PARAMETER {
    tau_rise = 10 (ms) <1e-9, 1e9>
    tau_decay = 35 (ms) <1e-9, 1e9>
    e = 0 (mV)
    mg = 1 (mM) <0, 1e9>
    Kd = 3.57 (mM) <1e-9, 1e9>
    gamma = 0.062 (/mV)
    vshift = 0 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
    rise (ms)               : tau_rise, kept just below tau_decay: equal ones have no difference
    factor                  : 1 / peak of the difference of exponentials
    arrived (uS)            : sum of the events since the last step
}

STATE {
    A (uS)
    B (uS)
}

INITIAL {
    LOCAL peak
    rise = tau_rise
    if (rise > 0.9999 * tau_decay) {
        rise = 0.9999 * tau_decay
    }
    peak = rise * tau_decay / (tau_decay - rise) * log(tau_decay / rise)
    factor = 1 / (exp(-peak / tau_decay) - exp(-peak / rise))
    arrived = 0
    A = 0
    B = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = (B - A) / (1 + exp(-gamma * (v + vshift)) * mg / Kd)
    i = g * (v - e)
}

DERIVATIVE decay {
    if (arrived != 0) {
        A = A + factor * arrived
        B = B + factor * arrived
        arrived = 0
    }
    A' = -A / rise
    B' = -B / tau_decay
}

VERBATIM
#if !defined(NRNBBCORE) || !NRNBBCORE
extern int cvode_active_;
#endif
ENDVERBATIM

FUNCTION variable_step() {
    variable_step = 0
    VERBATIM
#if !defined(NRNBBCORE) || !NRNBBCORE
    _lvariable_step = cvode_active_;
#endif
    ENDVERBATIM
}

NET_RECEIVE (weight, g_unit (uS)) {
    INITIAL {
        : Without this block NEURON sets every weight but the first to 0 at finitialize.
    }
    if (variable_step()) {
        A = A + factor * weight * g_unit
        B = B + factor * weight * g_unit
    } else {
        UNITSOFF
        arrived = arrived + floor(weight * g_unit * QUANTA * QUANTA + 0.5) / QUANTA / QUANTA
        UNITSON
    }
}
