lock 8 services
text=$(owners)
printf '%s\n' "$text" | sql
step "$service: every object belongs to its app's role again"
