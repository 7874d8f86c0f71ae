/* Types, and values in the form in which tasks get them. */
#include "parse.h"

#include "base/file.h"
#include "load/task_desc.h"
#include "load/units.h"

TEST(integers)
{
    CHECK_STR(checked(NULL, "integer", "3"), "3");
    CHECK_STR(checked(NULL, "integer", "3.0"), "3");
    CHECK_STR(checked(NULL, "integer", "2e3"), "2000");
    CHECK_STR(checked(NULL, "integer", "3.5"), "1:1: 'x' must be a whole number, not 3.5");
    CHECK_STR(checked(NULL, "integer", "'3'"),
              "1:1: 'x' must be an integer, not the string '3' (without quotes it would be one)");
    CHECK_STR(checked(NULL, "integer", "1e300"), "1:1: 'x' must be a whole number, not 1e300");
    CHECK_STR(checked(NULL, "integer", "[3]"), "1:1: 'x' must be an integer, not a list");
    CHECK_STR(checked(NULL, "integer", "null"), "1:1: 'x' must be an integer, not nothing");
    CHECK_STR(checked(NULL, "{type: integer, min: 1, max: 5}", "6"), "1:1: 'x' must be at most 5, not 6");
    CHECK_STR(checked(NULL, "{type: integer, min: 1}", "0"), "1:1: 'x' must be at least 1, not 0");
}

TEST(numbers_and_units)
{
    CHECK_STR(checked(NULL, "number", "3"), "3");
    CHECK_STR(checked(NULL, "number", "-1.5e3"), "-1500");
    CHECK_STR(checked(NULL, "number", ".inf"), "1:1: 'x' must be finite");
    CHECK_STR(checked(NULL, "number", ".nan"), "1:1: 'x' must be finite");
    CHECK_STR(checked(NULL, "number", "3 ms"), "1:1: 'x' must be a number, not the string '3 ms'");
    CHECK_STR(checked(NULL, "{type: number, unit: um}", "0.2 mm"), "200");
    CHECK_STR(checked(NULL, "{type: number, unit: um}", "200um"), "200");
    CHECK_STR(checked(NULL, "{type: number, unit: um}", "200"), "200");
    CHECK_STR(checked(NULL, "{type: number, unit: um}", "1e-4 m"), "100");
    CHECK_STR(checked(NULL, "{type: number, unit: um}", "3 \xc2\xb5m"), "3");
    CHECK_STR(checked(NULL, "{type: number, unit: mV}", "-0.065 V"), "-65");
    CHECK_STR(checked(NULL, "{type: number, unit: mV}", "3 ms"),
              "1:1: 'x' cannot be in 'ms' (units are V, mV, uV)");
    CHECK_STR(checked(NULL, "{type: number, unit: mV}", "'3'"),
              "1:1: 'x' must be a number (mV), not the string '3' (without quotes it would be one)");
    CHECK_STR(checked(NULL, "{type: number, unit: mV}", "mV"),
              "1:1: 'x' must be a number (mV), not the string 'mV'");
    CHECK_STR(checked(NULL, "{type: number, unit: uS}", "2 nS"), "0.002");
    CHECK_STR(checked(NULL, "{type: number, unit: Hz}", "0.02 kHz"), "20");
    CHECK_STR(checked(NULL, "{type: number, unit: ms, min: 1 s}", "500"),
              "1:1: 'x' must be at least 1000 ms, not 500");
    CHECK_STR(checked(NULL, "{type: number, unit: '1'}", "5 %"), "0.05");
    CHECK_STR(checked(NULL, "{type: number, unit: ohm cm}", "1 ohm m"), "100");
    CHECK_STR(checked(NULL, "{type: {list: {list: number}}, unit: um, min: 0}", "[[1 mm], [2]]"),
              "[[1000], [2]]");
    CHECK_STR(checked(NULL, "{type: {list: number}, min: 0}", "[1, -2]"),
              "1:5: 'x[1]' must be at least 0, not -2");
    CHECK_STR(checked(NULL, "{type: number, unit: parsec}", "1"),
              "1:22: 'parsec' is no known unit, or the type takes none "
              "(length um mm m, time ms s min h, rate Hz kHz, voltage mV V, ...)");
}

