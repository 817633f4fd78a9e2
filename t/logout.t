# session_logout ends the session in the store and the browser, answers all alike, and claims nothing it has not done.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "key v1 file=v1.key; revocation strict; redis @{[ $proxy->address ]}; redis_connect_timeout 3s;
    redis_timeout 3s; refresh_cookie refresh_token path=/auth domain=example.com samesite=strict httponly=off;";
my $nginx = Nginx->new(
    realms => {app => "$base cookie access_token partitioned;",
        open => "$base cookie access_token; origins https://www.example.com;"},
    workers => 2,
    backend => login_backend(),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location = /logout { session_logout app /bye?a=b; }
        location = /get { session_logout app /bye methods=POST,GET; }
        location = /json { session_logout app; }
        location = /far { session_logout app https://id.example/; }
        location = /open { session_logout open /; }
        location = /status { session_status; }',
);
my $done = {success => JSON::PP::true(), message => 'Session cleared successfully'};
sub enter { log_in($nginx, '/login', 'X-Login: ' . ($_[0] // 42)) }
sub revoked { $redis->cli('TTL', "session:revoked:{42}:$_[0]") }
sub alive { $nginx->get('/', $_[0]{only_access})->answer }
sub logout { $nginx->post('/logout', @_) }

my ($user, $other) = (enter(), enter());
my $response = logout($user->{cookie});
is $response->status, 200, 'logged out';
is_deeply $response->json, $done, 'the answer';
is $response->header('Cache-Control'), 'no-store', 'for no cache';
my $cookies = cookies_of($response);
my %gone = (value => '', 'max-age' => 0, expires => 'Thu, 01 Jan 1970 00:00:00 GMT', secure => '');
is_deeply $cookies->{access_token}, {%gone, path => '/', httponly => '', samesite => 'None', partitioned => ''},
    'the access cookie is deleted with its attributes';
is_deeply $cookies->{refresh_token}, {%gone, path => '/auth', domain => 'example.com', samesite => 'Strict'},
    'the refresh cookie with its own';
is alive($user), '401 revoked', 'the access token is no more';
is $nginx->post('/refresh', $user->{only_refresh})->status, 401, 'nor is the refresh token';
is $redis->cli('EXISTS', "session:data:{42}:$user->{sid}"), 0, 'the record is deleted';
is $redis->cli('ZRANGE', 'session:user:{42}', 0, -1), $other->{sid}, 'the index has the other session alone';
is alive($other), '200 valid', 'which goes on';
my $claims = payload($user->{access});
cmp_ok revoked($_), '>=', $claims->{exp} - time, 'revoked as long as the token could live' for @$claims{qw(sid jti)};
is status_of($nginx)->{logouts}, 1, 'counted';

$response = logout($user->{cookie});
is_deeply [$response->status, $response->json], [200, $done], 'again: the same answer';
is_deeply [sort keys %{cookies_of($response)}], [qw(access_token refresh_token)], 'again: the cookies are deleted';
for my $none ([], ['Cookie: a=b'], [cookie('x')], [bearer('x')], ['Cookie: refresh_token=x']) {
    $response = logout(@$none);
    is_deeply [$response->status, $response->json], [200, $done], "no session (@$none): the same answer";
}
is_deeply cookies_of(logout()), {}, 'no cookie was sent: none is deleted';
is_deeply [keys %{cookies_of(logout(cookie('x')))}], ['access_token'], 'only the one that was sent is deleted';

# Methods and pages.
$user = enter();
for my $method (qw(GET HEAD PUT DELETE)) {
    $response = $nginx->request($method, '/logout', $user->{cookie}, 'Sec-Fetch-Mode: navigate');
    is $response->status, 405, "$method: 405";
    is $response->header('Allow'), 'POST', "$method: what may be";
}
is alive($user), '200 valid', 'and nothing has ended';
is $nginx->request('PUT', '/get')->header('Allow'), 'GET, POST', 'methods=POST,GET: what may be';
my @ways = (['POST', '/logout', 303, '/bye?a=b', 'Sec-Fetch-Mode: navigate'],
    ['POST', '/logout', 303, '/bye?a=b', 'Accept: text/html'], ['GET', '/get', 303, '/bye', 'Sec-Fetch-Mode: navigate'],
    ['POST', '/get', 303, '/bye', 'Accept: text/html'],
    ['POST', '/far', 303, 'https://id.example/', 'Accept: text/html'],
    ['GET', '/get', 200, undef, 'Sec-Fetch-Mode: cors', 'Accept: text/html'], ['GET', '/get', 200, undef],
    ['POST', '/json', 200, undef, 'Sec-Fetch-Mode: navigate'], ['POST', '/logout', 200, undef, 'Sec-Fetch-Mode: cors']);
for my $way (@ways) {
    my ($method, $path, $status, $to, @headers) = @$way;
    for my $cookie (enter()->{cookie}, 'Cookie: a=b') {
        $response = $nginx->request($method, $path, $cookie, @headers);
        is $response->status, $status, "$method $path @headers: $status";
        is $response->header('Location') =~ s{^http://localhost(:\d+)?}{}r, $to, 'where to' if $to;
        is_deeply $response->json, $done, 'JSON' unless $to;
        is $response->header('Cache-Control'), 'no-store', 'for no cache';
    }
}
is alive($user), '200 valid', 'none of them ended another session';

# Every token that was once ours tells which session to end, no other does.
my $old = mint({exp => time - 10, sid => ($user = enter())->{sid}, jti => 'old'});
for my $cookie (cookie($old), enter()->{only_refresh},
    "Cookie: access_token=$old; refresh_token=" . enter()->{refresh}) {
    my ($sid) = $cookie =~ /refresh_token=[^.]+\.[^.]+\.([^.]+)/;
    $sid = $sid ? MIME::Base64::decode_base64url($sid) : $user->{sid};
    is logout($cookie)->status, 200, 'an expired access token, or a refresh token alone';
    cmp_ok revoked($sid), '>', 0, 'ends its session';
    is $redis->cli('EXISTS', "session:data:{42}:$sid"), 0, 'and its record';
}
my $victim = enter();
my $head = encode_base64url('{"alg":"none"}') . '.' . (split /\./, $victim->{access})[1];
for my $forged (cookie(tamper($victim->{access})), cookie("$head."), cookie($victim->{sid}),
    cookie(mint(payload($victim->{access}), key => 'v2')), 'Cookie: refresh_token=' . tamper($victim->{refresh}),
    bearer(tamper($victim->{access}))) {
    is logout($forged)->status, 200, 'a forged token: the same answer';
    is alive($victim), '200 valid', 'and the session goes on';
}
my $bare = mint({});
logout(cookie($bare));
cmp_ok revoked(token_hash($bare)), '>=', 3600, 'a token without a name is revoked by its hash';
my @two = (enter(42), enter(43));
is logout("Cookie: access_token=$two[0]{access}; access_token=$two[1]{access}")->status, 200, 'two at once';
is alive($_), '401 revoked', 'both end' for @two;
my $api = enter();
is_deeply cookies_of(logout(bearer($api->{access}), 'Origin: https://evil.example')), {}, 'a bearer token, anywhere';
is alive($api), '401 revoked', 'ends too';

# A revocation that is there already is never shortened.
for my $case (['EX', 999_999, 990_000, 999_999], ['EX', 5, 100, 10_000], ['', 0, -1, -1]) {
    my ($option, $seconds, $least, $most) = @$case;
    $user = enter();
    $redis->cli('SET', "session:revoked:{42}:$user->{sid}", 'mine', $option ? ($option, $seconds) : ());
    logout($user->{cookie});
    my $left = revoked($user->{sid});
    ok $left >= $least && $left <= $most, "revoked before, $option $seconds: $left";
}

# Origins.
for my $foreign (['Origin: https://evil.example'], ['Origin: null'], ['Sec-Fetch-Site: cross-site']) {
    for my $cookie (qw(cookie only_refresh)) {
        $response = logout($victim->{$cookie}, @$foreign);
        is $response->answer, '403 origin', "@$foreign: 403";
        is_deeply cookies_of($response), {}, "@$foreign: no cookie is touched";
    }
}
is alive($victim), '200 valid', 'nothing has ended';
is $nginx->post('/open', $victim->{cookie}, 'Origin: https://evil.example')->status, 403, 'nor with origins';
is $nginx->post('/open', $victim->{cookie}, 'Origin: https://www.example.com')->status, 200, 'an origin that may';
is alive($victim), '401 revoked', 'ends it';

done;
