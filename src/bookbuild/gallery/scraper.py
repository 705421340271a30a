"""The two hooks around every gallery script: a clean start, and what the script made.

Both run in sphinx-gallery's worker processes.
"""

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import Animation, FFMpegWriter
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.transforms import Bbox
from PIL import Image
from sphinx.errors import ExtensionError
from sphinx_gallery.scrapers import ImagePathIterator

from bookbuild.gallery import catalogue, runs
from bookbuild.gallery.dark import darken
from convbook import _files, _machine, results

SEED = 2016
CSS_PIXEL = 2  # image pixels for one CSS pixel, for screens of double density
HEAVIEST = 150_000  # bytes of a figure

# One thread and no encoder's signature: two builds on one machine give the same bytes.
_H264 = [
    *("-preset", "medium", "-tune", "animation", "-pix_fmt", "yuv420p", "-threads", "1"),
    *("-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2"),  # H.264 takes even sizes only
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart"),
]


def reset(gallery_conf: dict[str, Any], fname: str | None) -> None:
    """Start a script from a state that no earlier script has touched.

    Seeds Python and NumPy and, for a script that uses TensorFlow, Keras, with every operation of
    TensorFlow deterministic.
    """
    if fname is None:  # sphinx-gallery enters a folder
        return
    book = Path(gallery_conf["src_dir"])
    [script] = [script for script in catalogue.scripts(book) if script.name == Path(fname).name]
    target = catalogue.target_of(book, script)
    results.begin()
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - a script's dependencies may still use it
    if runs.uses_tensorflow(target):
        import keras
        import tensorflow as tf

        keras.utils.clear_session()  # what earlier scripts have built, and the names of its layers
        keras.utils.set_random_seed(SEED)
        tf.config.experimental.enable_op_determinism()


