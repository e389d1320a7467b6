"""What a topic asks for: read from one line or from its keys, made one tree, written back, and versioned."""
