/*
 * crash - the last words of a task that a damaged file brings down.
 *
 * HDF5 1.10 ends the program on some damaged files (about one of 200 with a few flipped bits), where
 * no check of ours is asked. A task is a process of its own: nothing of it is published, other ranks
 * are ended by the launcher. What is missing is a word about the file: that is said here.
 *
 * crash_watch() once, at the start; crash_note() whenever a file is opened for reading.
 */
#ifndef COMMON_CRASH_H
#define COMMON_CRASH_H

/*
 * From now on SIGSEGV, SIGBUS, SIGFPE and SIGABRT write one line, "<name>: error: it ended with signal 11; the HDF5
 * file that it opened last is PATH, ...", and then end the program as they would have. Not with sanitizers,
 * which say more.
 */
void crash_watch(const char *name);

/* Remembers the file; longer paths keep their end. */
void crash_note(const char *path);

#endif
