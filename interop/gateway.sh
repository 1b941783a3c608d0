# Sourced by scripts that need a gateway of their own with demo data, on ports
# that are free. start_gateway exports the variables of demo.env.

gateway_data=
gateway_pid=

start_gateway() {
  make --no-print-directory build
  gateway_data=$(mktemp -d)
  trap stop_gateway EXIT
  bin/overgang serve --demo --data "$gateway_data" \
    --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0 --listen-admin 127.0.0.1:0 \
    >"$gateway_data/serve.log" 2>&1 &
  gateway_pid=$!
  export GATEWAY_PID=$gateway_pid # for those who watch its memory
  export GATEWAY_DATA=$gateway_data # for those who import
  local end=$((SECONDS + 120))
  while [ "$SECONDS" -lt "$end" ]; do
    if [ -s "$gateway_data/demo.env" ] && gateway_answers; then
      return
    fi
    kill -0 "$gateway_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the gateway did not start:" >&2
  cat "$gateway_data/serve.log" >&2
  exit 1
}

# gateway_answers loads demo.env and asks the gateway whether it is ready.
gateway_answers() {
  set -a
  . "$gateway_data/demo.env"
  set +a
  curl --silent --fail --output /dev/null "$OVERGANG_ADMIN_URL/health/ready"
}

stop_gateway() {
  [ -n "$gateway_pid" ] || return 0
  kill "$gateway_pid" 2>/dev/null || true
  wait "$gateway_pid" 2>/dev/null || true
  gateway_pid=
  rm -rf "$gateway_data"
  trap - EXIT
}
