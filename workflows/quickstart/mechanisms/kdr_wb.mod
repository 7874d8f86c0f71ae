TITLE Delayed rectifier potassium current of fast-spiking hippocampal interneurons

COMMENT
Wang and Buzsaki 1996, J Neurosci 16:6402-6413. Their density is 0.009 S/cm2.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX kdr_wb
    USEION k READ ek WRITE ik
    RANGE gbar, phi
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.009 (S/cm2) <0, 1e9>
    phi = 5 <1e-9, 1e9>
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
    LOCAL open, close
    UNITSOFF
    open = 0.01 * linoid(-(v + 34), 10)
    close = 0.125 * exp(-(v + 44) / 80)
    ntau = 1 / (phi * (open + close))
    ninf = open / (open + close)
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
