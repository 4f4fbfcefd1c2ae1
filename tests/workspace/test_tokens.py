"""Tokens of datafiles."""

from __future__ import annotations

from pathlib import Path

from tests.workspace.projects import HITS, project, workspace
from tinylite.workspace import Workspace


def scopes(opened: Workspace) -> dict[str, set[tuple[str, str]]]:
    return {token.name: {(scope.kind, scope.resource) for scope in token.scopes} for token in opened.tokens.all()}


def test_datafiles_make_tokens_with_their_scopes(tmp_path: Path) -> None:
    pipe = 'TOKEN "app" READ\nNODE n\nSQL >\n    SELECT 1 AS x\nTYPE endpoint\n'
    with workspace(tmp_path) as opened:
        opened.build(
            project(tmp_path, {"hits.datasource": 'TOKEN "app" APPEND\nTOKEN "b" READ\n' + HITS, "one.pipe": pipe})
        )
        assert scopes(opened) == {
            "admin token": {("ADMIN", "")},
            "app": {("DATASOURCES:APPEND", "hits"), ("PIPES:READ", "one")},
            "b": {("DATASOURCES:READ", "hits")},
        }


def test_a_token_stays_the_same_while_its_scopes_change(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": 'TOKEN "app" APPEND\n' + HITS}))
        before = {token.name: token.token for token in opened.tokens.all()}
        opened.build(project(tmp_path, {"hits.datasource": 'TOKEN "app" READ\n' + HITS}))
        assert {token.name: token.token for token in opened.tokens.all()} == before
        assert scopes(opened)["app"] == {("DATASOURCES:READ", "hits")}


def test_a_token_without_a_datafile_is_gone(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": 'TOKEN "app" APPEND\n' + HITS}))
        token = next(token.token for token in opened.tokens.all() if token.name == "app")
        assert opened.tokens.find(token) is not None
        opened.build(project(tmp_path, {"hits.datasource": HITS}))
        assert opened.tokens.find(token) is None


def test_a_datafile_can_not_change_the_admin_token(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        opened.build(project(tmp_path, {"hits.datasource": 'TOKEN "admin token" READ\n' + HITS}))
        assert scopes(opened) == {"admin token": {("ADMIN", "")}}
