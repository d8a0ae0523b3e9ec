"""A dump's table of contents: read exactly, and which of its entries may be run by whom and when."""