TEST(conversions_are_exact_where_they_can_be)
{
    static const struct {
        const char *text, *to;
        double value;
    } cases[] = {
        { "0.5 s", "ms", 500 }, { "0.1 s", "ms", 100 }, { "0.7 s", "ms", 700 }, { "25 us", "ms", 0.025 },
        { "0.3 mm", "um", 300 }, { "300 um", "mm", 0.3 }, { "10 min", "s", 600 }, { "2 h", "min", 120 },
        { "90 s", "min", 1.5 }, { "1.5 GiB", "B", 1610612736 }, { "1 TB", "B", 1e12 },
        { "180 deg", "deg", 180 }, { "1 um/ms", "m/s", 0.001 }, { "0.33 nS", "uS", 0.00033 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str found;
        double value = 0;
        bool bare;

        CHECK_INT(unit_convert(str_of(cases[i].text), str_of(cases[i].to), &value, &bare, &found),
                  UNIT_FINE);
        if (value < cases[i].value || value > cases[i].value)
            test_fail(__FILE__, __LINE__, "%s is %.17g %s", cases[i].text, value, cases[i].to);
    }
}

/* The value of the parameter in `context`, whichever is asked for. */
static const struct node *
given_to_names(void *context, struct str parameter)
{
    CHECK(str_is(parameter, "d"));
    return context;
}

/* What is wrong with `value` where the stage's parameter d is `given`; NULL: it is not given. */
static const char *
named(const char *type, const char *given, const char *value)
{
    struct arena *arena = arena_new();
    struct problems problems;
    struct check check = { .arena = arena, .problems = &problems, .given = given_to_names };
    const struct type *wanted;
    const struct node *result;

    problems_init(&problems);
    wanted = schema_type(schema_types_new(arena), parse(type), &problems);
    CHECK(wanted != NULL);
    check.context = given ? (void *)(uintptr_t)parse(given) : NULL;
    text_init(&check.path, 4096);
    text_add(&check.path, "x");
    result = schema_check(&check, wanted, parse(value));
    text_release(&check.path);
    CHECK((result == NULL) == (problems.list.count > 0));
    arena_free(arena);
    return told(&problems);
}

TEST(names_of_another_parameter)
{
    static const char layer[] = "{type: string, name_of: {d: [layers, Layers]}}";
    static const char section[] =
        "{type: string, name_of: {d: [types]}, otherwise: [soma, axon], also: [all, '@*']}";

    CHECK_STR(named(layer, "{layers: {SP: 1, SLM: 2, 7: 3}}", "SLM"), "");
    CHECK_STR(named(layer, "{layers: {SP: 1, SLM: 2, 7: 3}}", "7"), "");
    CHECK_STR(named(layer, "{Layers: {SP: 1}}", "SP"), "");
    CHECK_STR(named(layer, "{layers: {SP: 1, SLM: 2}}", "SLN"),
              "1:1: 'x' names 'SLN', which is not in d.layers (did you mean 'SLM'?)");
    CHECK_STR(named(layer, "{Layers: {SP: 1, SLM: 2}}", "default"),
              "1:1: 'x' names 'default', which is not in d.Layers (known are SP, SLM)");
    CHECK_STR(named(layer, NULL, "SLN"), "");
    CHECK_STR(named(layer, "1", "SLN"), "");
    CHECK_STR(named(layer, "{}", "SLN"), "");
    CHECK_STR(named(layer, "{layers: {}}", "SLN"), "");
    CHECK_STR(named(section, NULL, "dend"), "");
    CHECK_STR(named(section, "{}", "soma"), "");
    CHECK_STR(named(section, "{types: {}}", "all"), "");
    CHECK_STR(named(section, "{types: {dend: 3}}", "'@grid'"), "");
    CHECK_STR(named(section, "{types: {dend: 3}}", "dend"), "");
    CHECK_STR(named(section, "{types: {dend: 3}}", "soma"),
              "1:1: 'x' names 'soma', which is not in d.types (known are dend, all)");
    CHECK_STR(named(section, "{}", "aksn"),
              "1:1: 'x' names 'aksn', which is not in d.types (did you mean 'axon'?)");
    CHECK_STR(named(section, "{}", "dend"),
              "1:1: 'x' names 'dend', which is not in d.types (known are soma, axon, all)");
    CHECK_STR(named("{map: [{type: string, name_of: {d: [layers]}}, integer]}", "{layers: {SP: 1}}",
                    "{SP: 1, SPP: 2}"),
              "1:9: 'x.SPP' names 'SPP', which is not in d.layers (did you mean 'SP'?)");
}

TEST(types_of_names)
{
    static const char types[] = "{layer: {type: string, name_of: {d: [layers]}}}";

    CHECK_STR(checked(types, "{type: layer, also: [default]}", "SP"), "SP");
    CHECK_STR(checked(types, "{type: layer, also: []}", "SP"),
              "1:21: 'also' is a list of names, and stands with 'name_of' only");
    CHECK_STR(checked(NULL, "{type: string, otherwise: [a]}", "SP"),
              "1:27: 'otherwise' is a list of names, and stands with 'name_of' only");
    CHECK_STR(checked(NULL, "{type: integer, name_of: {d: [layers]}}", "1"),
              "1:26: 'name_of' stands with strings only");
    CHECK_STR(checked(NULL, "{type: string, name_of: []}", "SP"),
              "1:25: 'name_of' needs a parameter and the fields that may hold the names "
              "(write {definitions: [layers]})");
    CHECK_STR(checked(NULL, "{type: string, name_of: {d: [[layers]]}}", "SP"),
              "1:25: 'name_of' needs a parameter and the fields that may hold the names "
              "(write {definitions: [layers]})");
}

TEST(strings_booleans_enums)
{
    CHECK_STR(checked(NULL, "string", "abc"), "abc");
    CHECK_STR(checked(NULL, "string", "1.10"), "\"1.10\"");
    CHECK_STR(checked(NULL, "string", "true"), "\"true\"");
    CHECK_STR(checked(NULL, "string", "[a]"), "1:1: 'x' must be a string, not a list");
    CHECK_STR(checked(NULL, "boolean", "true"), "true");
    CHECK_STR(checked(NULL, "boolean", "yes"), "1:1: 'x' must be true or false, not the string 'yes'");
    CHECK_STR(checked(NULL, "boolean", "1"), "1:1: 'x' must be true or false, not the number 1");
    CHECK_STR(checked(NULL, "{enum: [poisson, uniform]}", "uniform"), "uniform");
    CHECK_STR(checked(NULL, "{enum: [poisson, uniform]}", "unifrom"),
              "1:1: 'x' must be one of poisson, uniform, not the string 'unifrom' "
              "(did you mean 'uniform'?)");
    CHECK_STR(checked(NULL, "{enum: [1, 2]}", "2.0"), "2");
    CHECK_STR(checked(NULL, "{enum: [1, 2]}", "3"), "1:1: 'x' must be one of 1, 2, not the number 3");
    CHECK_STR(checked(NULL, "{enum: ['1', 'on']}", "1"), "\"1\"");
    CHECK_STR(checked(NULL, "{enum: [a]}", "[a]"), "1:1: 'x' must be one of a, not a list");
}

TEST(sizes_and_durations)
{
    CHECK_STR(checked(NULL, "bytes", "256 MiB"), "268435456");
    CHECK_STR(checked(NULL, "bytes", "1.5 GiB"), "1610612736");
    CHECK_STR(checked(NULL, "bytes", "1000"), "1000");
    CHECK_STR(checked(NULL, "bytes", "2 kB"), "2000");
    CHECK_STR(checked(NULL, "bytes", "-1"), "1:1: 'x' must not be negative");
    CHECK_STR(checked(NULL, "bytes", "-1 B"), "1:1: 'x' must not be negative");
    CHECK_STR(checked(NULL, "bytes", "1 mm"),
              "1:1: 'x' cannot be in 'mm' (units are B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)");
    CHECK_STR(checked(NULL, "bytes", "much"),
              "1:1: 'x' must be a size such as 256 MiB, not the string 'much'");
    CHECK_STR(checked(NULL, "duration", "10 min"), "600");
    CHECK_STR(checked(NULL, "duration", "1.5"), "1.5");
    CHECK_STR(checked(NULL, "{type: duration, unit: ms}", "0.5 s"), "500");
    CHECK_STR(checked(NULL, "{type: duration, unit: ms}", "500"), "500");
    CHECK_STR(checked(NULL, "{type: duration, min: 1 min}", "59"), "1:1: 'x' must be at least 60, not 59");
}

TEST(lists_maps_structs)
{
    CHECK_STR(checked(NULL, "{list: integer}", "[1, 2.0]"), "[1, 2]");
    CHECK_STR(checked(NULL, "{list: integer}", "[]"), "[]");
    CHECK_STR(checked(NULL, "{list: integer}", "3"),
              "1:1: 'x' must be a list of which each is an integer, not the number 3");
    CHECK_STR(checked(NULL, "{list: integer}", "[1, a]"),
              "1:5: 'x[1]' must be an integer, not the string 'a'");
    CHECK_STR(checked(NULL, "{list: number, length: 2}", "[1]"), "1:1: 'x' must have 2 entries, not 1");
    CHECK_STR(checked(NULL, "{list: number, length: [1, 2]}", "[]"),
              "1:1: 'x' must have 1 to 2 entries, not 0");
    CHECK_STR(checked(NULL, "{map: [string, {map: [string, integer]}]}", "{PYR: {SO: 1, SP: 2.0}}"),
              "{PYR: {SO: 1, SP: 2}}");
    CHECK_STR(checked(NULL, "{map: [string, {map: [string, integer]}]}", "{PYR: {SO: x}}"),
              "1:12: 'x.PYR.SO' must be an integer, not the string 'x'");
    CHECK_STR(checked(NULL, "{map: [{enum: [a, b]}, any]}", "{c: 1}"),
              "1:2: 'x.c' must be one of a, b, not the string 'c'");
    CHECK_STR(checked(NULL, "{map: [integer, any]}", "{1: a, b: c}"),
              "1:8: 'x.b' must be an integer, not the string 'b'");
    CHECK_STR(checked(NULL, "{struct: {mean: number, variance?: number}}", "{mean: 1}"), "{mean: 1}");
    CHECK_STR(checked(NULL, "{struct: {mean: number, variance?: number}}", "{mean: 1, variance: null}"),
              "{mean: 1}");
    CHECK_STR(checked(NULL, "{struct: {mean: number, variance?: number}}", "{variance: 1}"),
              "1:1: 'x' lacks the field 'mean'");
    CHECK_STR(checked(NULL, "{struct: {mean: number, variance?: number}}", "{mean: 1, varience: 1}"),
              "1:11: 'x' has no field 'varience' (did you mean 'variance'?)");
    CHECK_STR(checked(NULL, "{struct: {a b?: number}}", "{a b: 1}"), "{a b: 1}");
    CHECK_STR(checked(NULL, "{struct: {}}", "[]"), "1:1: 'x' must be a map, not an empty list");
}

TEST(any_of_takes_the_first_that_fits)
{
    static const char origin[] = "{any_of: [{enum: [median, min]}, number]}";

    CHECK_STR(checked(NULL, origin, "median"), "median");
    CHECK_STR(checked(NULL, origin, "3"), "3");
    CHECK_STR(checked(NULL, origin, "[]"), "1:1: 'x' must be one of median, min or a number, not an empty list");
    CHECK_STR(checked(NULL, "{any_of: [integer, {struct: {a: integer}}]}", "{a: x}"),
              "1:5: 'x.a' must be an integer, not the string 'x'");
    CHECK_STR(checked(NULL, "{any_of: [{struct: {a?: any}}, {struct: {b?: any}}]}", "{c: 1}"),
              "1:2: 'x' has no field 'c' (known are a)");
    CHECK_STR(checked(NULL, "{any_of: [{struct: {A?: any}}, {struct: {a?: integer, b?: any}}]}", "{b: 1, a: x}"),
              "1:11: 'x.a' must be an integer, not the string 'x'");
    CHECK_STR(checked(NULL, "{any_of: [{struct: {at: number}}, {map: [string, {struct: {at: number}}]}]}",
                      "{at: 1, att: 1}"),
              "1:9: 'x' has no field 'att' (did you mean 'at'?)");
    CHECK_STR(checked(NULL, "{any_of: [{list: integer, length: 2}, {list: string, length: 3}]}", "[1, x]"),
              "1:5: 'x[1]' must be an integer, not the string 'x'");
    CHECK_STR(checked(NULL, "{any_of: [string, number]}", "1.50"), "\"1.50\"");
}

TEST(anything_keeps_values_apart_but_not_spellings)
{
    CHECK_STR(checked(NULL, "any", "{a: [1.0, '1', null, 2.5]}"), "{a: [1, \"1\", null, 2.5]}");
    CHECK_INT(parse("1.0")->kind, NODE_REAL);
}

TEST(named_types)
{
    CHECK_STR(checked("{a: {list: b}, b: integer}", "a", "[1]"), "[1]");
    CHECK_STR(checked("{a: b, b: c, c: string}", "a", "x"), "x");
    CHECK_STR(checked("{tree: {struct: {value: integer, below?: {list: tree}}}}", "tree",
                      "{value: 1, below: [{value: 2, below: []}]}"),
              "{below: [{below: [], value: 2}], value: 1}");
    CHECK_STR(checked("{tree: {struct: {value: integer, below?: {list: tree}}}}", "tree",
                      "{value: 1, below: [{valeu: 2}]}"),
              "1:21: 'x.below[0]' has no field 'valeu' (did you mean 'value'?)");
    CHECK_STR(checked("{a: b, b: a}", "a", "1"), "1:11: type 'a' is defined by itself");
    CHECK_STR(checked("{a: {any_of: [integer, a]}}", "a", "x"), "1:5: type 'a' is one of its own options");
    CHECK_STR(checked("{a: {any_of: [{list: a}, b]}, b: {any_of: [a, integer]}}", "a", "x"),
              "1:5: type 'a' is one of its own options");
    CHECK_STR(checked("{a: {list: a}}", "a", "[[], [[]]]"), "[[], [[]]]");
    CHECK_STR(checked("{a: {list: a}}", "a", "[[], 3]"), "1:6: 'x[1]' must be a list of which each is "
              "a list of which each is a list of which each is a list, not the number 3");
    CHECK_STR(checked("{a: {lst: b}}", "integer", "1"), "1:6: a type has no 'lst' (did you mean 'list'?)");
    CHECK_STR(checked("{a: strng}", "integer", "1"), "1:5: there is no type 'strng' (did you mean 'string'?)");
    CHECK_STR(checked(NULL, "{list: integer, map: [string, any]}", "1"),
              "1:17: a type is 'list' or 'map', not both");
    CHECK_STR(checked(NULL, "{min: 3}", "1"),
              "1:1: this type does not say what it is (one of type, enum, list, map, struct, any_of)");
    CHECK_STR(checked(NULL, "[integer]", "1"), "1:1: a type is a name or a map");
    CHECK_STR(checked(NULL, "{map: integer}", "1"), "1:7: a map needs the types of its keys and of its "
              "values (write [string, number])");
    CHECK_STR(checked(NULL, "{enum: []}", "1"), "1:8: 'enum' needs a list of scalars");
    CHECK_STR(checked(NULL, "{any_of: integer}", "1"), "1:10: 'any_of' needs a list of types");
    CHECK_STR(checked(NULL, "{struct: [a]}", "1"), "1:10: 'struct' needs a map: field -> type");
    CHECK_STR(checked(NULL, "{type: integer, length: 3}", "1"),
              "1:25: 'length' is n or [least, most], and stands with lists only");
}

TEST(proportions)
{
    static const char sources[] =
        "{p: {struct: {type: string, sections: {list: string}, layers: {list: string}, proportions: {list: number}}},"
        " s: {map: [string, p], check: proportions}}";

    CHECK_STR(checked(sources, "{map: [string, s]}",
                      "{PYR: {A: {type: e, sections: [soma, soma], layers: [SP, SR], proportions: [0.3, 1]},"
                      " B: {type: e, sections: [soma], layers: [SP], proportions: [0.699995]}}}"),
              "{PYR: {A: {layers: [SP, SR], proportions: [0.3, 1], sections: [soma, soma], type: e}, "
              "B: {layers: [SP], proportions: [0.699995], sections: [soma], type: e}}}");
    CHECK_STR(checked(sources, "{map: [string, s]}",
                      "{PYR: {A: {type: e, sections: [soma], layers: [SP], proportions: [0.3]},"
                      " B: {type: e, sections: [soma], layers: [SP], proportions: [0.6999]}}}"),
              "1:67: 'x.PYR' has proportions of e synapses on soma in SP that sum to 0.9999, not 1: "
              "A 0.3 + B 0.6999");
    CHECK_STR(checked(sources, "s", "{A: {type: e, sections: [soma], layers: [SP, SR], proportions: [1]}}"),
              "1:64: 'x' has for 'A' 1 sections, 2 layers and 1 proportions "
              "(the i-th entries of the three lists belong together)");
    CHECK_STR(checked(sources, "s", "{}"), "{}");
}

TEST(files_and_folders)
{
    struct problems problems;
    struct arena *arena = arena_new();
    struct check check = { .arena = arena, .problems = &problems };
    struct types *types = schema_types_new(arena);
    struct fx_error err = FX_ERROR_NONE;
    const struct node *map, *value;
    const struct type *type;

    problems_init(&problems);
    text_init(&check.path, 100);
    text_add(&check.path, "x");
    CHECK_OK(file_make_folders(test_path("sub"), &err), err);
    test_write(test_path("sub/a.swc"), "1");
    test_write(test_path("sub/m.yaml"), "{f: {list: [a.swc, ../sub/./a.swc]}, d: ., n: b.swc, e: ''}");
    map = yaml_read(arena, test_path("sub/m.yaml"), FX_NOWHERE, &problems);
    type = schema_type(types, parse("{map: [string, {list: file}]}"), &problems);
    value = schema_check(&check, type, node_at(map, "f"));
    CHECK(value != NULL);
    value = node_at(value, "list")->items[1];
    CHECK_INT(value->kind, NODE_FILE);
    CHECK(!value->folder);
    CHECK_STR(value->text.at, test_path("sub/a.swc"));
    value = schema_check(&check, schema_type(types, parse("directory"), &problems), node_at(map, "d"));
    CHECK(value && value->kind == NODE_FILE && value->folder);
    CHECK_STR(value->text.at, test_path("sub"));
    type = schema_type(types, parse("file"), &problems);
    CHECK(schema_check(&check, type, node_at(map, "n")) == NULL);
    CHECK(strstr(problems.list.at[0].text, "'x' names '"));
    CHECK(strstr(problems.list.at[0].text, "/sub/b.swc', which does not exist"));
    CHECK(schema_check(&check, type, node_at(map, "e")) == NULL);
    CHECK(schema_check(&check, type, node_at(map, "d")) == NULL);
    CHECK_INT(problems.list.count, 3);
    text_release(&check.path);
    problems_release(&problems);
    arena_free(arena);
}

/* --- task.yaml --------------------------------------------------------------------------------- */

TEST(task_description)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    const struct task_desc *task;
    struct problems problems;

    problems_init(&problems);
    CHECK_OK(file_make_folders(test_path("tasks/mine"), &err), err);
    test_write(test_path("tasks/types.yaml"), "types: {width: {type: number, unit: um}}\n");
    test_write(test_path("tasks/mine/run.py"), "print()\n");
    test_write(test_path("tasks/mine/helper.py"), "print()\n");
    test_write(test_path("tasks/mine/task.yaml"),
               "task: mine\nversion: 4\nsummary: does it\nparallel: mpi\nprogram: [python3, run.py, -x]\n"
               "files: [helper.py]\ntools: [neuron]\ninclude: [../types.yaml]\n"
               "parameters:\n"
               "  a: {type: width, default: 1 mm, help: how wide}\n"
               "  b: {type: file, required: true, semantic: false, with_points: true}\n"
               "  c: integer\n"
               "outputs: {x: sub/x.h5, y: y}\n");
    task = task_desc_load(arena, test_path("tasks/mine"), false, &problems);
    if (!task)
        test_fail(__FILE__, __LINE__, "%s", first_problem(&problems));
    CHECK(str_is(task->name, "mine") && str_is(task->summary, "does it"));
    CHECK_INT(task->version, 4);
    CHECK(task->mpi && !task->builtin && !task->extra && !task->outputs_from_workflow);
    CHECK_STR(task->program[0], "python3");
    CHECK_STR(task->program[1], test_path("tasks/mine/run.py"));
    CHECK_STR(task->program[2], "-x");
    CHECK(task->program[3] == NULL);
    CHECK_STR(task->program_files[0], test_path("tasks/mine/run.py"));
    CHECK_STR(task->program_files[1], test_path("tasks/mine/helper.py"));
    CHECK(task->program_files[2] == NULL);
    CHECK_INT(task->tool_count, 1);
    CHECK_INT(task->parameter_count, 3);
    CHECK_STR(spelt(task->parameters[0].fallback), "1000");
    CHECK(str_is(task->parameters[0].help, "how wide"));
    CHECK(task->parameters[1].required && !task->parameters[1].semantic
          && task->parameters[1].with_points);
    CHECK_INT(task->parameters[2].type->kind, TYPE_INTEGER);
    CHECK_INT(task->output_count, 2);
    CHECK(str_is(task->outputs[0].file, "sub/x.h5"));
    CHECK(task_desc_parameter(task, str_of("c")) == &task->parameters[2]);
    CHECK(task_desc_parameter(task, str_of("d")) == NULL);
    problems_release(&problems);
    arena_free(arena);
}

