# session_refresh: both cookies anew with the same claims, hashes only in the store, keys that change, absolute_timeout.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2);
new_key('rsa', 'rsa');
new_key('ed', 'ed25519');
my $redis = RedisServer->new;
my $store = $redis->directives;
my $cookies = 'cookie access_token; refresh_cookie refresh_token path=/auth; revocation strict;';
my $nginx = Nginx->new(
    realms => {
        app => "key v1 file=v1.key; $cookies $store access_lifetime 5m; refresh_lifetime 2h;
            idle_timeout 1h; issuer us; audience a b; login /login;",
        rolled => "key v2 file=v2.key; key v1 file=v1.key; $cookies $store issuer us; audience a b;",
        only2 => "key v2 file=v2.key; $cookies $store",
        short => "key v1 file=v1.key; $cookies $store redis_prefix s:; access_lifetime 30m;
            refresh_lifetime 2h; absolute_timeout 20m;",
        rsa => "key rsa file=rsa.key; $cookies $store redis_prefix k:;",
        ed => "key ed file=ed.key; key rsa file=rsa.key; $cookies $store redis_prefix k:;",
        long => "key v1 file=v1.key; $cookies $store redis_prefix l:; access_lifetime 3h; refresh_lifetime 1h;
            record require;",
    },
    backend => login_backend(),
    locations => join('', map {"
        location = /$_/login { session_issue $_; rewrite ^ /login break; proxy_pass http://backend; }
        location = /$_/refresh { session_refresh $_; }
        location /$_/ { auth_session $_; proxy_pass http://backend; }"} qw(app rolled only2 rsa ed short long))
        . 'location = /status { session_status; }',
);
sub enter { log_in($nginx, '/app/login', 'X-Login: 42', @_) }
sub refresh { $nginx->post('/app/refresh', @_) }

my $old = enter('X-Claims: {"role":"admin","list":[1,{"a":"b"}]}', 'X-Tenant: t1');
my $response = refresh($old->{cookie});
is $response->answer, '200 valid', 'refreshed';
is $response->header('Cache-Control'), 'no-store', 'for no cache';
like $response->header('Content-Type'), qr{^application/json}, 'JSON';
my $said = $response->json;
is join(' ', sort keys %$said), 'access_expires_in refresh_expires_in', 'with two members';
cmp_ok abs($said->{access_expires_in} - 300), '<=', 1, 'the life of the access token';
cmp_ok abs($said->{refresh_expires_in} - 7200), '<=', 1, 'the life of the refresh token';
my $set = cookies_of($response);
is_deeply [sort keys %$set], [qw(access_token refresh_token)], 'both cookies';
is $set->{access_token}{'max-age'}, $said->{access_expires_in}, 'the age of the one';
is $set->{refresh_token}{'max-age'}, $said->{refresh_expires_in}, 'the age of the other';
is $set->{refresh_token}{path}, '/auth', 'as configured';
ok exists $set->{refresh_token}{$_}, "refresh cookie: $_" for qw(secure httponly);
my $new = given($response);
isnt $new->{refresh}, $old->{refresh}, 'another refresh token';
is $nginx->get('/app/', $new->{only_access})->answer, '200 valid', 'the access token is good';
my ($before, $after) = map { payload($_->{access}) } $old, $new;
isnt delete $after->{jti}, delete $before->{jti}, 'a jti of its own';
cmp_ok abs($after->{exp} - time - 300), '<=', 2, 'exp';
ok $after->{auth_time}, 'it tells of the login';
delete @$_{qw(iat exp auth_time)} for $before, $after;
is_deeply $after, $before, 'all else is the same, the claims of the upstream too';
is refresh($new->{only_refresh})->answer, '200 valid', 'the successor is good itself';
is status_of($nginx)->{refreshed}, 2, 'counted';
like $nginx->access_log, qr{^POST /app/refresh 200 valid 42$}m, 'the variables tell whose session it is';

# Nothing in the store is worth stealing.
my $values = '';
for my $key (split /\n/, $redis->cli('--scan')) {
    my $type = $redis->cli('TYPE', $key);
    $values .= "$key " . $redis->cli($type eq 'hash' ? ('HGETALL', $key) : $type eq 'zset' ? ('ZRANGE', $key, 0, -1)
        : ('GET', $key)) . "\n";
}
like $values, qr/\Q$old->{sid}\E/, 'the store was searched';
like $values, qr/\Q@{[ token_hash($new->{refresh}) ]}\E/, 'hashes of tokens are there';
for my $token (map { @$_{qw(access refresh)} } $old, $new) {
    is index($values, (split /\./, $token)[-1]), -1, 'no seal or signature in the store';
    is index($values, substr $token, 0, 60), -1, 'no token';
}
is index($values, (split /\./, $new->{refresh})[5]), -1, 'nor what the next one is made of';

# The key changes: tokens of the fallback are good, their successors have the new key.
my $user = enter();
my $rolled = $nginx->post('/rolled/refresh', $user->{cookie});
is $rolled->answer, '200 valid', 'sealed by a fallback key';
my $next = given($rolled);
is jose_header($next->{access})->{kid}, 'v2', 'the access token has the new key';
is payload($next->{access})->{version}, 'v2', 'and its version';
is $nginx->post('/only2/refresh', $next->{cookie})->answer, '200 valid', 'the refresh token too';
for my $cookie ($next->{cookie}, $next->{only_refresh}) {
    my $unknown = $nginx->post('/app/refresh', $cookie);
    is $unknown->answer, '401 key', 'a node that does not know the new key yet';
    is_deeply cookies_of($unknown), {}, 'keeps the cookies';
}
$rolled = $nginx->post('/rolled/refresh', $next->{only_refresh});
is $rolled->answer, '200 valid', 'where both are known it is good, also twice';

# Keys of other kinds seal as well.
my $sealed = log_in($nginx, '/rsa/login', 'X-Login: 42');
$sealed = given($nginx->post('/rsa/refresh', $sealed->{only_refresh}));
is jose_header($sealed->{access})->{alg}, 'RS256', 'RSA';
$sealed = given($nginx->post('/ed/refresh', $sealed->{only_refresh}));
is jose_header($sealed->{access})->{alg}, 'EdDSA', 'Ed25519, after RSA';
is $nginx->post('/ed/refresh', $sealed->{only_refresh})->answer, '200 valid', 'and on';
is $nginx->post('/ed/refresh', 'Cookie: refresh_token=' . tamper($sealed->{refresh}))->status, 401, 'but not any seal';

# The absolute timeout of 20 minutes is less than either lifetime.
my $short = log_in($nginx, '/short/login', 'X-Login: 42');
my $moved = $nginx->post('/short/refresh', $short->{cookie});
$said = $moved->json;
for my $name (qw(access refresh)) {
    cmp_ok abs($said->{"${name}_expires_in"} - 1200), '<=', 2, "$name: bounded";
    cmp_ok abs(cookies_of($moved)->{"${name}_token"}{'max-age'} - 1200), '<=', 2, "$name: the cookie too";
}
my $data = "s:data:{42}:$short->{sid}";
$redis->cli('HSET', $data, 'created_at', time - 900);
$moved = $nginx->post('/short/refresh', given($moved)->{cookie});
cmp_ok abs($moved->json->{access_expires_in} - 300), '<=', 2, 'counted from the login, not from the refresh';
cmp_ok abs(payload(given($moved)->{access})->{exp} - time - 300), '<=', 2, 'in the token itself';
$redis->cli('HSET', $data, 'created_at', time - 1201);
is $nginx->post('/short/refresh', given($moved)->{only_refresh})->answer, '401 expired', 'and then it is over';

# The record lives as long as the longest of its tokens, though that is the access token.
my $long = log_in($nginx, '/long/login', 'X-Login: 42');
my $longer = given($nginx->post('/long/refresh', $long->{cookie}));
for my $user ($long, $longer) {
    my $until = payload($user->{access})->{exp};
    my $key = "l:data:{42}:$user->{sid}";
    cmp_ok $redis->cli('HGET', $key, 'expires_at'), '>=', $until, 'expires_at covers the access token';
    cmp_ok $redis->cli('TTL', $key), '>=', $until - time - 1, 'so does the time to live';
}

# Users of any name.
for my $name ('a b', "\xc3\xa9", '{x}', 'a, 1 b 2', '*', '%s', "it's", 'a"b\\c', '0', 'x' x 255) {
    my $odd = log_in($nginx, '/app/login', "X-Login: $name");
    my $answer = $nginx->post('/app/refresh', $odd->{only_refresh});
    is $answer->answer, '200 valid', "refreshed: $name";
    is $nginx->post('/app/refresh', $odd->{only_refresh})->status, 200, 'twice';
    is $redis->cli('HGET', "session:data:{$name}:$odd->{sid}", 'refresh'), token_hash(given($answer)->{refresh}),
        'under its key';
}

done;
