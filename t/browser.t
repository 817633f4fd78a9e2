# Sessions in a real browser: headless Chromium, HTTPS, an API on one site and pages on others.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Browser;

use MIME::Base64 qw(decode_base64url);

# The API and its own pages, the single-page application on another site that it knows, and one it does not.
my ($api, $spa, $evil) = map {"https://$_.test"} qw(app.example-a www.example-b evil.example-c);

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my $store = $redis->directives;
my $app = "cookie access_token; refresh_cookie refresh_token; $store origins $spa; login /login return=next;";
my %brief = map { $_->[0] => "key v1 file=v1.key; cookie $_->[0]_access $_->[1]; refresh_cookie $_->[0]_refresh;
    $store access_lifetime 2s; refresh_inline on; login /$_->[0]/login return=next;" }
    ['gone', 'max_age=token'], ['kept', 'max_age=session'];
my %realms = (app => "key v1 file=v1.key; $app", %brief);
my $readable = "add_header Access-Control-Allow-Origin $spa always;
    add_header Access-Control-Allow-Credentials true always; add_header Access-Control-Allow-Methods PUT always;
    add_header Access-Control-Allow-Headers Content-Type always;";
my $with_login = join '', map {"
    location /$_/ { auth_session $_; proxy_pass http://backend; }
    location = /$_/login {
        session_issue $_;
        proxy_set_header X-Back \$session_return_to;
        proxy_pass http://backend/login;
    }"} qw(gone kept);
my $nginx = Nginx->new(
    tls => 1,
    realms => \%realms,
    echo => '$session_user by $session_key',
    http => 'map $request_method $who_logs_in { POST 42; }',
    server => 'absolute_redirect off; default_type text/html;',
    backend => 'absolute_redirect off; default_type text/html;
        location / { return 200 $http_x_echo; }
        location = /login {
            add_header X-Session-User $who_logs_in;
            if ($request_method = POST) { return 303 $http_x_back; }
            return 200 "<form method=post><button>log in</button></form>";
        }
        location = /api/login { add_header X-Session-User $who_logs_in; return 200 welcome; }',
    locations => "
        location / { auth_session app; proxy_pass http://backend; }
        location /api/ { auth_session app; $readable proxy_pass http://backend; }
        location = /api/login { session_issue app; $readable proxy_pass http://backend; }
        location = /login { return 200 'please log in'; }
        location = /logout { session_logout app /bye; }
        location = /bye { return 200 'see you'; }
        location = /open { return 200 'open to all'; }
        location = /form { return 200 '<form method=post action=\"\$arg_to\"><button>send</button></form>'; }
        $with_login",
);
my $click = 'document.querySelector("button").click()';

# What a page gets that asks the API: "200 body", or "unreadable".
sub fetched {
    my ($browser, $path, $options) = @_;
    return $browser->run("fetch('$api$path', {credentials: 'include', $options})"
        . '.then(async r => r.status + " " + await r.text(), () => "unreadable")');
}

# Where the browser is; how it got there: "200 after 0", a status and a number of redirects.
sub where { $_[0]->run('location.pathname + location.search') }
sub how {
    return $_[0]->run('(entry => entry.responseStatus + " after " + entry.redirectCount)'
        . '(performance.getEntriesByType("navigation")[0])');
}

sub value { my ($browser, $name) = @_; return ($browser->cookies->{$name} // {value => ''})->{value} }
sub version { JSON::PP::decode_json(decode_base64url((split /\./, $_[0])[1]))->{version} }

# A login by fetch from a page of another site.
my $browser = Browser->new(port => $nginx->tls_port);
ok $browser->visit("$spa/open"), 'a page of another site';
like fetched($browser, '/api/me', ''), qr/^401 .*"missing"/s, 'fetch: without a session, a reason it may read';
is fetched($browser, '/api/login', 'method: "POST"'), '200 welcome', 'fetch: logs in';
is fetched($browser, '/api/me', ''), '200 42 by v1', 'fetch: the cookie comes along';
is fetched($browser, '/api/me', 'method: "POST"'), '200 42 by v1', 'fetch: with POST';
is fetched($browser, '/api/me', 'method: "PUT", body: "{}", headers: {"Content-Type": "application/json"}'),
    '200 42 by v1', 'fetch: with PUT, after a preflight';
like fetched($browser, '/api/me', 'credentials: "omit"'), qr/^401 /, 'fetch: without credentials';
my $cookie = $browser->cookies->{access_token};
is join(' ', @$cookie{qw(domain path sameSite)}, map { $cookie->{$_} ? 'yes' : 'no' } qw(secure httpOnly)),
    'app.example-a.test / None yes yes', 'fetch: the cookie as the browser keeps it';

# A forged form.
my $to_transfer = "/form?to=$api/transfer";
$browser->visit("$evil$to_transfer");
$browser->leave($click);
like $browser->text, qr/"reason": ?"origin"/, 'form: of a foreign site';
is how($browser), '403 after 0', 'form: is refused';
for my $site ($api, $spa) {
    $browser->visit("$site$to_transfer");
    $browser->leave($click);
    is $browser->text, '42 by v1', "form: of $site";
}

# A rotation by reload.
my $first = value($browser, 'access_token');
is version($first), 'v1', 'rotation: the version before';
ok $nginx->reload(realms => {%realms, app => "key v2 file=v2.key; key v1 file=v1.key; $app"}), 'rotation: by reload';
$browser->visit("$api/account");
is $browser->text, '42 by v1', 'rotation: still logged in';
my $second = value($browser, 'access_token');
is version($second), 'v2', 'rotation: the cookie is signed again';
$browser->visit("$api/account");
is $browser->text, '42 by v2', 'rotation: and good';
is value($browser, 'access_token'), $second, 'rotation: once';

# Logged out by a form.
sub tokens { join ' ', sort grep {/_token$/} keys %{$browser->cookies} }
is tokens(), 'access_token refresh_token', 'logout: the cookies before';
$browser->visit("$api/form?to=/logout");
$browser->leave($click);
is join(' ', where($browser), $browser->text), '/bye see you', 'logout: where it leads';
is tokens(), '', 'logout: the cookies are gone';
$browser->visit("$api/account?a=b");
is where($browser), '/login?next=%2Faccount%3Fa%3Db', 'logout: a page leads to the login';
is $nginx->get('/account', cookie($_))->answer, '401 revoked', 'logout: no use in a copy' for $first, $second;

# Refreshed in place, the expired access token deleted by the browser or still sent.
my %before;
for my $realm (qw(gone kept)) {
    $browser->visit("$api/$realm/page?a=b");
    is where($browser), "/$realm/login?next=%2F$realm%2Fpage%3Fa%3Db", "refresh, $realm: first to the login";
    $browser->leave($click);
    is join(' ', where($browser), $browser->text), "/$realm/page?a=b 42 by v1", "refresh, $realm: and back";
    $before{$realm} = value($browser, "${realm}_refresh");
}
sleep 2.1;
is join(' ', grep {/_access$/} keys %{$browser->cookies}), 'kept_access', 'refresh: time has passed';
for my $realm (qw(gone kept)) {
    like fetched($browser, "/$realm/page", ''), qr/^401 /, "refresh, $realm: expired";
    $browser->visit("$api/$realm/page?a=b");
    is join(' ', where($browser), $browser->text), "/$realm/page?a=b 42 by v1", "refresh, $realm: the page";
    is how($browser), '200 after 0', "refresh, $realm: at once";
    isnt value($browser, "${realm}_refresh"), $before{$realm}, "refresh, $realm: another refresh token";
}
$browser->stop;

done;
