/* Parts of a network: which fit together, in which order, and what is said of those that do not. */
#include "test.h"

#include "neuroh5_graph/parts.h"

static void
set_up(struct parts *parts, struct neuroh5_types *types)
{
    static const char *const paths[] = { "s.h5", "d.h5", "f.h5", "y.h5", "z.h5" };
    struct fx_error err = FX_ERROR_NONE;

    *types = (struct neuroh5_types){ 0 };
    *parts = (struct parts){ .types = types };
    CHECK_OK(neuroh5_types_add(types, "A", 1, 10, &err), err);
    CHECK_OK(neuroh5_types_add(types, "B", 2, 0, &err), err);
    CHECK_OK(neuroh5_types_add_pair(types, "B", "A", &err), err);
    CHECK_OK(neuroh5_types_finish(types, &err), err);
    for (size_t i = 0; i < 5; i++)
        vec_push(&parts->paths, paths[i]);
}

static int
add(struct parts *parts, enum role role, uint32_t file, uint16_t population, uint16_t source,
    uint64_t cells, struct fx_error *err)
{
    return parts_add(parts, (struct part){ role, file, population, source, cells, 100 }, err);
}

TEST(parts_in_the_order_of_roles_and_numbers)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;
    struct parts parts;
    char digests[5][33] = { "d0", "d1", "d2", "d3", "d4" }, *text;
    json_t *json;

    set_up(&parts, &types);
    CHECK_OK(add(&parts, ROLE_CONNECTIONS, 4, 1, 2, 10, &err), err);
    CHECK_OK(add(&parts, ROLE_SYNAPSES, 3, 1, 0, 10, &err), err);
    CHECK_OK(add(&parts, ROLE_FOREST, 2, 1, 0, 10, &err), err);
    CHECK_OK(add(&parts, ROLE_DISTANCES, 1, 1, 0, 10, &err), err);
    CHECK_OK(add(&parts, ROLE_SOMAS, 0, 1, 0, 10, &err), err);
    CHECK_OK(parts_finish(&parts, &err), err);
    for (size_t i = 0; i < 5; i++)
        CHECK_INT(parts.list.at[i].role, i);
    json = parts_json(&parts, (const char (*)[33])digests);
    text = json_dumps(json_array_get(json_object_get(json, "parts"), 4), JSON_COMPACT);
    CHECK_STR(text, "{\"part\":\"connections\",\"source\":\"B\",\"destination\":\"A\",\"cells\":10,"
                    "\"edges\":100,\"digest\":\"d4\"}");
    free(text);
    text = json_dumps(json_array_get(json_object_get(json, "parts"), 0), JSON_COMPACT);
    CHECK_STR(text, "{\"part\":\"somas\",\"population\":\"A\",\"cells\":10,\"digest\":\"d0\"}");
    free(text);
    json_decref(json);
    parts_release(&parts);
    neuroh5_types_release(&types);
}

TEST(parts_that_do_not_fit)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;
    struct parts parts;

    set_up(&parts, &types);
    CHECK_OK(add(&parts, ROLE_SOMAS, 0, 1, 0, 10, &err), err);
    CHECK(add(&parts, ROLE_SOMAS, 1, 1, 0, 10, &err));
    CHECK_STR(err.text, "somas of A are both in 's.h5' and in 'd.h5'");
    CHECK(add(&parts, ROLE_FOREST, 2, 1, 0, 9, &err));
    CHECK_STR(err.text, "'f.h5' has forest of A for 9 cells, 's.h5' has 10 cells");
    CHECK(add(&parts, ROLE_CONNECTIONS, 4, 2, 1, 0, &err));
    CHECK_STR(err.text,
              "'z.h5' has the projection A -> B, which is not among the network's projections");
    CHECK(parts_finish(&parts, &err));
    CHECK_STR(err.text, "'d.h5' has no 'Arc Distances' of A");
    CHECK_OK(add(&parts, ROLE_DISTANCES, 1, 1, 0, 10, &err), err);
    CHECK_OK(parts_finish(&parts, &err), err);
    CHECK_OK(add(&parts, ROLE_SYNAPSES, 3, 1, 0, 10, &err), err);
    CHECK(parts_finish(&parts, &err));
    CHECK_STR(err.text, "'y.h5' has synapses of A, but no forest has its trees");
    parts_release(&parts);
    neuroh5_types_release(&types);
}

TEST(gap_junctions_of_two_populations_are_there_once)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;
    struct parts parts;
    char name[500];

    set_up(&parts, &types);
    /* No connections from A to B are valid, but gap junctions need not be. */
    CHECK_OK(add(&parts, ROLE_GAP_JUNCTIONS, 3, 2, 1, 0, &err), err);
    CHECK_OK(add(&parts, ROLE_CONNECTIONS, 4, 1, 2, 10, &err), err);
    part_name(&parts, &parts.list.at[0], name);
    CHECK_STR(name, "A -> B");
    CHECK(add(&parts, ROLE_GAP_JUNCTIONS, 4, 1, 2, 10, &err) == -1);
    CHECK_STR(err.text, "gap_junctions of B -> A are both in 'y.h5' and in 'z.h5'");
    CHECK(role_is_projection(ROLE_GAP_JUNCTIONS) && !role_is_projection(ROLE_SYNAPSES));
    parts_release(&parts);
    neuroh5_types_release(&types);
}
