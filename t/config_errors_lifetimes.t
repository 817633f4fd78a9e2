# Wrong configuration of the sessions that a realm makes: lifetimes, limits, renewal, refresh cookies.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
new_key('rsa', 'rsa');
my $redis = 'redis 127.0.0.1:1;';

refuses(sub { (realm => "key v1 file=v1.key; $redis cookie access_token;\n$_[0]\n") }, <<'TABLE');
access_lifetime soon;
    invalid value "soon" in "access_lifetime", use a time such as 30s or 8h
access_lifetime -5m;
    invalid value "-5m" in "access_lifetime", use a time such as 30s or 8h
access_lifetime 0;
    } invalid value "0" in "access_lifetime", use a time such as 15m
access_lifetime 5m; access_lifetime 5m;
    "access_lifetime" directive is duplicate
access_lifetime 5m 6m;
    invalid number of arguments in "access_lifetime" directive
refresh_lifetime soon;
    invalid value "soon" in "refresh_lifetime", use a time such as 30s or 8h
refresh_lifetime 7d;
    } "refresh_lifetime" in realm "app" has no effect without "refresh_cookie", add it
refresh_cookie b; refresh_lifetime 0s;
    } invalid value "0" in "refresh_lifetime", use a time such as 15m
refresh_lifetime 7d; refresh_lifetime 7d;
    "refresh_lifetime" directive is duplicate
idle_timeout never;
    invalid value "never" in "idle_timeout", use a time such as 30s or 8h
idle_timeout 0;
    } invalid value "0" in "idle_timeout", use a time such as 15m
idle_timeout 5m; idle_timeout 5m;
    "idle_timeout" directive is duplicate
absolute_timeout 1e3;
    invalid value "1e3" in "absolute_timeout", use a time such as 30s or 8h
absolute_timeout 0;
    } invalid value "0" in "absolute_timeout", use a time such as 15m
absolute_timeout 5m; absolute_timeout 5m;
    "absolute_timeout" directive is duplicate
renew 0;
    invalid value "0" in "renew", use off or a percentage from 1 to 99, such as 50
renew 100;
    invalid value "100" in "renew", use off or a percentage from 1 to 99
renew 50%%;
    invalid value "50%%" in "renew", use off or a percentage from 1 to 99
renew -5;
    invalid value "-5" in "renew", use off or a percentage from 1 to 99
renew 33.3;
    invalid value "33.3" in "renew", use off or a percentage from 1 to 99
renew "";
    invalid value "" in "renew", use off or a percentage from 1 to 99
renew on;
    invalid value "on" in "renew", use off or a percentage from 1 to 99
renew 50; renew off;
    "renew" directive is duplicate
renew off; renew 50;
    "renew" directive is duplicate
resign yes;
    invalid value "yes" in "resign" directive, it must be "on" or "off"
resign on; resign on;
    "resign" directive is duplicate
refresh_inline yes;
    invalid value "yes" in "refresh_inline" directive, it must be "on" or "off"
refresh_inline on;
    } "refresh_inline" in realm "app" has no effect without "refresh_cookie", add it
refresh_inline off; refresh_inline off;
    "refresh_inline" directive is duplicate
session_limit 0;
    invalid value "0" in "session_limit", use a number of sessions from 1 to 10000
session_limit 10001;
    invalid value "10001" in "session_limit", use a number of sessions from 1 to 10000
session_limit -1;
    invalid value "-1" in "session_limit", use a number of sessions from 1 to 10000
session_limit many;
    invalid value "many" in "session_limit", use a number of sessions from 1 to 10000
session_limit 5 newest;
    invalid value "newest" in "session_limit", use oldest or reject
session_limit 5 oldest reject;
    invalid number of arguments in "session_limit" directive
session_limit 5; session_limit 5;
    "session_limit" directive is duplicate
record on;
    invalid value "on" in "record", use off or require
record off; record off;
    "record" directive is duplicate
refresh_cookie;
    invalid number of arguments in "refresh_cookie" directive
refresh_cookie b; refresh_cookie c;
    "refresh_cookie" directive is duplicate
refresh_cookie "a b";
    refresh_cookie "a b": the name "a b" is not allowed, use letters, digits, "-", "_" and "."
refresh_cookie b path=/a path=/b;
    invalid value "path=/b" in "refresh_cookie", "path" stands there twice
refresh_cookie b samesite=some;
    invalid value "some" in "refresh_cookie", "samesite" is none, lax, strict or a variable
refresh_cookie b max_age=0;
    invalid value "max_age=0" in "refresh_cookie", "max_age" is token, session or a time such as 8h
refresh_cookie b "path=/a; Domain=x";
    refresh_cookie "b": the path "/a; Domain=x" is not allowed, it begins with "/" and has no ";"
refresh_cookie __Host-b path=/refresh;
    refresh_cookie "__Host-b": browsers refuse it, "__Host-" needs "secure=on", "path=/" and no "domain"
refresh_cookie __Secure-b secure=off samesite=lax;
    refresh_cookie "__Secure-b": browsers refuse it, "__Secure-" needs "secure=on"
refresh_cookie b secure=off;
    refresh_cookie "b": browsers refuse it, "samesite=none" needs "secure=on", without it use "samesite=lax"
refresh_cookie b partitioned samesite=strict;
    refresh_cookie "b": browsers refuse it, "partitioned" needs "secure=on" and "samesite=none"
refresh_cookie access_token path=/refresh;
    } "cookie" and "refresh_cookie" of realm "app" have one name, give them two
session_issue app;
    "session_issue" directive is not allowed here
TABLE

# What needs something that the realm does not have.
refuses(sub { (realm => "key k file=rsa.pub;\n$_[0]\n") }, <<'TABLE');
refresh_cookie refresh;
    } "refresh_cookie" in realm "app" has no effect without "cookie", add it
renew 50;
    } "renew" in realm "app" has no effect without "cookie", add it
resign on;
    } "resign" in realm "app" has no effect without "cookie", add it
cookie a; renew 50;
    } "renew" in realm "app" has no key that signs, put an HMAC secret or a private key first
cookie a; resign on;
    } "resign" in realm "app" has no key that signs, put an HMAC secret or a private key first
TABLE

done;
