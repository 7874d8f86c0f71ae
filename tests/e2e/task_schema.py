"""Checks files against `fornix task schema` with a real validator.

    task_schema.py FORNIX SOURCE FOLDER

Every workflow in the repository must be valid, and those of the gallery of broken ones refused that are
wrong in a way that a schema can tell. YAML is read by 1.2's core schema.
"""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

# What a schema can tell: keys that are not there, kinds of values, ranges of bare numbers.
REFUSED = set("""
    any_of axes axes_of_a_stage bad_names empty_file env env_defaults exclude huge_numbers kinds many_mistakes mechanisms
    misspelt_params missing_parameter no_stages no_version not_a_map not_whole other_version offsets open_bounds out_of_range outputs
    profile_mistakes quoted_version random resources sample task_mistakes task_null tasks_path uneven_lists unknown_key
    unknown_parameter unknown_stage_key unknown_task wrong_types zip_form
""".split())


# Aliases of aliases, which this reader would write out.
BOMBS = {"bomb"}


class Constructor(SafeConstructor):
    """Without YAML 1.1's dates; !include is a value that is not known here."""


Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)
Constructor.add_constructor("!include", lambda self, node: "${file:" + node.value + "}")


def read(text):
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    value = yaml.load(text)
    # Keys of JSON are strings: those of maps of integers too.
    return json.loads(json.dumps(value, default=str))


def schema(fornix, workflow):
    words = [fornix, "task", "schema"] + ([workflow] if workflow else [])
    value = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    jsonschema.Draft7Validator.check_schema(value)
    return jsonschema.Draft7Validator(value)


def first(validator, value):
    """The first mistake, at the depth where it is, or None."""
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return error and f"{'.'.join(map(str, error.absolute_path))}: {error.message[:160]}"


def workflows(source):
    """(name, path, text) of all files and pages with a workflow in them."""
    for path in sorted(source.glob("workflows/**/*.yaml")) + sorted(source.glob("tests/**/*.yaml")):
        text = path.read_text(errors="replace")
        if "broken" not in path.parts and re.search(r"^fornix: 1$", text, re.M):
            yield path.relative_to(source), path, text
    for path in sorted(source.glob("docs/*.md")) + [source / "README.md"]:
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", path.read_text(), re.M | re.S)):
            if re.search(r"^fornix: 1\b", block, re.M):
                yield f"{path.name}, block {number}", None, block


def main(fornix, source, folder):
    wrong, valid, refused = [], 0, 0
    plain = schema(fornix, None)
    with_tasks = {}
    for name, path, text in workflows(source):
        value = read(text)
        own = path and "tasks" in value
        told = first(schema(fornix, path) if own else plain, value)
        # Pages may show tasks of the reader's own.
        if told and not (path is None and "is not one of ['" in told):
            wrong.append(f"{name} is refused: {told}")
        valid += 1

    fixture = folder / "fixture.yaml"
    fixture.write_text(f"fornix: 1\ntasks: [{source / 'tests/fixtures/tasks'}]\nstages: {{}}\n")
    gallery = schema(fornix, fixture)
    for path in sorted((source / "tests/fixtures/broken").glob("*.yaml")):
        if path.stem in BOMBS:
            continue
        try:
            value = read(path.read_bytes())
        except Exception as reason:  # no YAML, no schema
            if path.stem in REFUSED:
                wrong.append(f"{path.stem} cannot be read: {reason}")
            continue
        told = first(gallery, value)
        refused += told is not None
        if (told is not None) != (path.stem in REFUSED):
            wrong.append(f"{path.stem} is {'refused: ' + told if told else 'not refused'}")
    print(*wrong, sep="\n", file=sys.stderr)
    print(f"task_schema: {valid} workflows valid, {refused} broken ones refused")
    return 1 if wrong or valid < 3 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
