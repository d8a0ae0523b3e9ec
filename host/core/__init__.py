"""What every command uses: running programs, output, locks, state, ownership."""