TEST(built_in_task_runs_the_program_beside_its_description)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    const struct task_desc *task;
    struct problems problems;

    problems_init(&problems);
    CHECK_OK(file_make_folders(test_path("tasks/mine"), &err), err);
    test_write(test_path("tasks/mine/task.yaml"), "task: mine\nversion: 1\nextra: any\noutputs_from: workflow\n");
    task = task_desc_load(arena, test_path("tasks/mine"), true, &problems);
    CHECK(task && task->builtin && task->extra && task->outputs_from_workflow);
    CHECK_STR(task->program[0], test_path("tasks/mine/mine"));
    CHECK(task->program_files[0] == NULL);
    problems_release(&problems);
    arena_free(arena);
}

TEST(files_of_types_that_include_themselves_end)
{
    struct arena *arena = arena_new();
    struct problems problems;

    test_write(test_path("types.yaml"), "include: [types.yaml, types.yaml, types.yaml]\n");
    test_write(test_path("task.yaml"), "task: t\nversion: 1\ninclude: [types.yaml]\noutputs: {o: o}\n");
    problems_init(&problems);
    CHECK(task_desc_load(arena, test_folder(), false, &problems) == NULL);
    CHECK(strstr(first_problem(&problems), "too many files of types are included"));
    problems_release(&problems);
    arena_free(arena);
}
