"""Tasks for grids: proposed, heard, admitted for a time, and ended."""
