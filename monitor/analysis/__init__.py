"""What an entry is about, and which story it belongs to: pure functions, without I/O and without a clock."""
