"""The transparency log: commitments to acts in a Merkle tree whose root is signed and witnessed."""
