# A password is asked for at the door only: who came in with the old one would stay. The app itself has been restarted.
sql <<SQL
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '$app' AND backend_start < '$since';
SQL
step "$app: the old password opens nothing any more"
