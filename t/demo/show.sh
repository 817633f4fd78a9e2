# How the demo speaks: numbered steps, requests as they can be typed, answers and what they must be.

if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' dim='' green='' red='' plain=''
fi

steps=0
answer=''

step() {
    steps=$((steps + 1))
    printf '\n%s%d. %s%s\n' "$bold" "$steps" "$1" "$plain"
    shift
    [ $# -eq 0 ] || printf '   %s\n' "$@"
}

# Shows a command and runs it, as it stands.
run() {
    printf '\n   %s$ %s%s\n' "$bold" "$1" "$plain"
    eval "$1" | sed 's/^/     /'
}

# Shows a curl line, sends it, shows of the answer what matters here, and of tokens how they begin.
request() {
    printf '\n   %s$ %s%s\n' "$bold" "$1" "$plain"
    answer=$(eval "$1" | tr -d '\r') || fail 'no answer'
    awk -v dim="$dim" -v plain="$plain" '
        body                              { if (!html) print "     " $0; next }
        /^$/                              { body = 1; next }
        /^Content-Type: text\/html/       { html = 1 }
        /^Set-Cookie/ && match($0, /=[^;]*/) && RLENGTH > 20 {
            $0 = substr($0, 1, RSTART + 16) "..." substr($0, RSTART + RLENGTH)
        }
        /^(HTTP|Location|Set-Cookie|WWW-Authenticate|Content-Type|Cache-Control)/ {
            print "     " dim $0 plain
        }
    ' <<< "$answer"
}

# The cookies that the last answer set, for requests to come: keep NAME
keep() {
    local cookie
    for cookie in access refresh; do
        sed -n "s/^Set-Cookie: ${cookie}_token=\([^;][^;]*\);.*/\1/p" <<< "$answer" > "$demo/tokens/new"
        [ ! -s "$demo/tokens/new" ] || mv "$demo/tokens/new" "$demo/tokens/$1-$cookie"
    done
    rm -f "$demo/tokens/new"
}

fail() {
    printf '\n   %sNOT AS IT SHOULD BE: %s%s\n' "$red" "$1" "$plain" >&2
    printf '   The logs: %s/*.log\n' "$demo" >&2
    exit 1
}

# What the last answer must be: a status, and lines that it must or (after a !) must not have.
expect() {
    local status=$1 pattern
    shift
    grep -qE "^HTTP/1.1 $status " <<< "$answer" || fail "status $status was expected"
    for pattern in "$@"; do
        if [ "${pattern#!}" = "$pattern" ]; then
            grep -qiE "$pattern" <<< "$answer" || fail "expected: $pattern"
        else
            ! grep -qiE "${pattern#!}" <<< "$answer" || fail "not expected: ${pattern#!}"
        fi
    done
    printf '   %sas expected%s\n' "$green" "$plain"
}
