"""Headless Chromium as bench, the browser tests and docs' pictures start it, by Playwright or by itself."""

import os
import shutil

PLAIN = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What its command begins with: it talks to nobody but who is asked."""
WITH_WEBGL = (*PLAIN, "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""WebGL 2 without a graphics card."""


def chromium() -> str | None:
    """Where it is: DIORAMA_CHROMIUM, or what this machine has; None where there is none, or only Playwright's own."""
    return os.environ.get("DIORAMA_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
