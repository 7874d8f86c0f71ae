TITLE Fast sodium current of fast-spiking hippocampal interneurons

COMMENT
Wang and Buzsaki 1996, J Neurosci 16:6402-6413. Activation follows the potential at once; phi = 5
speeds up inactivation. Their density is 0.035 S/cm2.
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
    hinf
    htau (ms)
}

STATE {
    h
}

INITIAL {
    rates(v)
    h = hinf
}

BREAKPOINT {
    LOCAL m
    SOLVE gates METHOD cnexp
    m = activation(v)
    ina = gbar * m * m * m * h * (v - ena)
}

DERIVATIVE gates {
    rates(v)
    h' = (hinf - h) / htau
}

FUNCTION activation(v (mV)) {
    LOCAL open, close
    UNITSOFF
    open = 0.1 * linoid(-(v + 35), 10)
    close = 4 * exp(-(v + 60) / 18)
    activation = open / (open + close)
    UNITSON
}

PROCEDURE rates(v (mV)) {
    LOCAL open, close
    UNITSOFF
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
