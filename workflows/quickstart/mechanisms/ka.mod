TITLE A-type potassium current of the dendrites of CA1 pyramidal cells

COMMENT
Hoffman et al. 1997, Nature 387:869-875, in the form of Poirazi, Brannon and Mel 2003, Neuron
37:977-987 (proximal kinetics). Their rates share one shape, x / (1 - exp(-x)), for opening and
closing, so that steady states are logistic. That the current grows with distance from the soma is
what Hoffman et al. found; gbar may be an expression of `distance`.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX ka
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.007 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    ninf
    linf
    ltau (ms)
}

STATE {
    n
    l
}

INITIAL {
    rates(v)
    n = ninf
    l = linf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ik = gbar * n * n * n * n * l * (v - ek)
}

DERIVATIVE gates {
    rates(v)
    n' = (ninf - n) / 0.2 (ms)
    l' = (linf - l) / ltau
}

PROCEDURE rates(v (mV)) {
    UNITSOFF
    ninf = 1 / (1 + exp(-(v + 21.3) / 35))
    linf = 1 / (1 + exp((v + 58) / 8.2))
    ltau = 5
    if (v > -20) {
        ltau = 5 + 0.26 * (v + 20)
    }
    UNITSON
}
