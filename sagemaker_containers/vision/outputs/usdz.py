"""USDZ for iOS' Quick Look: a USD text layer and its texture in a zip without compression.

The package (openusd.org/release/spec_usdz.html): every file's bytes begin at a multiple of 64, the first file is the
layer that is shown. Materials are UsdPreviewSurface.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from outputs.mesh_files import ROUGHNESS, TEXTURE, jpeg
from outputs.textured import TexturedMesh

ALIGNED_BYTES = 64
LOCAL_HEADER, CENTRAL_HEADER, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
ZIP_DATE = 0x21
"""1 January 1980: equal objects give equal files."""
PADDING_ID = 0x1986
"""Of the extra field that moves a file's bytes to where they have to begin; readers skip what they don't know."""
LAYER = "object.usda"


def write_usdz(path: Path, mesh: TexturedMesh, is_metric: bool) -> None:
    """Writes one mesh; without a known size, its longest side is shown as one metre."""
    path.write_bytes(aligned_zip({LAYER: _layer(mesh, is_metric).encode(), TEXTURE: jpeg(mesh.texture)}))


def aligned_zip(files: dict[str, bytes]) -> bytes:
    """A zip of stored files whose bytes all begin at a multiple of 64."""
    body, directory = bytearray(), bytearray()
    for name, data in files.items():
        at, encoded = len(body), name.encode("ascii")
        extra = _padding(at + 30 + len(encoded))
        sizes = (zlib.crc32(data), len(data), len(data), len(encoded), len(extra))
        body += (
            LOCAL_HEADER + struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, ZIP_DATE, *sizes) + encoded + extra + data
        )
        directory += CENTRAL_HEADER + struct.pack(
            "<HHHHHHIIIHHHHHII", 10, 10, 0, 0, 0, ZIP_DATE, *sizes[:4], 0, 0, 0, 0, 0, at
        )
        directory += encoded
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + END + end)


def _padding(begin: int) -> bytes:
    """The extra field after which an offset that was `begin` without it is aligned."""
    length = -begin % ALIGNED_BYTES
    if length == 0:
        return b""
    length += 0 if length >= 4 else ALIGNED_BYTES
    return struct.pack("<HH", PADDING_ID, length - 4) + bytes(length - 4)


def _layer(mesh: TexturedMesh, is_metric: bool) -> str:
    doc = "In metres" if is_metric else "Its true size is unknown"
    return f"""#usda 1.0
(
    defaultPrim = "Object"
    doc = "{doc}"
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "Object" (
    kind = "component"
)
{{
{_mesh(mesh)}
{_material()}
}}
"""


def _mesh(mesh: TexturedMesh) -> str:
    low, high = (_tuples(corner[None]) for corner in mesh.bounds)
    upwards = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)
    return f"""    def Mesh "Mesh" (
        prepend apiSchemas = ["MaterialBindingAPI"]
    )
    {{
        uniform bool doubleSided = 0
        float3[] extent = [{low}, {high}]
        int[] faceVertexCounts = [{", ".join(["3"] * len(mesh.faces))}]
        int[] faceVertexIndices = [{", ".join(map(str, mesh.faces.ravel().tolist()))}]
        rel material:binding = </Object/Material>
        normal3f[] normals = [{_tuples(mesh.normals)}] (
            interpolation = "vertex"
        )
        point3f[] points = [{_tuples(mesh.vertices)}]
        texCoord2f[] primvars:st = [{_tuples(upwards)}] (
            interpolation = "vertex"
        )
        uniform token subdivisionScheme = "none"
    }}"""


def _tuples(rows: NDArray[np.floating]) -> str:
    pattern = "(" + ", ".join(["%.6g"] * rows.shape[1]) + ")"
    return ", ".join([pattern] * len(rows)) % tuple(rows.ravel().tolist())


def _material() -> str:
    return f"""    def Material "Material"
    {{
        token outputs:surface.connect = </Object/Material/Surface.outputs:surface>

        def Shader "Surface"
        {{
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor.connect = </Object/Material/Texture.outputs:rgb>
            float inputs:metallic = 0
            float inputs:roughness = {ROUGHNESS}
            token outputs:surface
        }}

        def Shader "Texture"
        {{
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @{TEXTURE}@
            token inputs:sourceColorSpace = "sRGB"
            float2 inputs:st.connect = </Object/Material/Coordinates.outputs:result>
            token inputs:wrapS = "clamp"
            token inputs:wrapT = "clamp"
            float3 outputs:rgb
        }}

        def Shader "Coordinates"
        {{
            uniform token info:id = "UsdPrimvarReader_float2"
            string inputs:varname = "st"
            float2 outputs:result
        }}
    }}"""
