"""Builds the kernel round the network for browsers: `python -m clicknet.wasm` writes web/src/clicks/clicknet.wasm.

pip install ziglang==0.15.1
PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision python -m clicknet.wasm
"""

from clicknet.native import KERNEL
from masks.wasm import WEB, BrowserKernel

CLICKNET = BrowserKernel(
    KERNEL,
    (
        *("clicknet_bytes", "clicknet_open", "clicknet_width", "clicknet_height", "clicknet_look"),
        *("clicknet_grid_width", "clicknet_grid_height", "clicknet_answer"),
        *("clicknet_join", "clicknet_scale", "clicknet_enlarge"),
    ),
    WEB / "clicknet.wasm",
)

if __name__ == "__main__":
    CLICKNET.renew()
