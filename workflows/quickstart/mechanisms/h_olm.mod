TITLE Hyperpolarization-activated cation current of O-LM interneurons

COMMENT
Steady state (half at -84.1 mV, slope 10.2 mV) and reversal potential (-32.9 mV): Maccaferri and
McBain 1996, J Physiol 497:119-130. Time constant as in the O-LM cell of Tort et al. 2007, PNAS
104:13490-13495.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX h_olm
    NONSPECIFIC_CURRENT i
    RANGE gbar, e
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 1e-4 (S/cm2) <0, 1e9>
    e = -32.9 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    qinf
    qtau (ms)
}

STATE {
    q
}

INITIAL {
    rates(v)
    q = qinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    i = gbar * q * (v - e)
}

DERIVATIVE gates {
    rates(v)
    q' = (qinf - q) / qtau
}

PROCEDURE rates(v (mV)) {
    UNITSOFF
    qinf = 1 / (1 + exp((v + 84.1) / 10.2))
    qtau = 1 / (exp(-14.59 - 0.086 * v) + exp(-1.87 + 0.0701 * v))
    UNITSON
}
