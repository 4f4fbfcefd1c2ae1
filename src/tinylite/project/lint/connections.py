"""Advice on connections: what does not belong into a repository."""

from __future__ import annotations

from collections.abc import Iterator

from tinylite.diagnostics import Diagnostic, Severity
from tinylite.project.library import Library
from tinylite.project.lint.examined import Examined
from tinylite.project.model import Project

SECRETS = (
    "KAFKA_KEY", "KAFKA_SECRET", "S3_ACCESS_KEY", "S3_SECRET", "GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON",
    "GCS_HMAC_ACCESS_ID", "GCS_HMAC_SECRET",
)  # fmt: skip


def plain_secrets(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL606."""
    for connection in project.connections.values():
        for name in SECRETS:
            value = connection.settings.get(name)
            if value is not None and "{{" not in value.value:
                hint = f'write {{{{ tb_secret("{name.lower()}") }}}}, and set it with tinylite secret set'
                message = f"{name} stands here in plain text"
                yield Diagnostic("TL606", message, value.span, hint, Severity.WARNING)
