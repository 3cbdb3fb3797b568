"""What happened, in numbers: counting single facts, adding counts up, and saying what they mean."""
