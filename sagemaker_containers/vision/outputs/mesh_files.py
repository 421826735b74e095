"""Textured meshes as files: GLB, OBJ in a zip with its texture, and STL for printing."""

import io
import zipfile
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual import TextureVisuals
from trimesh.visual.material import PBRMaterial

from outputs.textured import TexturedMesh
from shapes.silhouette import Picture

JPEG_QUALITY = 90
ROUGHNESS = 0.85
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MATERIAL, TEXTURE = "object", "texture.jpg"
PRINTED_MM = 100.0
"""Longest side of an object in STL where its true size is unknown."""
MM_PER_METRE = 1000.0


def jpeg(texture: Picture) -> bytes:
    """A texture as it lies in every file."""
    file = io.BytesIO()
    Image.fromarray(texture).save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return file.getvalue()


def write_glb(path: Path, meshes: dict[str, TexturedMesh]) -> None:
    """Meshes by name as one binary glTF with PBR materials, metallic 0; glTF's frame is the object's."""
    scene = trimesh.Scene()
    for name, mesh in meshes.items():
        scene.add_geometry(_for_gltf(mesh), node_name=name, geom_name=name)
    path.write_bytes(scene.export(file_type="glb", include_normals=True))


def _for_gltf(mesh: TexturedMesh) -> trimesh.Trimesh:
    image = Image.open(io.BytesIO(jpeg(mesh.texture)))
    material = PBRMaterial(
        name=MATERIAL, baseColorTexture=image, metallicFactor=0.0, roughnessFactor=ROUGHNESS
    )
    upwards = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)  # trimesh counts v from below
    return trimesh.Trimesh(
        mesh.vertices,
        mesh.faces,
        vertex_normals=mesh.normals,
        visual=TextureVisuals(uv=upwards, material=material),
        process=False,
    )


def write_obj_zip(path: Path, mesh: TexturedMesh, name: str) -> None:
    """OBJ, MTL and the texture in a zip."""
    material = f"newmtl {MATERIAL}\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {TEXTURE}\n"  # no gloss
    members = {
        "mesh.obj": _obj(mesh, name).encode(),
        "mesh.mtl": material.encode(),
        TEXTURE: jpeg(mesh.texture),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for member, data in members.items():
            info = zipfile.ZipInfo(member, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_STORED if member == TEXTURE else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def _obj(mesh: TexturedMesh, name: str) -> str:
    one_line = " ".join(name.split())
    head = f"# {one_line}, +Y up\nmtllib mesh.mtl\no object\n"
    vertices = _lines("v %.6f %.6f %.6f\n", mesh.vertices)
    seen = _lines("vt %.6f %.6f\n", np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1))
    normals = _lines("vn %.4f %.4f %.4f\n", mesh.normals)
    faces = _lines("f %d/%d/%d %d/%d/%d %d/%d/%d\n", np.repeat(mesh.faces + 1, 3, axis=1))
    return f"{head}{vertices}{seen}{normals}usemtl {MATERIAL}\n{faces}"


def _lines(pattern: str, rows: np.ndarray) -> str:
    """Rows by one pattern, at once: a loop takes ten times as long."""
    return (pattern * len(rows)) % tuple(rows.ravel().tolist())


def write_stl(path: Path, mesh: TexturedMesh, is_metric: bool) -> None:
    """Binary STL in millimetres with +Z up, as slicers want it; without a known size its longest side is 100 mm."""
    low, high = mesh.bounds
    scale = MM_PER_METRE if is_metric else PRINTED_MM / float((high - low).max())
    upright = mesh.vertices[:, [0, 2, 1]] * np.array([1, -1, 1]) * scale
    corners = upright[mesh.faces].astype("<f4")
    records = np.zeros(len(corners), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records["normal"] = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-30)
    records["corners"] = corners
    header = b"Diorama, millimetres, +Z up".ljust(80, b" ")
    path.write_bytes(header + np.uint32(len(corners)).tobytes() + records.tobytes())
