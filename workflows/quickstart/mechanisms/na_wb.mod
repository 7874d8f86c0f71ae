TITLE Fast sodium current of fast-spiking hippocampal interneurons

COMMENT
Wang and Buzsaki 1996, J Neurosci 16:6402-6413; their density is 0.035 S/cm2. In their single
compartment activation follows the potential at once. Here it is a gate with the same rates, sped up
by phi like inactivation (about 0.05 ms): an instantaneous gate in small compartments is unstable
with the second order method and steps of 0.025 ms.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX na_wb
    USEION na READ ena WRITE ina
    RANGE gbar, phi
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.035 (S/cm2) <0, 1e9>
    phi = 5 <1e-9, 1e9>
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
    LOCAL open, close
    UNITSOFF
    open = 0.1 * linoid(-(v + 35), 10)
    close = 4 * exp(-(v + 60) / 18)
    mtau = 1 / (phi * (open + close))
    minf = open / (open + close)
    open = 0.07 * exp(-(v + 58) / 20)
    close = 1 / (1 + exp(-(v + 28) / 10))
    htau = 1 / (phi * (open + close))
    hinf = open / (open + close)
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
