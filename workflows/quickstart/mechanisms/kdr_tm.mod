TITLE Delayed rectifier potassium current of hippocampal pyramidal cells

COMMENT
Traub and Miles 1991, Neuronal Networks of the Hippocampus, Cambridge University Press, with the
threshold as a parameter vt, as in the models of Pospischil et al. 2008, Biol Cybern 99:427-441.
Rates at the temperature of such models (36 degrees), whatever `celsius` is.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX kdr_tm
    USEION k READ ek WRITE ik
    RANGE gbar, vt
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.005 (S/cm2) <0, 1e9>
    vt = -56.2 (mV)                 : as in na_tm
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    ninf
    ntau (ms)
}

STATE {
    n
}

INITIAL {
    rates(v)
    n = ninf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ik = gbar * n * n * n * n * (v - ek)
}

DERIVATIVE gates {
    rates(v)
    n' = (ninf - n) / ntau
}

PROCEDURE rates(v (mV)) {
    LOCAL u, open, close
    UNITSOFF
    u = v - vt
    open = 0.032 * linoid(15 - u, 5)
    close = 0.5 * exp((10 - u) / 40)
    ntau = 1 / (open + close)
    ninf = open * ntau
    UNITSON
}

: x / (exp(x / k) - 1), with its limit k at 0
FUNCTION linoid(x, k) {
    if (fabs(x / k) < 1e-6) {
        linoid = k - x / 2
    } else {
        linoid = x / (exp(x / k) - 1)
    }
}
