# renew: a cookie token with less than its share of life left is replaced on the very response, within bounds.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = 'key v2 file=v2.key; key v1 file=v1.key; cookie access_token; access_lifetime 2h;
    token cookie=access_token; token cookie=second; token bearer; token header=X-Token;';
my $store = "revocation strict; redis @{[ $proxy->address ]}; redis_connect_timeout 3s; redis_timeout 3s;";
my %realms = (
    app => "$base $store renew 50; absolute_timeout 3h;",
    never => "$base $store",
    lenient => "$base $store renew 50; store_error allow;",
    alone => "$base revocation off; renew 50; resign off;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    workers => 2,
    echo => '$session_user',
    backend => 'location / { return 200 $http_x_echo; }
        location /app/gone { return 404 gone; } location /page { return 404 gone; }
        location /app/sets { add_header Set-Cookie "access_token=own; Path=/"; return 200 x; }
        location /app/deletes { add_header Set-Cookie "access_token=; Max-Age=0"; return 200 x; }
        location /app/other { add_header Set-Cookie "access_token2=own"; return 200 x; }',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms)
        . 'location /dry { auth_session app; auth_session_dry_run on; proxy_pass http://backend; }
        location /file { auth_session app; }
        location /page { auth_session app; proxy_intercept_errors on; error_page 404 =200 /app/sorry;
            proxy_pass http://backend; }
        location /named { auth_session app; try_files /none @named; }
        location @named { auth_session app; proxy_pass http://backend; }
        location = /status { session_status; }',
    server => 'root ' . folder() . ';',
);

# A token of an hour ago with so many seconds left.
sub aged { my ($left, %more) = @_; mint({iat => time - 3600, exp => time + $left, jti => 'j1', sid => 's1', role => 'x',
    %more}, key => 'v2', kid => 'v2') }
sub get { my ($path, $token, @more) = @_; $nginx->get($path, cookie($token), @more) }
sub renewed { given($_[0])->{access} }

my $response = get('/app', aged(3500));
is $response->answer, '200 valid', 'less than half is left';
is $response->body, '42', 'the upstream is asked with the session';
is $response->header('Cache-Control'), 'private', 'the answer is private';
my $cookie = cookies_of($response)->{access_token};
cmp_ok abs($cookie->{'max-age'} - 7200), '<=', 2, 'the cookie lives as long';
is $cookie->{samesite}, 'None', 'as the token: with its attributes';
my $new = payload(renewed($response));
cmp_ok abs($new->{exp} - time - 7200), '<=', 2, 'a new exp';
cmp_ok abs($new->{iat} - time), '<=', 3, 'a new iat';
ok $new->{jti} && $new->{jti} ne 'j1', 'a new jti';
cmp_ok abs($new->{auth_time} - time + 3600), '<=', 2, 'it knows of the login';
is_deeply [@$new{qw(sub sid role version)}], [qw(42 s1 x v2)], 'the rest is as it was';
is jose_header(renewed($response))->{kid}, 'v2', 'kid';
is_deeply cookies_of(get('/app', renewed($response))), {}, 'it is good, and not due itself';
is status_of($nginx)->{renewed}, 1, 'counted';
is payload(renewed(get('/app', mint({iat => time - 3600, exp => time + 100}, key => 'v1'))))->{version}, 'v2',
    'one of a fallback key is renewed with the current key';

for my $case (['more than half is left', get('/app', aged(3700))],
    ['not configured', get('/never', aged(100))],
    ['no iat', get('/app', mint({iat => undef, exp => time + 10}, key => 'v2'))],
    ['a bearer token', $nginx->get('/app', bearer(aged(100)))],
    ['a header', $nginx->get('/app', 'X-Token: ' . aged(100))],
    ['another cookie', $nginx->get('/app', cookie(aged(100), 'second'))],
    ['a dry run', get('/dry', aged(100))]) {
    is $case->[1]->status, 200, "$case->[0]: good";
    is_deeply cookies_of($case->[1]), {}, "$case->[0]: not renewed";
}
is_deeply cookies_of($nginx->post('/app', cookie(aged(100)), 'Origin: null')), {}, 'nor for a foreign origin';
ok renewed($nginx->post('/app', cookie(aged(100)))), 'by POST';
ok renewed(get('/alone', aged(100))), 'without a store';
my @both = cookies_of($nginx->get('/app', "Cookie: access_token=@{[ aged(-5) ]}; access_token=@{[ aged(9) ]}"));
is payload($both[0]{access_token}{value})->{sid}, 's1', 'two cookies of the name: one new';

# Once on the response, wherever the request goes.
write_file('file', "a file\n", 0644);
my $tag = get('/file', aged(3700))->header('ETag');
for my $way (['/file', 304, "If-None-Match: $tag"], ['/page', 200], ['/named', 200], ['/app/gone', 404]) {
    my ($path, $status, @headers) = @$way;
    for my $method ('GET', 'HEAD') {
        $response = $nginx->request($method, $path, cookie(aged(100)), @headers);
        my @set = map { substr $_, 0, 15 } $response->headers('Set-Cookie');
        is_deeply [$response->status, @set], [$status, 'access_token=ey'], "$method $path: $status, renewed once";
    }
}

# The absolute timeout of three hours counts from the login, however often a token was renewed.
$new = payload(renewed(get('/app', aged(500, auth_time => time - 10000))));
cmp_ok abs($new->{exp} - time - 800), '<=', 2, 'bounded by it';
cmp_ok abs($new->{auth_time} - time + 10000), '<=', 2, 'which still counts from the login';
is_deeply cookies_of(get('/app', aged(900, auth_time => time - 10000))), {}, 'not to live shorter';
cmp_ok payload(renewed(get('/app', aged(500, auth_time => time + 9999))))->{exp}, '<=', time + 7200,
    'a login in the future gives nothing';

# The upstream knows better.
is_deeply [get('/app/sets', aged(100))->headers('Set-Cookie')], ['access_token=own; Path=/'], 'the upstream sets it';
is_deeply [get('/app/deletes', aged(100))->headers('Set-Cookie')], ['access_token=; Max-Age=0'], 'or deletes it';
is scalar(get('/app/other', aged(100))->headers('Set-Cookie')), 2, 'another of its cookies is no matter';

# What ends a session ends the renewed token.
my $token = renewed(get('/app', aged(100)));
$redis->cli('SET', 'session:stale:{42}', time);
is get('/app', $token)->answer, '401 stale', 'a mark set later';
$redis->cli('DEL', 'session:stale:{42}');
my $bare = mint({iat => time - 3600, exp => time + 100}, key => 'v2');
for my $case ([s1 => aged(100)], [only => aged(100, jti => 'only', sid => undef)], [token_hash($bare) => $bare]) {
    my ($id, $old) = @$case;
    my $younger = renewed(get('/app', $old));
    my $aged = mint({%{payload($younger)}, iat => time - 7200, exp => time + 60}, key => 'v2');
    my $twice = renewed(get('/lenient', $aged));
    is get('/app', $_)->answer, '200 valid', 'good' for $old, $younger, $twice;
    $redis->cli('SET', "session:revoked:{42}:$id", 1);
    is get('/app', $_)->answer, '401 revoked', 'revoked by what it began with' for $old, $younger, $twice;
    $redis->cli('DEL', "session:revoked:{42}:$id");
}

done;
