import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.transform import Rotation

from splats.rotations import from_smallest_three, smallest_three, turned_least

quaternions = hnp.arrays(np.float64, (7, 4), elements=st.floats(-3, 3, width=32))


@given(quaternions)
def test_a_rotation_comes_back_or_its_negative_does(quats: np.ndarray) -> None:
    largest, kept = smallest_three(quats)
    lengths = np.linalg.norm(quats, axis=1)
    again = from_smallest_three(largest, kept)
    turned = lengths > 1e-6
    unit = quats[turned] / lengths[turned, None]
    assert np.allclose(np.abs((unit * again[turned]).sum(axis=1)), 1, atol=1e-6)


@given(quaternions)
def test_what_is_kept_is_small_and_what_is_not_is_positive(quats: np.ndarray) -> None:
    largest, kept = smallest_three(quats)
    again = from_smallest_three(largest, kept)
    assert (np.abs(kept) <= np.sqrt(0.5) + 1e-12).all()
    assert (again[np.arange(len(again)), largest] >= 0.5 - 1e-6).all()


def test_a_quaternion_without_length_is_no_rotation() -> None:
    assert from_smallest_three(*smallest_three(np.zeros((1, 4)))).tolist() == [[1, 0, 0, 0]]


@given(quaternions)
def test_axes_named_anew_are_the_same_ellipsoid_turned_less(quats: np.ndarray) -> None:
    quats[np.linalg.norm(quats, axis=1) < 1e-3] = [1, 0, 0, 0]
    squares = np.tile([1.0, 4.0, 9.0], (len(quats), 1))
    named, axes = turned_least(quats)

    def covariances(rotations: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        turned = Rotation.from_quat(rotations[:, [1, 2, 3, 0]]).as_matrix()
        return (turned * sizes[:, None, :]) @ turned.transpose(0, 2, 1)

    again = covariances(named, np.take_along_axis(squares, axes, axis=1))
    assert np.allclose(again, covariances(quats, squares), atol=1e-6)
    assert (np.abs(named[:, 0]) >= 0.85).all()