def scrape(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the script's one figure and its recorded numbers; return the page's embedding of it.

    Writes, beside the script's page, the figure (WebP, and H.264 for an animation), and the numbers
    with the machine and the device in ``plot_x.results.json``.
    """
    target = Path(block_vars["target_file"])
    paths: ImagePathIterator = block_vars["image_path_iterator"]
    figure = block_vars.setdefault("bookbuild_figure", {})
    new = False
    try:
        for number in plt.get_fignums():
            if len(paths) == 1:
                raise ExtensionError(f"{target.name} makes a second figure; a script makes one")
            path = Path(next(paths)).with_suffix(".webp")
            figure |= _save(plt.figure(number), path, block_vars["example_globals"], target.name)
            new = True
    finally:
        plt.close("all")
    _write_results(target, figure)
    return f"\n.. example-figure:: {target.stem}\n   :bare:\n\n" if new else ""


def _save(fig: Figure, path: Path, script_globals: dict[str, Any], script: str) -> dict[str, Any]:
    """Save a figure or an animation, for light and dark pages; return what a page needs of it."""
    # Not above: at its import the package notes whether a backend has been chosen, and the gallery
    # chooses it later than this module is imported.
    from convbook.plotting.style import letters

    alt = fig.get_label()
    if not alt:
        raise ExtensionError(f"{script} gives no alt text: call plotting.describe(fig, ...)")
    # The layout settles in the second pass: after one, some titles stand over the edge. To find it
    # again for each picture takes a third of the time to draw it.
    fig.draw_without_rendering()
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    _check_text_is_whole(fig, script)
    moving = [value for value in script_globals.values() if isinstance(value, Animation)]
    if moving:
        _film(moving[0], catalogue.video_of(path), FFMpegWriter)
    # The poster of an animation is its last frame: the finished result.
    size = _photograph(fig, path)
    panels = list(_panels(fig, size))
    if moving:
        _film(moving[0], catalogue.video_of(catalogue.dark(path)), _DarkWriter)
    darken(fig)
    _photograph(fig, catalogue.dark(path))
    width, height = (length // CSS_PIXEL for length in size)
    return {"alt": alt, "image": path.name, "moves": bool(moving), "letters": letters(fig),
            "panels": panels, "width": width, "height": height}  # fmt: skip


def _panels(fig: Figure, size: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """Yield where each panel stands in the image: its frame and, with all labels, the whole of it.

    Colour bars are none. A box is left, top, right and bottom in pixels.
    """
    for ax in fig.axes:
        whole = ax.get_tightbbox()
        if ax.get_visible() and ax.get_label() != "<colorbar>" and whole is not None:
            pixels = any(isinstance(part, AxesImage | QuadMesh) for part in ax.get_children())
            yield {
                "frame": _box(fig, ax.get_window_extent(), size),
                "whole": _box(fig, whole, size),
                "kind": ("grid" if ax.axison else "picture") if pixels else "drawing",
            }


def _box(fig: Figure, place: Bbox, size: tuple[int, int]) -> list[int]:
    left, bottom, right, top = np.clip(
        fig.transFigure.inverted().transform_bbox(place).extents, 0, 1
    )
    width, height = size
    return [round(left * width), round((1 - top) * height),
            round(right * width), round((1 - bottom) * height)]  # fmt: skip


class _DarkWriter(FFMpegWriter):
    """Darkens what each frame has added to the figure."""

    def grab_frame(self, **options: Any) -> None:
        """Add one frame."""
        darken(self.fig)
        super().grab_frame(**options | {"facecolor": self.fig.get_facecolor()})


def _film(animation: Animation, video: Path, writer: type[FFMpegWriter]) -> None:
    fps = 1000 / animation.event_source.interval  # type: ignore[union-attr]
    with plt.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
        animation.save(video, writer=writer(fps=fps, codec="libx264", extra_args=_H264))


def _photograph(fig: Figure, path: Path) -> tuple[int, int]:
    """Save the figure as it stands; return its width and height in pixels of the image."""
    buffer = io.BytesIO()
    options = {"compress_level": 1}
    fig.savefig(buffer, format="png", pil_kwargs=options, facecolor=fig.get_facecolor())
    with Image.open(buffer) as picture:
        image = picture.convert("RGB")
    _files.write(path, _smaller_webp(image))
    return image.size


def _check_text_is_whole(fig: Figure, script: str) -> None:
    """Refuse a figure whose edge cuts off a title, a label or a note."""
    edge = fig.bbox.padded(1)
    texts = [*fig.texts]
    for ax in fig.axes:
        texts += [*ax.texts, ax.title, *([ax.xaxis.label, ax.yaxis.label] if ax.axison else [])]
    for text in texts:
        box = text.get_window_extent()
        inside = edge.contains(*box.min) and edge.contains(*box.max)
        if text.get_text().strip() and text.get_visible() and not inside:
            raise ExtensionError(f"{script}: the figure's edge cuts off {text.get_text()!r}")


def _smaller_webp(image: Image.Image) -> bytes:
    """Encode losslessly or lossily, whichever is smaller: drawings or photographs.

    The encoder's efforts are those beyond which a hundredth of the size costs ten times the time.
    What has many colours never is smaller losslessly, and trying takes most of the time. A picture
    that would still be too heavy for a phone is encoded with more loss.
    """
    sample = image.resize((image.width // 4, image.height // 4), Image.Resampling.NEAREST)
    few_colours = sample.getcolors(2048) is not None
    encoded = [_webp(image, lossless=True, quality=50, method=2)] if few_colours else []
    for quality in (80, 65, 50):
        encoded.append(_webp(image, quality=quality, method=4))
        if len(min(encoded, key=len)) < HEAVIEST:
            break
    return min(encoded, key=len)


def _webp(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="WEBP", **options)
    return buffer.getvalue()


def _write_results(target: Path, figure: dict[str, Any]) -> None:
    numbers = results.recorded()
    topic = target.stem.removeprefix("plot_")
    for name in numbers:
        if name.split(".")[0] != topic:
            raise ExtensionError(f"{target.name} records {name!r}; its names begin with '{topic}.'")
    # A worker process may hold TensorFlow for an earlier script's sake.
    device = _machine.device() if runs.uses_tensorflow(target) else "CPU"
    content = {"figure": figure, "results": numbers,
               "machine": _machine.machine(), "device": device}  # fmt: skip
    catalogue.write_json(catalogue.results_file(target), content)
