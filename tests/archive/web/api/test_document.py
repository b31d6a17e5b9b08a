"""Whatever a client makes of the document is answered as the document says."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from archive.web.api import table
from archive.web.api.operation import Operation
from archive.web.server import ReplayServer
from tests.archive.web.paper import Get

#: That every question of the right form has an answer is not among them: a query may hold no word.
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        pytest.param(operation, mode, id=f"{operation.name}-{mode.value}")
        for operation in table.OPERATIONS
        for mode in GenerationMode
        if operation.parameters or mode is GenerationMode.POSITIVE
    ],
)
def test_answers_are_as_described(
    server: ReplayServer, get: Get, operation: Operation, mode: GenerationMode
) -> None:
    schema = openapi.from_dict(json.loads(get(table.DOCUMENT_PATH).body))
    cases = schema[operation.path]["GET"].as_strategy(generation_mode=mode)

    @given(case=cases)
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Case) -> None:
        case.call_and_validate(base_url=server.url, checks=CHECKS)

    each()
