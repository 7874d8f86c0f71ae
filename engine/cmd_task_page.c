#include "cmd_task_page.h"

#include <string.h>

#include "base/vec.h"
#include "load/schema.h"

enum { WIDTH = 100, DEPTH = 8 };

struct page {
    struct text *out;
    bool markdown;
    VEC(const struct type *) types;     /* named, to be told: in the order of their first use */
};

/* --- types --------------------------------------------------------------------------------------- */

static bool
has_parts(const struct type *type)
{
    return type->kind == TYPE_STRUCT || type->kind == TYPE_MAP || type->kind == TYPE_LIST ||
           type->kind == TYPE_ANY_OF || type->kind == TYPE_ENUM;
}

static const char *
kind_name(enum type_kind kind)
{
    static const char *const names[] = {
        [TYPE_INTEGER] = "integer", [TYPE_NUMBER] = "number", [TYPE_STRING] = "string",
        [TYPE_BOOLEAN] = "true | false", [TYPE_BYTES] = "bytes", [TYPE_DURATION] = "duration",
        [TYPE_FILE] = "file", [TYPE_DIRECTORY] = "folder", [TYPE_ANY] = "any",
    };

    return names[kind];
}

/* " (ms, 0 or more)" */
static void
add_limits(const struct type *type, struct text *out)
{
    bool unit = type->unit.len > 0;

    if (!unit && !type->has_min && !type->has_max)
        return;
    text_printf(out, " (%.*s%s", STR(type->unit), unit && (type->has_min || type->has_max) ? ", " : "");
    if (type->has_min)
        text_add_real(out, type->min);
    if (type->has_min && type->has_max)
        text_add(out, " to ");
    else if (type->has_min)
        text_add(out, " or more");
    else if (type->has_max)
        text_add(out, "at most ");
    if (type->has_max)
        text_add_real(out, type->max);
    text_add(out, ")");
}

static void add_form(const struct type *type, unsigned depth, struct text *out);

/* A type where it is used: by its name, when it has one. */
static void
add_type(const struct type *type, unsigned depth, struct text *out)
{
    if (type->name.len && !(type->unit.len || type->has_min || type->has_max))
        text_add_str(out, type->name);
    else
        add_form(type, depth, out);
}

static void
add_list(const struct type *type, unsigned depth, struct text *out)
{
    uint32_t count = type->has_length && type->length_min == type->length_max && type->length_max < 5
                         ? type->length_max : 0;

    text_add(out, "[");
    for (uint32_t i = 0; i < (count ? count : 1); i++) {
        text_add(out, i ? ", " : "");
        add_type(type->item, depth, out);
    }
    text_add(out, count ? "]" : ", ...]");
}

static void
add_struct(const struct type *type, unsigned depth, struct text *out)
{
    text_add(out, "{");
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];

        text_printf(out, "%s%.*s%s: ", i ? ", " : "", STR(field->name), field->optional ? "?" : "");
        add_type(field->type, depth, out);
    }
    text_add(out, "}");
}

/* What a type is made of; `depth` ends types that contain themselves without a name. */
static void
add_form(const struct type *type, unsigned depth, struct text *out)
{
    if (depth == 0) {
        text_add(out, "...");
        return;
    }
    depth--;
    if (type->kind == TYPE_LIST) {
        add_list(type, depth, out);
    } else if (type->kind == TYPE_STRUCT) {
        add_struct(type, depth, out);
    } else if (type->kind == TYPE_MAP) {
        add_type(type->key, depth, out);
        text_add(out, " -> ");
        add_type(type->item, depth, out);
    } else if (type->kind == TYPE_ENUM) {
        for (uint32_t i = 0; i < type->values->count; i++)
            text_printf(out, "%s%.*s", i ? " | " : "", STR(type->values->items[i]->text));
    } else if (type->kind == TYPE_ANY_OF) {
        for (uint32_t i = 0; i < type->option_count; i++) {
            text_add(out, i ? " | " : "");
            add_type(type->options[i], depth, out);
        }
    } else {
        text_add(out, kind_name(type->kind));
        add_limits(type, out);
    }
}

