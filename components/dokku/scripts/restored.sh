lock 8 services
owners | sql
step "$service: every object belongs to its app's role again"
