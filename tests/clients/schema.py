"""Checks a document against its JSON Schema: `schema.py SCHEMA DOCUMENT`. Exits with an error if it does not fit."""

import copy
import json
import sys

from jsonschema import Draft202012Validator


def main(schema, document):
    with open(schema) as file:
        schema = json.load(file)
    with open(document) as file:
        document = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    assert not errors, "\n".join(errors)
    # And that it can say no.
    for change in [
        lambda route: route.update(state="open"),
        lambda route: route.update(more=1),
        lambda route: route.update(state="public"),
        lambda route: route.pop("access"),
        lambda route: route["source"].pop("line"),
    ]:
        other = copy.deepcopy(document)
        change(next(route for route in other["routes"] if route["state"] == "authorized"))
        assert not validator.is_valid(other), other


main(*sys.argv[1:])
