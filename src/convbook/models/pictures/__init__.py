"""The networks whose answer is a picture, or a class for each pixel, one a file."""
