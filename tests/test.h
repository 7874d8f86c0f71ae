/*
 * test - a small runner: adding a test is adding a function.
 *
 *   #include "test.h"
 *   TEST(empty_list_has_no_points) { CHECK(count == 0); CHECK_STR(text.at, "..."); }
 *
 * Each test runs in a process of its own with a time limit, so a crash or a hang is one failed test.
 * A program runs all its tests, or those whose names contain its argument, and ends with the line
 * "N passed, N failed". fx_test_folder() is a fresh folder, removed afterwards.
 */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct test {
    const char *file, *name;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *test);
_Noreturn void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *test_folder(void);          /* absolute path of a fresh folder of this test */
const char *test_path(const char *name);    /* a path in it; valid until the test ends */
void test_write(const char *path, const char *text);    /* writes a whole file */

#define TEST(name) \
    static void test_run_##name(void); \
    __attribute__((constructor)) static void test_add_##name(void) \
    { \
        static struct test test = { __FILE__, #name, test_run_##name, NULL }; \
        test_register(&test); \
    } \
    static void test_run_##name(void)

#define CHECK(condition) \
    do { \
        if (!(condition)) \
            test_fail(__FILE__, __LINE__, "%s", #condition); \
    } while (0)

/* What fallible calls return: on failure the error's text is shown. */
#define CHECK_OK(call, err) \
    do { \
        if ((call) != 0) \
            test_fail(__FILE__, __LINE__, "%s: %s", #call, (err).text); \
    } while (0)

#define CHECK_STR(actual, expected) \
    do { \
        const char *actual_ = (actual), *expected_ = (expected); \
        if (!actual_ || strcmp(actual_, expected_)) \
            test_fail(__FILE__, __LINE__, "%s is\n%s\nexpected\n%s", #actual, \
                      actual_ ? actual_ : "(null)", expected_); \
    } while (0)

#define CHECK_INT(actual, expected) \
    do { \
        long long actual_ = (long long)(actual), expected_ = (long long)(expected); \
        if (actual_ != expected_) \
            test_fail(__FILE__, __LINE__, "%s is %lld, expected %lld", #actual, actual_, expected_); \
    } while (0)

#define CHECK_NEAR(actual, expected, tolerance) \
    do { \
        double actual_ = (actual), expected_ = (expected); \
        if (!(fabs(actual_ - expected_) <= (tolerance))) \
            test_fail(__FILE__, __LINE__, "%s is %.17g, expected %.17g", #actual, actual_, expected_); \
    } while (0)

#endif
