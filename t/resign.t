# resign: a cookie token of a fallback key comes back signed by the current one, the same in all else.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key(@$_) for ['v1'], ['v2'], [rsa => 'rsa'], [p256 => 'p256'], [ed => 'ed25519'];
my $redis = RedisServer->new;
my $old_key = 'key v1 file=v1.key; cookie access_token;';
my $store = "revocation strict; @{[ $redis->directives ]}";
my %realms = (
    app => "key v2 file=v2.key; $old_key $store token cookie=access_token; token cookie=legacy; token bearer;",
    never => "key v2 file=v2.key; $old_key $store resign off;",
    rsa => "key rsa file=rsa.key; $old_key $store",
    p256 => "key p256 file=p256.key; $old_key $store",
    ed => "key ed file=ed.key; $old_key $store",
    public => "key rsa file=rsa.pub; $old_key $store",
    eternal => "key v2 file=v2.key; $old_key $store require_claims sub;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    workers => 2,
    echo => '$session_user',
    backend => 'location / { return 200 $http_x_echo; }
        location /app/sets { add_header Set-Cookie "access_token=own"; return 200 x; }
        location /app/deletes { add_header Set-Cookie "access_token=; Max-Age=0"; return 200 x; }
        location /app/gone { return 404 gone; } location /page { return 404 gone; }
        location /app/moved { return 302 /x; } location /app/broken { return 500 x; }
        location /app/to { add_header X-Accel-Redirect /inner; return 200 x; }',
    server => 'root ' . folder() . ';',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms) . '
        location /dry { auth_session app; auth_session_dry_run on; proxy_pass http://backend; }
        location /page { auth_session app; proxy_intercept_errors on; error_page 404 =200 /app/sorry;
            proxy_pass http://backend; }
        location /named { auth_session app; try_files /none @named; }
        location @named { auth_session app; proxy_pass http://backend; }
        location /inner { internal; proxy_pass http://backend; }
        location /file { auth_session app; }
        location /index { auth_session app; rewrite ^ /app/x last; }
        location /require { auth_session app; auth_session_require $session_claim_none; }
        location = /status { session_status; }',
);
my %claims = (role => 'admin', list => [1, {a => [JSON::PP::true(), undef]}], text => "\x{e9}\x{20ac}\"\\", half => 1.5,
    big => 9007199254740993, iat => time - 100, exp => time + 500, nbf => time - 50, jti => 'j1', sid => 's1',
    version => 'v1');
sub old_token { mint({%claims, @_}, kid => 'v1') }
sub get { my ($path, @headers) = @_; $nginx->get($path, @headers ? @headers : cookie(old_token())) }
sub resigned { given($_[0])->{access} }

my $response = get('/app');
is $response->answer, '200 valid', 'the fallback key verifies';
is $response->body, '42', 'the upstream is asked with the session';
is $response->header('Cache-Control'), 'private', 'the answer is private';
my $token = resigned($response);
is_deeply payload($token), {%{payload(old_token())}, version => 'v2'}, 'the same claims, but for the version';
is_deeply jose_header($token), {alg => 'HS256', typ => 'JWT', kid => 'v2'}, 'kid';
is cookies_of($response)->{access_token}{'max-age'}, payload($token)->{exp} - time, 'the cookie ends with the token';
$response = get('/app', cookie($token));
is $response->answer, '200 valid', 'it is good';
is_deeply cookies_of($response), {}, 'and not signed again';
is status_of($nginx)->{resigned}, 1, 'counted';

for my $case ([rsa => 'RS256'], [p256 => 'ES256'], [ed => 'EdDSA']) {
    my ($realm, $algorithm) = @$case;
    my $new = resigned(get("/$realm"));
    is jose_header($new)->{alg}, $algorithm, "$algorithm signs";
    is_deeply payload($new), {%{payload(old_token())}, version => $realm}, "$algorithm: the same claims";
    is_deeply cookies_of(get("/$realm", cookie($new))), {}, "$algorithm: it is good";
    my $public = read_file(folder() . "/$realm.pub");
    ok eval { Crypt::JWT::decode_jwt(token => $new, key => \$public) }, "$algorithm: to other programs too";
}

# Where not, and once wherever the request goes.
for my $case (['resign off', '/never'], ['a current key that only verifies', '/public'], ['a dry run', '/dry'],
    ['a bearer token', '/app', bearer(old_token())], ['another cookie', '/app', cookie(old_token(), 'legacy')]) {
    my ($name, @request) = @$case;
    $response = get(@request);
    is $response->answer, '200 valid', "$name: good";
    is_deeply cookies_of($response), {}, "$name: not signed again";
}
is resigned(get('/app', cookie(old_token(exp => time - 1)))), '', 'an expired one is deleted';
is_deeply [get('/app/sets')->headers('Set-Cookie')], ['access_token=own'], 'the upstream sets it itself';
is_deeply [get('/app/deletes')->headers('Set-Cookie')], ['access_token=; Max-Age=0'], 'the upstream deletes it itself';

write_file('file', "a file\n", 0644);
my $tag = get('/file')->header('ETag');
my @ways = (['/file', 304, "If-None-Match: $tag"], ['/file', 206, 'Range: bytes=0-1'], ['/app/gone', 404],
    ['/app/moved', 302], ['/app/broken', 500], ['/page', 200], ['/named', 200], ['/app/to', 200], ['/index', 200],
    ['/missing', 404]);
for my $way (@ways) {
    my ($path, $status, @headers) = @$way;
    $path = "/file$path" if $path eq '/missing';
    for my $method ($path =~ /file/ ? 'GET' : ('GET', 'POST'), 'HEAD') {
        $response = $nginx->request($method, $path, cookie(old_token()), @headers);
        is $response->status, $status, "$method $path: $status";
        is_deeply [map { substr $_, 0, 13 } $response->headers('Set-Cookie')], ['access_token='], "$method $path: once";
        like $response->header('Cache-Control'), qr/private/, "$method $path: private";
    }
}
my $half = get('/app', 'Cookie: access_token=' . join '; access_token=', old_token(), old_token());
is scalar($half->headers('Set-Cookie')), 1, 'two cookies of the name: once';

# Names of a session that other programs know.
my $bare = mint({exp => time + 500});
my $named = resigned(get('/app', cookie($bare)));
is payload($named)->{sid}, token_hash($bare), 'a token without a name keeps its hash';
is get('/app', cookie($named))->answer, '200 valid', 'it is good';
$redis->cli('SET', 'session:revoked:{42}:' . token_hash($bare), 1);
is get('/app', cookie($_))->answer, '401 revoked', 'revoked by the old hash' for $bare, $named;
my $only = resigned(get('/app', cookie(mint({jti => 'only'}))));
is payload($only)->{sid}, undef, 'one with a jti needs no other name';
$redis->cli('SET', 'session:revoked:{42}:only', 1);
is get('/app', cookie($only))->answer, '401 revoked', 'and is revoked by it';
$redis->cli('SET', 'session:stale:{42}', $claims{iat});
is get('/app', cookie($token))->answer, '401 stale', 'a mark finds it as old as it was';
$redis->cli('DEL', 'session:stale:{42}');

my $endless = get('/eternal', cookie(mint({exp => undef})));
is payload(resigned($endless))->{exp}, undef, 'no exp: none comes';
cmp_ok cookies_of($endless)->{access_token}{'max-age'}, '>', 0, 'but a cookie that lives';

# What would not fit into a cookie stays as it is.
my $long = get('/rsa', cookie(mint({text => 'x' x 2750})));
is $long->answer, '200 valid', 'a token that would be too long';
is_deeply cookies_of($long), {}, 'is not signed again';
like $nginx->log, qr/\[error\].*cookie "access_token" would have more than 4096 bytes/, 'the log tells';
like $nginx->log, qr/\[info\].*fallback key "v1" verified a token/, 'and of fallback keys';

done;
