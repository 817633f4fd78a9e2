# The demo's own Redis and nginx: free loopback ports, everything in one folder, nothing of anybody
# else touched.

# The first ports from 8480 on that nobody listens on.
free_ports() {
    local port=8479 count=$1
    while [ "$count" -gt 0 ]; do
        port=$((port + 1))
        (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && continue
        echo "$port"
        count=$((count - 1))
    done
}

# The process of a pid file, where it lives and is ours: names the demo's folder, or works in it.
ours() {
    local pid
    pid=$(cat "$demo/$1.pid" 2> /dev/null) && [ -n "$pid" ] || return 1
    tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF " $demo/" ||
        [ "$(readlink "/proc/$pid/cwd")" = "$demo" ] || return 1
    echo "$pid"
}

stop_servers() {
    local name pid tries
    for name in nginx redis; do
        pid=$(ours "$name") || continue
        kill "$pid"
        for ((tries = 0; tries < 50; tries++)); do
            kill -0 "$pid" 2> /dev/null || break
            sleep 0.1
        done
        kill -0 "$pid" 2> /dev/null || continue
        echo "$name (process $pid) does not stop" >&2
        return 1
    done
}

# configure KEY...: nginx.conf with these keys, the current one first, and what $settings adds to
# the realm.
configure() {
    local user='' key keys="${settings-}"
    [ "$(id -u)" != 0 ] || user='user www-data;'
    for key in "$@"; do
        keys+="        key            $key file=keys/$key.key;"$'\n'
    done
    KEYS=${keys%$'\n'} perl -pe '
        BEGIN { @ENV{qw(MODULE USER PORT REDIS_PORT BACKEND_PORT)} = splice @ARGV, 0, 5 }
        s/\@(\w+)\@/$ENV{$1}/g' "$module" "$user" "$port" "$redis_port" "$backend_port" \
        t/demo/nginx.conf.in > "$demo/nginx.conf"
}

start_servers() {
    redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$demo/" --save '' --daemonize yes \
        --pidfile "$demo/redis.pid" --logfile "$demo/redis.log" > /dev/null
    PATH=$PATH:/usr/sbin ${wrapper-} nginx -p "$demo/" -c nginx.conf -e error.log
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        redis-cli -p "$redis_port" ping > /dev/null 2>&1 && return
        sleep 0.1
    done
    fail 'redis-server does not answer'
}
