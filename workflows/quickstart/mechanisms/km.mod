TITLE Slow potassium current (M), for spike frequency adaptation

COMMENT
Yamada, Koch and Adams 1989, in Koch and Segev: Methods in Neuronal Modeling, MIT Press, pp. 97-134,
in the form that models of cortical cells have (Pospischil et al. 2008, Biol Cybern 99:427-441), with
taumax 1 s; the time constant at -35 mV is taumax / 4.3. Rates at 36 degrees, whatever `celsius` is.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX km
    USEION k READ ek WRITE ik
    RANGE gbar, taumax
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 7e-5 (S/cm2) <0, 1e9>
    taumax = 1000 (ms) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    pinf
    ptau (ms)
}

STATE {
    p
}

INITIAL {
    rates(v)
    p = pinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ik = gbar * p * (v - ek)
}

DERIVATIVE gates {
    rates(v)
    p' = (pinf - p) / ptau
}

PROCEDURE rates(v (mV)) {
    LOCAL up
    UNITSOFF
    up = exp((v + 35) / 20)
    pinf = 1 / (1 + exp(-(v + 35) / 10))
    ptau = taumax / (3.3 * up + 1 / up)
    UNITSON
}
