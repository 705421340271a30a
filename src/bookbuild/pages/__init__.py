"""How pages come out as HTML: mathematics, solutions, sidebar, style sheets, addresses."""
