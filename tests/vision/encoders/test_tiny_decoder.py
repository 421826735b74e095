"""What tests of the page are given is what embed_photo writes."""

import json
from pathlib import Path

import numpy as np
import pytest

from diorama.objects.stages import EmbeddingArray
from tests.vision.tiny_decoder import write_example


@pytest.mark.slow
def test_an_example_for_the_page_has_prompts_that_get_different_answers(tmp_path: Path) -> None:
    write_example(tmp_path)
    embedding = json.loads((tmp_path / "embedding.json").read_text())
    for one in embedding["arrays"]:
        array = EmbeddingArray.model_validate(one)
        assert (tmp_path / array.file).stat().st_size == 2 * np.prod(array.shape)
    masks = [np.array(one["mask"]) for one in json.loads((tmp_path / "answers.json").read_text())["prompts"]]
    assert [mask.size for mask in masks] == [256] * 5
    assert all(np.abs(one - other).max() > 0.01 for n, one in enumerate(masks) for other in masks[:n])
