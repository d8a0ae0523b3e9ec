rm -f "/etc/cron.d/petbase-$service"
for unit in "petbase-check-$service" "petbase-drill-$service"; do
  if [ -e "/etc/systemd/system/$unit.timer" ]; then
    step "$unit: stops"
    systemctl disable --now "$unit.timer"
    rm -f "/etc/systemd/system/$unit.timer"
  fi
  if [ -e "/etc/systemd/system/$unit.service" ]; then
    systemctl stop "$unit.service"
    rm -f "/etc/systemd/system/$unit.service"
  fi
done
# A drill by hand writes there until it ends; who destroys the database holds this lock already.
if [ "$resource" != "scratch.$service" ]; then lock 8 "scratch.$service"; fi
if booted; then systemctl daemon-reload; fi
rm -rf "/var/lib/petbase/services/$service/watch"
