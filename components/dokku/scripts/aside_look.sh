put_aside
old_services
printf 'end\n'
