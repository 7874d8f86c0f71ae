#include "gap_junctions/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

static void
warn_closed(struct task *task, const struct gap_rule *rule, const char *population, uint64_t closed)
{
    if (closed > 0)
        task_warn(task, "%llu cells of '%s' have no section of the types and layers of "
                  "gap_junctions.%s.%s", (unsigned long long)closed, population, rule->a, rule->b);
}

void
report_warn(struct task *task, const struct gap_rule *rule, const struct gap_count *count)
{
    warn_closed(task, rule, rule->a, count->closed_a);
    if (strcmp(rule->a, rule->b) != 0)
        warn_closed(task, rule, rule->b, count->closed_b);
    if (count->junctions == 0)
        task_warn(task, "no cells of '%s' and '%s' are joined: %llu pairs are in reach", rule->a,
                  rule->b, (unsigned long long)count->candidates);
}

int
report_write(const char *path, const struct gap_rules *rules, const struct gap_count *counts,
             struct fx_error *err)
{
    json_t *list = json_array();
    char *text;
    int status;

    for (size_t i = 0; i < rules->count; i++)
        json_array_append_new(
            list, json_pack("{s:[s,s], s:I, s:I, s:[I,I]}", "populations", rules->at[i].a,
                            rules->at[i].b, "candidates", (json_int_t)counts[i].candidates,
                            "junctions", (json_int_t)counts[i].junctions, "without_place",
                            (json_int_t)counts[i].closed_a, (json_int_t)counts[i].closed_b));
    text = json_dumps(list, JSON_INDENT(1));
    json_decref(list);
    if (!text)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the names of the populations are not UTF-8");
    status = file_replace(path, str_of(text), false, err);
    free(text);
    return status;
}
