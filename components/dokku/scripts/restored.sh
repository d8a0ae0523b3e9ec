lock 8 services
own_everything
step "$service: every object belongs to its app's role again"
