"""Numbers and vectors by the nearest of a few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splats.codebooks import nearest_code, scalar_codebook, vector_palette


def test_the_codebook_of_normal_numbers_is_as_good_as_theory_allows():
    numbers = np.random.default_rng(1).normal(size=100_000)
    codebook = scalar_codebook(numbers, 256)
    error = np.mean((codebook[nearest_code(numbers, codebook)] - numbers) ** 2)
    panter_dite = np.sqrt(3) * np.pi / 2 / 256**2
    assert error < 1.02 * panter_dite


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_few_different_numbers_are_kept_exactly(numbers):
    values = np.array(numbers, np.float32) / 8
    codebook = scalar_codebook(values, 256)
    assert len(codebook) == 256
    assert (codebook[nearest_code(values, codebook)] == values).all()


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=300, max_size=600))
@settings(max_examples=25)
def test_a_codebook_ascends_and_stays_within_its_numbers(numbers):
    values = np.array(numbers)
    codebook = scalar_codebook(values, 16)
    assert (np.diff(codebook) >= 0).all()
    assert values.min() - 1e-3 <= codebook[0] <= codebook[-1] <= values.max() + 1e-3


def test_numbers_that_matter_more_get_a_smaller_error():
    numbers = np.random.default_rng(2).uniform(-1, 1, 20_000)
    weights = np.where(numbers > 0, 100.0, 1.0)
    codebook = scalar_codebook(numbers, 64, weights)
    errors = (codebook[nearest_code(numbers, codebook)] - numbers) ** 2
    assert errors[numbers > 0].mean() < errors[numbers < 0].mean() / 4


def clustered(count, kinds=200, seed=0):
    random = np.random.default_rng(seed)
    centres = random.normal(size=(kinds, 24))
    return (centres[random.integers(0, kinds, count)] + 0.1 * random.normal(size=(count, 24))).astype(
        np.float32
    )


def test_a_palette_finds_most_of_what_vectors_have_in_common():
    vectors = clustered(20_000)
    palette = vector_palette(vectors, 1024)
    left = ((palette.entries[palette.labels] - vectors) ** 2).sum() / ((vectors - vectors.mean(0)) ** 2).sum()
    assert len(palette.entries) <= 1024
    assert left < 0.02


def test_more_entries_than_vectors_means_no_error():
    vectors = clustered(50)
    palette = vector_palette(vectors, 4096)
    assert np.array_equal(palette.entries[palette.labels], vectors)


def test_vectors_that_are_all_the_same_need_one_entry():
    palette = vector_palette(np.full((100, 9), 0.25, np.float32), 64)
    assert (palette.entries[palette.labels] == 0.25).all()


def test_equal_input_gives_an_equal_palette():
    first, second = (vector_palette(clustered(3000), 128) for _ in range(2))
    assert np.array_equal(first.entries, second.entries)
    assert np.array_equal(first.labels, second.labels)


def test_vectors_that_matter_more_get_a_smaller_error():
    vectors = clustered(8000, kinds=4000)
    weights = np.where(np.arange(8000) < 800, 100.0, 1.0)
    palette = vector_palette(vectors, 256, weights)
    errors = ((palette.entries[palette.labels] - vectors) ** 2).sum(axis=1)
    assert errors[:800].mean() < errors[800:].mean() * 0.7


@pytest.mark.parametrize(("vectors", "entries"), [(np.zeros((0, 9), np.float32), 4), (clustered(5), 0)])
def test_a_palette_of_nothing_is_refused(vectors, entries):
    with pytest.raises(ValueError, match="at least one"):
        vector_palette(vectors, entries)
