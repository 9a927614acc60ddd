"""Files to images, images to pages with a known code and position."""
