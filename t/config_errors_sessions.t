# Wrong places that issue, refresh and end sessions: directives without what they need, two in one location.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
new_key('rsa', 'rsa');
my $redis = 'redis 127.0.0.1:1;';
my $whole = "key v1 file=v1.key; $redis cookie access_token; refresh_cookie refresh;";

# BUG: "session_status" behind another endpoint
refuses(sub { (realm => $whole, locations => "location / {\n$_[0]\n}") }, <<'TABLE');
session_issue;
    invalid number of arguments in "session_issue" directive
session_issue app; session_issue app;
    "session_issue" directive is duplicate
session_issue nobody;
    unknown session realm "nobody" in "session_issue"
session_logout;
    invalid number of arguments in "session_logout" directive
session_logout nobody;
    unknown session realm "nobody" in "session_logout"
session_logout app bye;
    invalid value "bye" in "session_logout", use one path such as / or an http or https URL, and methods=
session_logout app //evil.example/;
    invalid value "//evil.example/" in "session_logout", use one path such as /
session_logout app "/ Set-Cookie: a";
    invalid value "/ Set-Cookie: a" in "session_logout", use one path such as /
session_logout app /a /b;
    invalid value "/b" in "session_logout", use one path such as /
session_logout app methods=DELETE;
    invalid value "DELETE" in "session_logout", "methods" is POST, GET or POST,GET
session_logout app methods=;
    invalid value "" in "session_logout", "methods" is POST, GET or POST,GET
session_logout app / methods=GET more;
    invalid number of arguments in "session_logout" directive
session_logout app; session_logout app;
    "session_logout" needs a location of its own, another directive answers here already
session_refresh;
    invalid number of arguments in "session_refresh" directive
session_refresh nobody;
    unknown session realm "nobody" in "session_refresh"
session_refresh app; session_logout app;
    "session_logout" needs a location of its own, another directive answers here already
session_health nobody;
    unknown session realm "nobody" in "session_health"
session_health app; session_status;
    "session_status" needs a location of its own, another directive answers here already
stub_status; session_health app;
    "session_health" needs a location of its own, another directive answers here already
proxy_pass http://backend; session_refresh app;
    "session_refresh" needs a location of its own, another directive answers here already
session_limit 5;
    "session_limit" directive is not allowed here
TABLE

refuses(sub { (realm => $whole, server => "\n$_[0]\n") }, <<'TABLE');
session_logout app;
    "session_logout" directive is not allowed here
session_refresh app;
    "session_refresh" directive is not allowed here
session_health app;
    "session_health" directive is not allowed here
TABLE

# Places that need something that their realm does not have; they name the place themselves.
my %lacking = (
    "key v1 file=v1.key; $redis" => {session_issue => 'add "cookie"', session_refresh => 'add "refresh_cookie"'},
    "key k file=rsa.pub; $redis cookie a; refresh_cookie b;" => {map { $_ =>
        'put a key that signs, an HMAC secret or a private key, first' } qw(session_issue session_refresh)},
);
for my $realm (sort keys %lacking) {
    for my $directive (sort keys %{$lacking{$realm}}) {
        my $nginx = Nginx->prepare(realm => $realm, locations => "location / {\n$directive app;\n}");
        my $line = ConfigErrors::line_of($nginx->configuration, "$directive app;");
        my ($good, $output) = $nginx->test_configuration;
        ok !$good, "refused: $directive of $realm";
        my $remedy = $lacking{$realm}{$directive};
        like $output, qr/\[emerg\].*"$directive app" in \S+\.conf:$line cannot work, \Q$remedy\E in the realm$/m,
            'says why and where';
    }
}

# All that is right, as the manual has it, whatever the store.
for my $store ($redis, '') {
    my ($good, $output) = Nginx->check(realm => "key v1 file=v1.key; $store cookie access_token; refresh_cookie refresh;
        access_lifetime 5m; refresh_lifetime 1d; idle_timeout 30m; absolute_timeout 7d; renew 50%; resign off;
        refresh_inline on; session_limit 10000 reject; record require; revocation strict; store_error allow;",
        server => 'session_issue app;', locations => '
            location / { auth_session app; } location /a { session_logout app / methods=POST,GET; }
            location /b { session_logout app methods=GET; } location /c { session_logout app https://example.com/; }
            location /d { session_refresh app; session_issue off; } location /e { session_health app; }');
    ok $good, "right configuration, $store" or diag $output;
    is $output =~ /\[(?:warn|emerg)\]/, '', 'without a word';
}

done;
