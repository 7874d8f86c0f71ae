TITLE Synapse with linear summation, difference of two exponentials

COMMENT
g(t) = weight g_unit f (exp(-t / tau_decay) - exp(-t / tau_rise)), f such that one event peaks at
weight x g_unit (uS); events add up linearly. The difference of exponentials is that of Roth and van
Rossum 2009 (in De Schutter: Computational Modeling Methods for Neuroscientists, chapter 6).

The order of simultaneous events must not matter. Many connections share one synapse; which of two
events of one time step NEURON delivers first depends on its queue, and so on the number of ranks,
while sums of doubles depend on their order. Therefore an event does not touch the states: it adds
its conductance, rounded to a multiple of 2^-40 uS (1e-12 uS), to `arrived`. Such sums are exact
below 2^13 uS, in any order. The sum enters both states at once where they are advanced, at the end
of the step. The current of that step is the same as if each event had entered the states itself,
because g = B - A does not change when both get the same increment. (A BEFORE BREAKPOINT block would
do, too, but a network of many synapses takes two to three times as long with it.)

With the variable step method states may change in events only; there each event enters them itself.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS LinExp2Syn
    RANGE tau_rise, tau_decay, e, i, g
    NONSPECIFIC_CURRENT i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

DEFINE QUANTA 1048576             : 2^20

PARAMETER {
    tau_rise = 1 (ms) <1e-9, 1e9>
    tau_decay = 5 (ms) <1e-9, 1e9>
    e = 0 (mV)
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
    g = B - A
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
