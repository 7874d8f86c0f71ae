#include "h5/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

json_t *
say_text(const char *text)
{
    json_t *value = json_string(text);
    char *copy;

    if (value)
        return value;
    copy = mem_copy(text, strlen(text));
    for (char *at = copy; *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    value = json_string(copy);
    free(copy);
    return value;
}

json_t *
say_integer(uint64_t value)
{
    return json_integer((json_int_t)(value > INT64_MAX ? INT64_MAX : value));
}

json_t *
say_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static bool
is_plain(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

static void
print_plain(const json_t *value)
{
    char room[40];

    if (json_is_string(value))
        for (const char *at = json_string_value(value); *at; at++)
            putchar((unsigned char)*at < ' ' ? '?' : *at);
    else if (json_is_integer(value))
        printf("%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(room, sizeof room, "%.7g", json_real_value(value)), fputs(room, stdout);
    else
        fputs(json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "-", stdout);
}

/* An object, or a list, whose members are all plain and few. */
static bool
fits_line(const json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;

    if (json_is_array(value)) {
        json_array_foreach(value, i, member) if (!is_plain(member)) return false;
        return true;
    }
    if (json_object_size(value) > 8)
        return false;
    json_object_foreach((json_t *)value, key, member) if (!is_plain(member)) return false;
    return true;
}

static void
print_line(const json_t *value)
{
    const char *key, *between = "";
    json_t *member;
    size_t i;

    json_array_foreach(value, i, member)
    {
        fputs(i ? " " : "", stdout);
        print_plain(member);
    }
    if (json_is_array(value))
        return;
    json_object_foreach((json_t *)value, key, member)
    {
        printf("%s%s ", between, key);
        print_plain(member);
        between = ", ";
    }
}

static void
print_tree(const json_t *value, int depth)
{
    const char *key;
    json_t *member;
    size_t i;

    json_object_foreach((json_t *)value, key, member)
    {
        printf("%*s%s:", depth * 2, "", key);
        if (is_plain(member)) {
            putchar(' ');
            print_plain(member);
            putchar('\n');
        } else if (fits_line(member)) {
            putchar(' ');
            print_line(member);
            putchar('\n');
        } else {
            putchar('\n');
            print_tree(member, depth + 1);
        }
    }
    if (json_is_array(value))
        json_array_foreach(value, i, member)
        {
            printf("%*s- ", depth * 2, "");
            if (is_plain(member))
                print_plain(member);
            else
                print_line(member);
            putchar('\n');
        }
}

void
say_value(json_t *value, bool as_json)
{
    if (as_json) {
        json_dumpf(value, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
        putchar('\n');
    } else {
        print_tree(value, 0);
    }
    json_decref(value);
}

const char *
say_count(char *room, size_t size, uint64_t count, const char *what)
{
    bool y = what[strlen(what) - 1] == 'y';

    snprintf(room, size, "%llu %.*s%s", (unsigned long long)count,
             (int)(strlen(what) - (y && count != 1)), what,
             count == 1 ? ""
             : y        ? "ies"
                        : "s");
    return room;
}

const char *
say_bytes(char *room, size_t size, uint64_t bytes)
{
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 1000 && unit < 4) {
        value /= 1000;
        unit++;
    }
    snprintf(room, size, unit && value < 100 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return room;
}
