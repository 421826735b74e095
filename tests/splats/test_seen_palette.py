"""Palettes of harmonics by what views see of them, beside palettes by their numbers alone."""

import numpy as np
import pytest
import torch

from splats.codebooks import vector_palette
from splats.harmonics import harmonics
from splats.seen_harmonics import add_products, mean_harmonics, no_products, spread_harmonics
from splats.seen_palette import palette_as_seen

SPLATS, VIEWS, DEGREE = 3000, 6, 2
HARMONICS = 8


def narrow_views(seed=0):
    """The harmonics' values (VIEWS, SPLATS, 9) in directions that lie near one of each splat's own."""
    random = torch.Generator().manual_seed(seed)
    middle = torch.randn(SPLATS, 3, generator=random)
    spread = 0.4 * torch.randn(VIEWS, SPLATS, 3, generator=random)
    middle = torch.nn.functional.normalize(middle, dim=1)
    away = torch.nn.functional.normalize(middle + spread, dim=2)
    return torch.stack([harmonics(directions, DEGREE) for directions in away])


def products_of(values):
    products = no_products(SPLATS, DEGREE, torch.device("cpu"))
    for basis in values:
        add_products(products, torch.full((SPLATS,), 1 / len(values)), basis)
    return products.numpy()


@pytest.fixture(scope="module")
def values():
    return narrow_views()


@pytest.fixture(scope="module")
def products(values):
    return products_of(values)


@pytest.fixture(scope="module")
def higher():
    return np.random.default_rng(1).normal(size=(SPLATS, HARMONICS, 3)).astype(np.float32)


def shown_error(values, higher, palette):
    """Mean square (n,) of what views see changed, but for what is the same in all views of a splat."""
    kept = palette.entries.reshape(-1, HARMONICS, 3)[palette.labels]
    changed = np.einsum("vnk,nkc->vnc", values[:, :, 1:].numpy(), kept - higher)
    return ((changed - changed.mean(axis=0)) ** 2).sum(axis=2).mean(axis=0)


def test_means_and_spreads_are_those_of_the_views(values, products):
    beyond = values[:, :, 1:].numpy().astype(np.float64)
    away = beyond - beyond.mean(axis=0)
    first, second = np.triu_indices(HARMONICS)
    wanted = (away[:, :, first] * away[:, :, second]).mean(axis=0)
    assert mean_harmonics(products) == pytest.approx(beyond.mean(axis=0), abs=1e-5)
    assert spread_harmonics(products) == pytest.approx(wanted, abs=1e-5)


def test_what_was_never_seen_has_no_means_and_no_spread():
    products = no_products(5, DEGREE, torch.device("cpu"))
    add_products(products, torch.zeros(5), torch.ones(5, 9))
    assert not mean_harmonics(products.numpy()).any()
    assert not spread_harmonics(products.numpy()).any()


def test_entries_are_right_where_splats_are_seen_from(values, products, higher):
    mass = np.ones(SPLATS)
    seen = palette_as_seen(higher, mass, spread_harmonics(products), 256)
    plain = vector_palette(higher.reshape(SPLATS, -1), 256, mass)
    assert len(seen.entries) <= 256
    assert shown_error(values, higher, seen).mean() < 0.4 * shown_error(values, higher, plain).mean()


def test_splats_that_matter_more_are_shown_better(values, products, higher):
    mass = np.where(np.arange(SPLATS) < 300, 100.0, 1.0)
    palette = palette_as_seen(higher, mass, spread_harmonics(products), 128)
    error = shown_error(values, higher, palette)
    assert error[:300].mean() < 0.7 * error[300:].mean()


def test_splats_that_nothing_sees_get_entries_of_their_own_kind(higher):
    unseen = np.zeros((SPLATS, HARMONICS * (HARMONICS + 1) // 2), np.float32)
    palette = palette_as_seen(higher[:100], np.ones(100), unseen[:100], 256)
    assert palette.entries[palette.labels] == pytest.approx(higher[:100].reshape(100, -1), abs=1e-3)


def test_equal_input_gives_an_equal_palette(products, higher):
    first, second = (
        palette_as_seen(higher, np.ones(SPLATS), spread_harmonics(products), 64) for _ in range(2)
    )
    assert np.array_equal(first.entries, second.entries)
    assert np.array_equal(first.labels, second.labels)
