# Wrong configuration: `nginx -t` fails with a line that names directive, value and remedy, and where it stands.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
my $key = 'key v1 file=v1.key;';

refuses(sub { (realm => "$key\n$_[0]\n") }, <<'TABLE');
token jwt;
    invalid value "jwt" in "token", use cookie=NAME, header=NAME, variable=$NAME or bearer
token "cookie=a b";
    invalid value "cookie=a b" in "token", use cookie=NAME, header=NAME, variable=$NAME or bearer
token "header=X: y";
    invalid value "header=X: y" in "token", use cookie=NAME, header=NAME, variable=$NAME or bearer
token cookie=;
    invalid value "cookie=" in "token", use cookie=NAME, header=NAME, variable=$NAME or bearer
token variable=http_x_token;
    invalid value "variable=http_x_token" in "token", use cookie=NAME, header=NAME, variable=$NAME or bearer
token variable=$;
    invalid value "variable=$" in "token", use
token bearer format=xml;
    invalid value "format=xml" in "token", use format=jwt, nextauth, authjs or opaque
token bearer; token bearer;
    duplicate "token bearer", name each place once
issuer;
    invalid number of arguments in "issuer" directive
issuer a; issuer b;
    "issuer" directive is duplicate
audience a; audience b;
    "audience" directive is duplicate
leeway soon;
    invalid value "soon" in "leeway", use a time such as 30s or 8h
leeway 1s; leeway 2s;
    "leeway" directive is duplicate
max_age -1;
    invalid value "-1" in "max_age", use a time such as 30s or 8h
require_claims "";
    invalid value "" in "require_claims", leave out what is empty
audience a "";
    invalid value "" in "audience", leave out what is empty
issuer "";
    } invalid value "" in "issuer", leave it out where any issuer is good
claims id=a id=b;
    invalid value "id=b" in "claims", "id" stands there twice
cookie a path=/a path=/b;
    invalid value "path=/b" in "cookie", "path" stands there twice
require_claims sub; require_claims exp;
    "require_claims" directive is duplicate
claims user=sub;
    invalid value "user=sub" in "claims", use subject=, id=, session=, tenant= or version= with the name of a claim
claims subject=;
    invalid value "subject=" in "claims", use
claims id=a; claims session=b;
    "claims" directive is duplicate
zone big;
    invalid value "big" in "zone", use a size such as 16m
zone 1k;
    } "zone" of realm "app" is too small, use 64k or more
cookie;
    invalid number of arguments in "cookie" directive
cookie a; cookie b;
    "cookie" directive is duplicate
cookie "a b";
    cookie "a b": the name "a b" is not allowed, use letters, digits, "-", "_" and "."
cookie a path=app;
    cookie "a": the path "app" is not allowed, it begins with "/"
cookie a domain=http://example.com;
    cookie "a": the domain "http://example.com" is no host name, write one such as "example.com" or leave it out
cookie a samesite=yes;
    invalid value "yes" in "cookie", "samesite" is none, lax, strict or a variable
cookie a secure=1;
    invalid value "secure=1" in "cookie", "secure" is on or off
cookie a httponly=1;
    invalid value "httponly=1" in "cookie", "httponly" is on or off
cookie a max_age=long;
    invalid value "max_age=long" in "cookie", "max_age" is token, session or a time such as 8h
cookie a expires=1h;
    invalid value "expires=1h" in "cookie", use path=, domain=, samesite=, secure=, httponly=, partitioned or max_age=
cookie a secure=off;
    cookie "a": browsers refuse it, "samesite=none" needs "secure=on", without it use "samesite=lax"
cookie __Host-a path=/app;
    cookie "__Host-a": browsers refuse it, "__Host-" needs "secure=on", "path=/" and no "domain"
cookie __Secure-a secure=off samesite=lax;
    cookie "__Secure-a": browsers refuse it, "__Secure-" needs "secure=on"
cookie a partitioned samesite=lax;
    cookie "a": browsers refuse it, "partitioned" needs "secure=on" and "samesite=none"
clear_cookies key;
    invalid value "key" in "clear_cookies", use off or some of malformed, expired, claims, revoked, stale, epoch, idle,
    record and replayed: any other cookie may be good on another node
clear_cookies off expired;
    invalid value "off" in "clear_cookies", use off or some of
clear_cookies off; clear_cookies off;
    "clear_cookies" directive is duplicate
login login;
    invalid value "login" in "login", use a path such as /login or an http or https URL, without a fragment
login //example.com/;
    invalid value "//example.com/" in "login", use a path such as /login
login /login#form;
    invalid value "/login#form" in "login", use a path such as /login
login /login return=a/b;
    invalid value "return=a/b" in "login", use return=NAME or reason=NAME, letters and digits
login /login next=page;
    invalid value "next=page" in "login", use return=NAME or reason=NAME
login /login return=a return=b;
    invalid value "return=b" in "login", "return" stands there twice
login /a; login /b;
    "login" directive is duplicate
deny redirect;
    } "deny redirect" in realm "app" has nowhere to redirect to, add "login"
deny always;
    invalid value "always" in "deny", use auto, redirect or status
challenge a; challenge b;
    "challenge" directive is duplicate
origins https://example.com/;
    invalid value "https://example.com/" in "origins", an origin is a scheme, a host and a port if it is not the
    scheme's, such as https://app.example.com or https://*.example.com
origins *;
    invalid value "*" in "origins", an origin is
origins http://a; origins http://b;
    "origins" directive is duplicate
log_level debug;
    invalid value "debug" in "log_level", use info, notice, warn or error
revocation always;
    invalid value "always" in "revocation", use cached, strict or off
revocation strict max_stale=2s;
    invalid value "max_stale=2s" in "revocation", "cached" takes max_stale=TIME, such as 2s
revocation cached max_stale=soon;
    invalid value "max_stale=soon" in "revocation", "cached" takes max_stale=TIME, such as 2s
revocation off; revocation off;
    "revocation" directive is duplicate
store_error pass;
    invalid value "pass" in "store_error", use deny or allow
store_error deny last_known=1m;
    invalid value "last_known=1m" in "store_error", "allow" takes last_known=TIME, such as 60s
store_error deny; store_error deny;
    "store_error" directive is duplicate
auth_session app;
    "auth_session" directive is not allowed here
frobnicate on;
    unknown directive "frobnicate"
TABLE

done;
