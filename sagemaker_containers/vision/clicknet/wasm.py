"""Builds what browsers run of the networks: `python -m clicknet.wasm` writes clicknet.wasm and layers.wasm in web/.

The first is the kernel round a network, which Python has too; the second computes its layers, for which Python has
ONNX Runtime.

pip install ziglang==0.17.1
PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision python -m clicknet.wasm
"""

from pathlib import Path

from clicknet.native import KERNEL
from masks.wasm import WEB, BrowserKernel
from splats.build import Kernel

CLICKNET = BrowserKernel(
    KERNEL,
    (
        *("clicknet_bytes", "clicknet_open", "clicknet_width", "clicknet_height", "clicknet_look"),
        *("clicknet_grid_width", "clicknet_grid_height", "clicknet_answer"),
        *("clicknet_join", "clicknet_scale", "clicknet_enlarge"),
    ),
    WEB / "clicknet.wasm",
)
LAYERS = BrowserKernel(
    Kernel("layers", "the layers of the click networks", Path(__file__).parent / "layers", KERNEL.flags),
    (
        *("layers_map_floats", "layers_weight_floats", "layers_scratch_floats", "layers_pack", "layers_rim"),
        *("layers_take", "layers_convolve", "layers_add", "layers_mean", "layers_double"),
        "layers_give",
    ),
    WEB / "layers.wasm",
)

if __name__ == "__main__":
    CLICKNET.renew()
    LAYERS.renew()
