/* The plan of the scheduler's tests serves here too. */
#include "unit/sched/fake.c"
