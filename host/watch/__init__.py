"""What looks after the dumps by itself: timers for the check and the drill, their settings, the alarm, the limits."""
