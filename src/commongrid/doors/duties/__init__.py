"""What is asked of grids: the public list, and the pages to propose, answer and decide."""
