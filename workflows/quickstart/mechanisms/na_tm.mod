TITLE Fast sodium current of hippocampal pyramidal cells

COMMENT
Traub and Miles 1991, Neuronal Networks of the Hippocampus, Cambridge University Press, with the
threshold as a parameter vt, as in the models of Pospischil et al. 2008, Biol Cybern 99:427-441.
Rates at the temperature of such models (36 degrees), whatever `celsius` is.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX na_tm
    USEION na READ ena WRITE ina
    RANGE gbar, vt
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.05 (S/cm2) <0, 1e9>
    vt = -56.2 (mV)                 : sets the threshold: moves the rates along v
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
    minf
    hinf
    mtau (ms)
    htau (ms)
}

STATE {
    m
    h
}

INITIAL {
    rates(v)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = gbar * m * m * m * h * (v - ena)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m) / mtau
    h' = (hinf - h) / htau
}

PROCEDURE rates(v (mV)) {
    LOCAL u, open, close
    UNITSOFF
    u = v - vt
    open = 0.32 * linoid(13 - u, 4)
    close = 0.28 * linoid(u - 40, 5)
    mtau = 1 / (open + close)
    minf = open * mtau
    open = 0.128 * exp((17 - u) / 18)
    close = 4 / (1 + exp((40 - u) / 5))
    htau = 1 / (open + close)
    hinf = open * htau
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
