# A table of its own, which neither Docker nor a reboot takes away.
pending=/var/lib/petbase/pending/metadata
command -v nft >/dev/null || package nftables
put "$metadata_file" 644 "$metadata_text"
put "$metadata_unit_file" 644 "$metadata_unit_text"
if [ -e "$pending" ] || ! nft list table inet petbase_metadata | grep -qF '169.254.169.254 drop'; then
  step "containers are kept from the metadata address"
  systemctl daemon-reload
  systemctl enable petbase-metadata.service
  systemctl restart petbase-metadata.service
  rm -f "$pending"
fi
