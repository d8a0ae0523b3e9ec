printf '@live %s\n@free %s\n%s\n' "$live" "$free" "$listed" >&3
