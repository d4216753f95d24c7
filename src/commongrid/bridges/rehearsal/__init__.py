"""From a charter, a place and its history to the arrays of the rehearsal, and back."""
