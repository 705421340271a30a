"""What live figures load: networks, pictures and kernels, exported as scripts for a page."""