/* Lists the named types that `type` leads to, each once, outer ones first. */
static void
collect(struct page *page, const struct type *type, unsigned depth)
{
    if (depth == 0 || !type)
        return;
    if (type->name.len && has_parts(type)) {
        for (size_t i = 0; i < page->types.count; i++)
            if (str_equal(page->types.at[i]->name, type->name))
                return;
        vec_push(&page->types, type);
    }
    if (type->kind == TYPE_MAP)
        collect(page, type->key, depth - 1);
    if (type->kind == TYPE_MAP || type->kind == TYPE_LIST)
        collect(page, type->item, depth - 1);
    for (uint32_t i = 0; i < type->field_count; i++)
        collect(page, type->fields[i].type, depth - 1);
    for (uint32_t i = 0; i < type->option_count; i++)
        collect(page, type->options[i], depth - 1);
}

/* --- lines --------------------------------------------------------------------------------------- */

/* `help` in lines of WIDTH, each indented. */
static void
add_help(struct page *page, struct str help, unsigned indent)
{
    size_t column = 0;

    for (size_t at = 0; at < help.len;) {
        size_t end = at;

        while (end < help.len && help.at[end] != ' ' && help.at[end] != '\n')
            end++;
        if (end > at) {
            if (column && column + 1 + (end - at) > WIDTH) {
                text_add(page->out, "\n");
                column = 0;
            }
            if (column)
                text_add(page->out, " ");
            else
                text_printf(page->out, "%*s", (int)indent, "");
            text_append(page->out, help.at + at, end - at);
            column = (column ? column + 1 : indent) + (end - at);
        }
        at = end + 1;
    }
    if (column)
        text_add(page->out, "\n");
}

/* The members of a struct, one a line, and what they mean. */
static void
add_fields(struct page *page, const struct type *type, unsigned indent)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];

        text_printf(page->out, "%*s%.*s%s: ", (int)indent, "", STR(field->name),
                    field->optional ? "?" : "");
        add_type(field->type, DEPTH, page->out);
        text_add(page->out, "\n");
        add_help(page, field->help, indent + 4);
    }
}

static void
add_named(struct page *page, const struct type *type, unsigned indent)
{
    text_printf(page->out, "%*s%.*s:", (int)indent, "", STR(type->name));
    if (type->kind != TYPE_STRUCT && type->kind != TYPE_ANY_OF) {
        text_add(page->out, " ");
        add_form(type, DEPTH, page->out);
    }
    text_add(page->out, "\n");
    add_help(page, type->help, indent + 4);
    if (type->kind == TYPE_STRUCT)
        add_fields(page, type, indent + 2);
    for (uint32_t i = 0; i < type->option_count; i++) {
        const struct type *option = type->options[i];

        if (option->kind == TYPE_STRUCT && !option->name.len) {
            text_printf(page->out, "%*s%s\n", (int)indent + 2, "", i ? "or with" : "with");
            add_fields(page, option, indent + 4);
        } else {
            text_printf(page->out, "%*s%s", (int)indent + 2, "", i ? "or " : "");
            add_type(option, DEPTH, page->out);
            text_add(page->out, "\n");
        }
    }
}

static void
add_types(struct page *page)
{
    const char *fence = page->markdown ? "```\n" : "";

    if (!page->types.count)
        return;
    text_add(page->out, page->markdown ? "\n## Types\n\n" : "\ntypes:\n");
    text_add(page->out, fence);
    for (size_t i = 0; i < page->types.count; i++)
        add_named(page, page->types.at[i], page->markdown ? 0 : 2);
    text_add(page->out, fence);
}

/* --- tasks --------------------------------------------------------------------------------------- */

/* Text for a cell of a table: `|` would end it. */
static void
add_cell(struct text *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '|')
            text_add(out, "\\|");
        else
            text_append(out, text.at[i] == '\n' ? " " : text.at + i, 1);
}

/* A default as one would write it. */
static void
add_default(const struct parameter *parameter, struct text *out)
{
    const struct node *value = parameter->fallback;
    long long mib = 1 << 20;

    if (parameter->type->kind == TYPE_BYTES && value->integer >= mib && value->integer % mib == 0)
        text_printf(out, "%lld MiB", (long long)value->integer / mib);
    else
        node_spell(value, out);
}

