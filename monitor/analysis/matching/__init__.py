"""Whether entries answer what topics ask: all phrases found in one reading, trees evaluated, proofs and near misses."""
