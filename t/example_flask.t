# flask-api.conf, played: a Flask application makes tokens with PyJWT, its page on another origin uses them, its secret
# changes and nobody is logged out.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use FlaskApp;
use Sessions qw(cookies_of payload);

new_key($_) for qw(v1 v2 v3 short);
write_file('short.key', 'x' x 31);
my $folder = folder();
mkdir "$folder/session";
write_file("session/$_.key", read_file("$folder/$_.key")) for qw(v1 v2);
my $redis = RedisServer->new;
my $flask = FlaskApp->new('v1');    # not yet deployed with the new secret
my $nginx = Example->new(example => 'flask-api', redis => $redis, application => $flask->address);
my $page = 'Origin: https://app.example.com';
my $evil = 'Origin: https://evil.example';
my ($yes, $no) = (JSON::PP::true(), JSON::PP::false());

# What the page's browser has after an answer.
sub kept {
    my ($answer) = @_;
    my $cookies = cookies_of($answer);
    my %got = (set => $cookies, token => $answer->json->{access_token});
    $got{$_} = "Cookie: $_=" . ($cookies->{$_}{value} // '') for qw(access_token refresh_token);
    return \%got;
}
sub log_in {
    my ($user, $password) = @_;
    return $nginx->post('/api/auth/login', $page, 'Content-Type: application/json',
        {body => json({user => "$user", password => $password})});
}
sub orders { my ($method, @headers) = @_; $nginx->request($method, '/api/orders', @headers) }
sub told {
    my $known = orders('GET', $page, @_)->json;
    return $known->{user} ? "$known->{user} $known->{version}" : $known->{reason};
}
sub health { $nginx->get('/api/auth/token-health', $page, @_)->json }

# A login, by the page's own origin or across.
is log_in(42, 'rose')->status, 401, 'a wrong password';
my $answer = log_in(42, 'tulip');
is $answer->header('Access-Control-Allow-Origin'), 'https://app.example.com', 'the page may read the answer';
my $old = kept($answer);
is_deeply [map { [$_->{path}, $_->{samesite}, exists $_->{secure}, exists $_->{httponly}, $_->{'max-age'}] }
    @{$old->{set}}{qw(access_token refresh_token)}],
    [['/', 'None', 1, 1, 900], ['/api/auth/', 'None', 1, 1, 604800]], 'cookies for pages of other origins';
is told($old->{access_token}), '42 v1', 'by cookie, the local storage cleared';
is told(bearer($old->{token})), '42 v1', 'by header, the cookie lost';
is told(cookie(mint({exp => 1, type => 'access'})), bearer($old->{token})), '42 v1', 'or too old';
is told(), 'missing', 'by neither';
is orders('GET', 'Sec-Fetch-Mode: navigate')->status, 401, 'no redirects';
is orders('POST', $old->{access_token}, $page)->status, 200, 'the page may write';
is orders('POST', $old->{access_token}, $evil)->json->{reason}, 'origin', 'another one may not';
is orders('POST', $old->{access_token}, $evil)->header('Access-Control-Allow-Origin'), undef, 'nor read';
my $preflight = orders('OPTIONS', $page, 'Access-Control-Request-Method: PUT');
is join(' ', map { $preflight->header("Access-Control-Allow-$_") } qw(Methods Headers)),
    'GET, POST, PUT, DELETE Authorization, Content-Type', 'a preflight';
is orders('GET', $page)->header('Access-Control-Allow-Origin'), 'https://app.example.com', 'refusals can be read too';
is told(cookie($old->{set}{refresh_token}{value})), 'forbidden', 'a refresh token opens nothing';
is $nginx->post('/api/auth/refresh', $page, "Cookie: refresh_token=$old->{token}")->status, 401,
    'and only such a one refreshes';

my $stale = cookie(mint({exp => 1, type => 'refresh'}), 'refresh_token');
like $nginx->post('/api/auth/refresh', $page, $stale)->header('Set-Cookie'),
    qr{^refresh_token=; Path=/api/auth/; Max-Age=0}, 'one that is too old is deleted, where it is';

# The previous secret: seen in the log, counted, signed again.
like $nginx->log, qr/\[info\].*session: realm "api" fallback key "v1" verified a token/, 'the previous secret is seen';
my $status = sub { $nginx->get('/session-status')->json->{realms}{$_[0] // 'api'} };
cmp_ok $status->()->{fallback}, '>', 3, 'and counted';
is_deeply [map {"$_->{key} $_->{role} " . ($_->{last_used} ? 'used' : 'not used')} @{$status->()->{keys}}],
    ['v2 current not used', 'v1 fallback used'], 'the old key is in use';
my $again = kept(orders('GET', $page, $old->{access_token}));
is told($again->{access_token}), '42 v2', 'the cookie is signed again with the new one';

# Health: before, after, with what is not ours.
my $health = health($old->{access_token});
is_deeply [@$health{qw(compatible authenticated token_version server_version reason)}],
    [$yes, $yes, 'v1', 'v2', 'valid'], 'health of an old token';
is_deeply [@{health($again->{access_token})}{qw(authenticated token_version)}], [$yes, 'v2'], 'of the new one';
is_deeply [@{health()}{qw(compatible authenticated reason)}], [$yes, $no, 'missing'], 'of none';

# Flask is deployed with the new secret: everybody stays in, refreshes too.
ok $flask->deploy('v2'), 'a deployment with the new secret';
is told($old->{access_token}), '42 v1', 'access tokens of before are good';
my $new = kept($nginx->post('/api/auth/refresh', $page, $old->{refresh_token}));
is told($new->{access_token}), '42 v2', 'refresh tokens too';
my ($first, $next) = map { payload($_->{set}{refresh_token}{value}) } $old, $new;
is_deeply [@$next{qw(version sid auth_time)}], ['v2', @$first{qw(sid auth_time)}], 'the session is the same';
is $nginx->post('/api/auth/refresh', $evil, $new->{refresh_token})->json->{reason}, 'origin', 'not by another page';
is_deeply [map { $_->{last_used} ? 'used' : 'not used' } @{$status->('refresh')->{keys}}], ['not used', 'used'],
    'a refresh token of the old key was used';
is_deeply {map { ("$_->{key} $_->{version}" => !!$_->{total}) } @{$status->()->{verified}}},
    {'v1 v1' => 1, 'v2 v2' => 1}, 'the distribution of versions';

# With a wrong one, or none.
ok !$flask->deploy($_), "Flask does not start: $_" for qw(short none);
ok $flask->deploy('v3'), 'a deployment with a wrong secret';
my $wrong = kept(log_in(43, 'rose'));
is told($wrong->{access_token}), 'signature', 'its tokens open nothing';
is_deeply [@{health($wrong->{access_token})}{qw(compatible authenticated)}], [$no, $no], 'the page can tell';
is $status->()->{requests}{signature}, 1, 'and so can the alert';
ok $flask->deploy('v2'), 'put right';
is told($new->{access_token}), '42 v2', 'nobody is out';
unlink "$folder/session/v2.key";
my ($good, $text) = Example->check(example => 'flask-api', redis => $redis);
ok !$good, 'a missing secret fails nginx -t';
like $text, qr{key "v2": cannot read "\S+/session/v2\.key".* in \S+:\d+}, 'which names it';
ok !$nginx->reload, 'and a reload';
$nginx->allow_log(qr/key "v2": cannot read/);
is told($new->{access_token}), '42 v2', 'which leaves all as it was';

# The old key is dropped; the secret may come by the environment.
write_file('session/v2.key', read_file("$folder/v2.key"));
my $conf = read_file("$FindBin::Bin/../conf-examples/flask-api.conf") =~ s/^ *key     v1 .*$//mgr;
ok $nginx->reload(text => $conf), 'without the old key';
is join(' ', told($new->{access_token}), told(bearer($old->{token}))), '42 v2 signature', 'its tokens are out';
my $by_name = $conf =~ s/file=\S+v2\.key;/env=JWT_SECRET;/gr;
($good, $text) = Example->check(text => $by_name);
ok !$good && $text =~ /JWT_SECRET/, 'a variable that is not set fails nginx -t and is named' or diag $text;
ok scalar(Example->check(text => $by_name, env => {JWT_SECRET => read_file("$folder/v2.key")})), 'one that is set loads';

# Revocation: one token by its "jti", a session by its logout.
my $other = kept(log_in(43, 'rose'));
$redis->cli('SET', "session:revoked:{43}:@{[ payload($other->{token})->{jti} ]}", 1, 'EX', 900);
eventually { told($other->{access_token}) eq 'revoked' } 2, 'a revoked token';
my $both = "$new->{access_token}; refresh_token=$new->{set}{refresh_token}{value}";
my $out = $nginx->post('/api/auth/logout', $page, $both);
is $out->json->{success}, $yes, 'a logout';
is_deeply [sort map {/^(\w+)=; .*Max-Age=0/} $out->headers('Set-Cookie')], [qw(access_token refresh_token)],
    'both cookies are deleted';
is told($new->{access_token}), 'revoked', 'the access token is out';
eventually { ($nginx->post('/api/auth/refresh', $page, $new->{refresh_token})->json->{reason} // '') eq 'revoked' } 2,
    'so is the refresh token';

# Without Redis.
my $alone = Example->new(text => read_file("$FindBin::Bin/../conf-examples/flask-api.conf") =~ s/^ *redis .*$//mgr,
    application => $flask->address);
my $api = sub { $alone->get('/api/orders', $page, bearer($other->{token})) };
is $api->()->status, 200, 'without Redis: a token';
is $alone->post('/api/auth/logout', $page, $other->{access_token})->status, 200, 'without Redis: a logout';
is $api->()->json->{reason}, 'revoked', 'without Redis: ends it';

done;
