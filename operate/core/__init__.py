"""What every verb uses: errors, the terminal, options, progress, times, a typed confirmation."""
