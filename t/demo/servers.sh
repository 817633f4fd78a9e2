# The demo's own nginx, or two of them and a Redis: free loopback ports, everything in one folder,
# nothing of anybody else touched.

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
    for name in nginx second redis; do
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

# configure KEY...: the configuration with these keys, the current one first, and what $settings adds
# to the realm; with Redis that of a second instance too.
configure() {
    write_configuration nginx "$port" "$backend_port" "$@"
    [ "$store" != redis ] || write_configuration second "$second_port" "$second_backend_port" "$@"
}

write_configuration() {
    local name=$1 port=$2 backend_port=$3 line='' log=error.log
    shift 3
    [ "$name" = nginx ] || log=$name-error.log
    [ "$store" != redis ] || line="        redis          127.0.0.1:$redis_port;"
    local user='' key keys="${settings-}"
    [ "$(id -u)" != 0 ] || user='user www-data;'
    for key in "$@"; do
        keys+="        key            $key file=keys/$key.key;"$'\n'
    done
    KEYS=${keys%$'\n'} NAME=$name LOG=$log STORE=$line perl -ne '
        BEGIN { @ENV{qw(MODULE USER PORT BACKEND_PORT)} = splice @ARGV, 0, 4 }
        next if /^\@STORE\@$/ && $ENV{STORE} eq "";
        s/\@(\w+)\@/$ENV{$1}/g;
        print' "$module" "$user" "$port" "$backend_port" t/demo/nginx.conf.in > "$demo/$name.conf"
}

start_servers() {
    [ "$store" != redis ] || start_redis
    start_nginx nginx error.log
    [ "$store" != redis ] || start_nginx second second-error.log
}

start_nginx() {
    PATH=$PATH:/usr/sbin ${wrapper-} nginx -p "$demo/" -c "$1.conf" -e "$2"
}

start_redis() {
    redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$demo/" --save '' --daemonize yes \
        --pidfile "$demo/redis.pid" --logfile "$demo/redis.log" > /dev/null
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        redis-cli -p "$redis_port" ping > /dev/null 2>&1 && return
        sleep 0.1
    done
    fail 'redis-server does not answer'
}
