"""The book on paper: a builder that translates the pages to Typst, and Typst's PDF of them."""
