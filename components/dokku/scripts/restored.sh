lock 8 "service.$service"
own_everything
step "$service: every object belongs to its app's role again"
