/*
 * fault - stops the process at a named place, for the crash tests.
 *
 * fault_point("publish.rename") stands before and after each change of state on disk. Without the two
 * environment variables it costs one getenv(). They are read in every build, so that what the tests
 * kill is what people run:
 *
 *   FORNIX_TEST_STOP=publish.rename:3   SIGKILL to the process at the third pass of that point;
 *   FORNIX_TEST_STOP=*:17               at the seventeenth pass of any point
 *   FORNIX_TEST_POINTS=<file>           appends one line per pass, to learn which points there are
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

void fault_point(const char *name);

#endif
