"""Views that the configuration names for everybody: `[[lens]]` and `/api/v1/lenses`."""

from harness.inputs import file_input

LENSES = """
[[lens]]
name = "Slow checkouts"
about = "more than a second"
filter = "path:/checkout duration_ms>1000"
columns = ["duration_ms", "trace"]
[[lens]]
name = "Everything"
"""


def test_lenses_are_told_in_their_order(relay):
    answer = relay(file_input() + LENSES).get("/api/v1/lenses")
    assert answer.status == 200 and answer.json() == {
        "lenses": [
            {
                "name": "Slow checkouts", "about": "more than a second", "stream": "all",
                "filter": "path:/checkout duration_ms>1000", "columns": ["duration_ms", "trace"],
            },
            {"name": "Everything", "stream": "all", "filter": "", "columns": []},
        ]
    }


def test_without_lenses_the_list_is_empty(relay):
    assert relay(file_input()).get("/api/v1/lenses").json() == {"lenses": []}
