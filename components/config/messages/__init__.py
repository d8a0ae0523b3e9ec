"""What is wrong with a value of the stack file, in the user's terms: what it says, and what to write."""
