"""What the bucket holds and whether it can be relied on: inventory, schedule, drills, the recovery sheet."""
