"""The networks for photographs, as their papers have them."""
