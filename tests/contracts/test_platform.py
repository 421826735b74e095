"""Wiring: both platforms come together without asking anybody anything."""

from pathlib import Path

import pytest

import diorama.aws
import local.platform
from diorama.errors import ConfigurationError
from diorama.settings import Settings


def test_connecting_to_aws_makes_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    platform = diorama.aws.connect(Settings(jobs_table="jobs", records_table="records"))
    assert platform.jobs is not platform.records


def test_connecting_locally_needs_a_folder_and_no_studio(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        local.platform.connect(Settings())
    settings = Settings(
        state_folder=str(tmp_path / "state"), bucket="Media", jobs_table="Jobs", records_table="Records"
    )
    platform = local.platform.connect(settings)
    platform.store.put("s3://Media/a", b"1")
    platform.jobs.put({"pk": "a", "sk": "b"}, expected_rev=0)
    assert platform.records.get("a", "b") is None
    assert local.platform.connect(settings).jobs.get("a", "b") is not None
