"""The transparency log's door: checkpoints and tiles for programs, one page for people."""
