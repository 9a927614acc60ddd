"""Who judges what and how: what is assigned, second correction, and figures of correctors. For examiners."""
