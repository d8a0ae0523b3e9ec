# What runs the check and the drill: systemd's timers, which make up for what was missed; where no systemd runs, cron, which
# the plugin's schedule needs too.
units=/etc/systemd/system
# timer NAME TEXT; without a text it goes.
timer() {
  if [ -n "$2" ]; then
    put "$units/$1.timer" 644 "$2"
  elif [ -e "$units/$1.timer" ]; then
    : >"$pending"
    systemctl disable --now "$1.timer"
    rm -f "$units/$1.timer"
  fi
}
started() {
  if [ -e "$pending" ] || ! systemctl --quiet is-active "$1.timer"; then
    systemctl enable "$1.timer"
    systemctl restart "$1.timer"
  fi
}
by_systemd() {
  put "$units/petbase-check-$service.service" 644 "$check_service"
  put "$units/petbase-drill-$service.service" 644 "$drill_service"
  timer "petbase-check-$service" "$check_timer"
  timer "petbase-drill-$service" "$drill_timer"
  if [ -e "$pending" ]; then systemctl daemon-reload; fi
  if [ -n "$check_timer" ]; then started "petbase-check-$service"; fi
  if [ -n "$drill_timer" ]; then started "petbase-drill-$service"; fi
}
by_cron() {
  said="$said, by cron"
  if [ -n "$crontab" ]; then put "/etc/cron.d/petbase-$service" 644 "$crontab"; else rm -f "/etc/cron.d/petbase-$service"; fi
}
