"""The book's pictures and data sets, verified, and the conversions that every chapter begins with.

What they are, who made them, where they come from and under which licence stands in
``data_registry.toml`` beside this file. Data whose bytes differ from the registry are refused:
every number in the book rests on them. An image of another dtype than a function's description
says raises a TypeError, and one of another shape, without a pixel or with NaN or infinity a
ValueError.

.. data:: LUMA

   Weights of red, green and blue in luma, as ITU-R BT.601 has them to four digits. They add up to
   0.9999: white comes out darker by a ten-thousandth.

.. data:: MEAN

   Equal weights of red, green and blue.

.. data:: GREY_CROP

   Rows and columns of Chelsea's face, 256 x 256 pixels, for the examples in grey.

.. data:: COLOUR_CROP

   Rows and columns of Chelsea, 299 x 299 pixels, for the examples in colour.

.. data:: SMALL_CROP

   Rows and columns of Chelsea's eyes, 134 x 240 pixels: the size of the picture in the post of
   2016 whose shapes the chapter on pooling reproduces.

.. data:: GARMENTS

   Names of Fashion-MNIST's ten classes, in the order of their labels.
"""

from convbook._files import CacheError
from convbook.data._download import DownloadError
from convbook.data._registry import ChecksumError
from convbook.data.canvases import Canvases, digits_on_canvas, digits_on_photographs
from convbook.data.datasets import GARMENTS, fashion_mnist, mnist
from convbook.data.pictures import (
    COLOUR_CROP,
    GREY_CROP,
    LUMA,
    MEAN,
    SMALL_CROP,
    Picture,
    astronaut,
    camera,
    chelsea,
    chelsea_grey,
    coffee,
    normalize,
    pictures,
    rocket,
    to_float,
    to_grey,
)

__all__ = [
    "COLOUR_CROP",
    "GARMENTS",
    "GREY_CROP",
    "LUMA",
    "MEAN",
    "SMALL_CROP",
    "CacheError",
    "Canvases",
    "ChecksumError",
    "DownloadError",
    "Picture",
    "astronaut",
    "camera",
    "chelsea",
    "chelsea_grey",
    "coffee",
    "digits_on_canvas",
    "digits_on_photographs",
    "fashion_mnist",
    "mnist",
    "normalize",
    "pictures",
    "rocket",
    "to_float",
    "to_grey",
]
