/* Where the fields of a manifest are written. */
#include <string.h>

#include "fixture.h"
#include "plan/part_path.h"

/* "value a.yaml:6:47" of a field; "none" when nobody wrote it; a default stands behind "default". */
static const char *
place_of(const struct fixture *f, const char *label, const char *field)
{
    static const char *const kinds[] = { "none", "value", "part of", "default" };
    struct place place = key_place(f->plan, fixture_job(f, label), str_of(field));
    struct text text;

    text_init(&text, 1000);
    text_add(&text, kinds[place.kind]);
    if (place.fallback) {
        text_add(&text, " ");
        node_spell(place.fallback, &text);
    }
    if (place.at.file)
        text_printf(&text, " %s", strncmp(place.at.file, "--set", 5) ? path_name(place.at.file)
                                                                     : place.at.file);
    if (place.at.line)
        text_printf(&text, ":%u:%u", place.at.line, place.at.column);
    for (uint32_t i = 0; i < place.source_count; i++)
        text_printf(&text, ", of %s:%u", path_name(place.sources[i].file), place.sources[i].line);
    return fixture_keep(&text);
}

TEST(fields_have_places)
{
    struct fixture f;

    fixture_plan(&f,
        "params:\n"
        "  synapses:\n"
        "    PVBC: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.25]}\n"
        "    OLM: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.75]}\n"
        "  axon_extents: {OLM: {default: {width: [150, 200], offset: [0, 1]}}, PVBC: {\"a.b\": {width: [1, 1], offset: []}}}\n"
        "stages:\n"
        "  types: {task: types, with: {definitions: {a: \"1\"}}}\n"
        "  forest: {task: forest, with: {types: \"${types.file}\", population: PYR}}\n"
        "  synapses: {task: synapses, with: {forest: \"${forest.file}\"}}\n"
        "  connections: {task: connections, with: {synapses: \"${synapses.file}\", projections: \"${params.synapses}\", axon_extents: \"${params.axon_extents}\"}}\n"
        "  script: {task: script, outputs: {file: a.txt}, with: {x: 1}}\n");
    fixture_check(&f);
#define PLACE(field) place_of(&f, "connections", field)
    CHECK_STR(PLACE("parameters.axon_extents.OLM.default.width[1]"), "value workflow.yaml:6:47");
    CHECK_STR(PLACE("parameters.axon_extents.PVBC.\"a.b\".width[0]"), "value workflow.yaml:6:94");
    CHECK_STR(PLACE("parameters.axon_extents.OLM.default.width[7]"), "part of workflow.yaml:6:41");
    CHECK_STR(PLACE("parameters.axon_extents.NEW.default"), "part of workflow.yaml:6:17");
    CHECK_STR(PLACE("inputs.synapses"), "value workflow.yaml:11:56");
    CHECK_STR(PLACE("parameters.unheard"), "part of workflow.yaml:11:42");
    CHECK_STR(PLACE("task"), "value workflow.yaml:11:3");
    CHECK_STR(PLACE("task.version"), "none");
    CHECK_STR(PLACE("tool.neuron"), "none");
    CHECK_STR(PLACE(""), "none");
    CHECK_STR(PLACE("parameters"), "none");
    CHECK_STR(PLACE("parameters.\"open"), "part of workflow.yaml:11:42");
    CHECK_STR(PLACE("parameters[3"), "none");
    CHECK_STR(place_of(&f, "script", "outputs.file"), "value workflow.yaml:12:42");
    CHECK_STR(place_of(&f, "script", "outputs.gone"), "part of workflow.yaml:12:35");
    CHECK_STR(place_of(&f, "connections", "outputs.gone"), "part of workflow.yaml:11:3");
    fixture_release(&f);
}

/* Through an include, --set, an axis, and for what equals a default. */
TEST(values_have_the_place_where_they_are_written)
{
    const char *set[] = { "params.set.b=[7, 8]" };
    const struct workflow_options options = { .set = set, .set_count = 1 };
    struct fixture f;

    test_write(test_path("more.yaml"), "params:\n  included: {a: {b: 3}}\n");
    test_write(test_path("workflow.yaml"),
        "fornix: 1\n"
        "include: [more.yaml]\n"
        "params: {set: {b: 1}, scale: 1}\n"
        "axes:\n"
        "  t: [5, {name: six, v: 6}]\n"
        "stages:\n"
        "  s:\n"
        "    task: script\n"
        "    outputs: {f: f}\n"
        "    with: {m: \"${params.included}\", n: \"${params.set}\", t: \"${axis.t}\", e: \"${1 + 2}\"}\n"
        "  types: {task: types, with: {definitions: {a: \"1\"}}}\n"
        "  forest: {task: forest, with: {types: \"${types.file}\", population: PYR}}\n"
        "  one: {task: synapses, with: {forest: \"${forest.file}\", scale: \"${params.scale}\"}}\n"
        "  two: {task: synapses, with: {forest: \"${forest.file}\"}}\n"
        "  sums: {task: script, outputs: {f: f}, with: {l: [\"${params.scale * 2 + params.included.a.b}\", \"my.params.x\"], t: \"at ${params.scale}\"}}\n");
    fixture_load(&f, test_path("workflow.yaml"), &options);
    fixture_check(&f);
    CHECK_STR(place_of(&f, "s[t=5]", "parameters.m.a.b"), "value more.yaml:2:21");
    CHECK_STR(place_of(&f, "s[t=5]", "parameters.n.b[1]"), "value --set params.set.b=[7, 8]");
    CHECK_STR(place_of(&f, "s[t=5]", "parameters.t"), "value workflow.yaml:5:7");
    CHECK_STR(place_of(&f, "s[t=six]", "parameters.t.v"), "value workflow.yaml:5:25");
    CHECK_STR(place_of(&f, "s[t=5]", "parameters.e"), "value workflow.yaml:10:79");
    CHECK_STR(place_of(&f, "sums", "parameters.l[0]"), "value workflow.yaml:15:55, of workflow.yaml:3, of more.yaml:2");
    CHECK_STR(place_of(&f, "sums", "parameters.l[1]"), "value workflow.yaml:15:97");
    CHECK_STR(place_of(&f, "sums", "parameters.t"), "value workflow.yaml:15:117, of workflow.yaml:3");
    CHECK_STR(place_of(&f, "one", "parameters.scale"), "default 1 workflow.yaml:3:30");
    CHECK_STR(place_of(&f, "two", "parameters.scale"), "default 1 task.yaml:10:34");
    fixture_release(&f);
}
