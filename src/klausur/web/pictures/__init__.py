"""Pictures of scanned pages: a box, a question, a page, an image; for those alone who may see them."""
