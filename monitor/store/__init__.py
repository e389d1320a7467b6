"""What is remembered: the only part that knows SQL. Functions take the open connection and return records."""
