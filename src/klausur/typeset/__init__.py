"""From an exam to PDF pages and their fields; the only importer of typst."""