static void
add_row(struct page *page, const struct parameter *parameter, struct str type, struct str fallback)
{
    text_printf(page->out, "| `%.*s` | `", STR(parameter->name));
    add_cell(page->out, type);
    text_add(page->out, parameter->required ? "` | required | " : fallback.len ? "` | `" : "` | | ");
    if (fallback.len) {
        add_cell(page->out, fallback);
        text_add(page->out, "` | ");
    }
    add_cell(page->out, parameter->help);
    text_printf(page->out, "%s |\n", parameter->semantic ? "" : " *Does not change results.*");
}

static void
add_parameter(struct page *page, const struct parameter *parameter)
{
    struct text type, fallback;

    text_init(&type, 1 << 16);
    text_init(&fallback, 1 << 16);
    add_type(parameter->type, DEPTH, &type);
    if (parameter->fallback)
        add_default(parameter, &fallback);
    if (page->markdown) {
        add_row(page, parameter, text_view(&type), text_view(&fallback));
    } else {
        text_printf(page->out, "  %.*s: %s%s", STR(parameter->name), type.at,
                    parameter->required ? ", required" : "");
        if (fallback.len)
            text_printf(page->out, ", default %s", fallback.at);
        text_printf(page->out, "%s\n", parameter->semantic ? "" : ", does not change results");
        add_help(page, parameter->help, 6);
    }
    text_release(&fallback);
    text_release(&type);
}

static void
add_outputs(struct page *page, const struct task_desc *task)
{
    text_add(page->out, page->markdown ? "\nOutputs: " : "\noutputs:\n");
    for (uint32_t i = 0; i < task->output_count; i++) {
        const struct output *output = &task->outputs[i];

        if (page->markdown)
            text_printf(page->out, "%s`%.*s` (%.*s)", i ? ", " : "", STR(output->name),
                        STR(output->file));
        else
            text_printf(page->out, "  %.*s: %.*s\n", STR(output->name), STR(output->file));
    }
    if (task->outputs_from_workflow)
        text_printf(page->out, "%sthose that the stage names under %s\n", page->markdown ? "" : "  ",
                    page->markdown ? "`outputs`." : "'outputs'");
    else if (page->markdown)
        text_add(page->out, ".\n");
}

static void
add_head(struct page *page, const struct task_desc *task)
{
    if (page->markdown)
        text_printf(page->out, "\n## %.*s\n\n%.*s\n\n| parameter | type | default | meaning |\n"
                               "| --- | --- | --- | --- |\n",
                    STR(task->name), STR(task->summary));
    else
        text_printf(page->out, "%.*s, version %lld\n%.*s\n\nparameters:\n", STR(task->name),
                    (long long)task->version, STR(task->summary));
}

static void
add_tail(struct page *page, const struct task_desc *task)
{
    const char *ranks = task->mpi ? "any number of ranks (MPI)" : "one rank";

    if (page->markdown)
        text_printf(page->out, "\nVersion %lld. Runs on %s.", (long long)task->version, ranks);
    else
        text_printf(page->out, "\nruns on %s\n", ranks);
    for (uint32_t i = 0; i < task->tool_count; i++)
        text_printf(page->out, "%s %.*s",
                    i ? "," : page->markdown ? " Its key covers the versions of" : "key covers the versions of:",
                    STR(task->tools[i]));
    if (page->markdown)
        text_add(page->out, task->tool_count ? ".\n" : "\n");
    else if (task->tool_count)
        text_add(page->out, "\n");
}

static void
add_task(struct page *page, const struct task_desc *task)
{
    add_head(page, task);
    for (uint32_t i = 0; i < task->parameter_count; i++) {
        add_parameter(page, &task->parameters[i]);
        collect(page, task->parameters[i].type, DEPTH);
    }
    if (task->extra)
        text_add(page->out, page->markdown ? "| any other | `any` | | Handed on as it is. |\n"
                                           : "  and any others\n");
    add_outputs(page, task);
    add_tail(page, task);
}

void
task_page(const struct task_desc *const *tasks, uint32_t count, bool markdown, struct text *out)
{
    struct page page = { .out = out, .markdown = markdown };

    for (uint32_t i = 0; i < count; i++) {
        if (i && !markdown)
            text_add(out, "\n");
        add_task(&page, tasks[i]);
    }
    add_types(&page);
    vec_release(&page.types);
}
