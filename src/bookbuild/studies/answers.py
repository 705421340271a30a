"""The work of the study `inception_v3_answer`: what a pretrained network says of a picture."""

from convbook import answers, pretrained

DIGITS = 5  # after the point: a hundredth of what another processor changes


def logits_of(network: str, picture: str) -> list[float]:
    """Return the 1,000 logits of a network for one of `convbook.answers.pictures`."""
    image = answers.pictures()[picture]
    values = pretrained.load(network).logits(image)[0].tolist()
    return [round(value, DIGITS) for value in values]
