# What an upstream may say of a login: names of users in any writing, claims that are a JSON object and do not
# touch the module's own. Anything else is a 500 and no session, not half of one.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $store = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {app => $store, named => "$store issuer me; audience us;"},
    backend => login_backend() . '
        location /twice { add_header X-Session-User 42; add_header X-Session-User 43; return 200; }
        location /same { add_header X-Session-User 42; add_header x-session-user 42; return 200; }
        location /under { add_header X_Session_User 42; return 200; }',
    locations => '
        location /login { session_issue app; proxy_pass http://backend; }
        location /named { session_issue named; proxy_pass http://backend; }
        location /twice { session_issue app; proxy_pass http://backend; }
        location /same { session_issue app; proxy_pass http://backend; }
        location /under { session_issue app; proxy_pass http://backend; }
        location / { auth_session app; add_header X-User $session_user; proxy_pass http://backend; }',
);

for my $user ('alice@example.com', 'a b', "\xc3\xa9", '{x}', 'a"b\\c', 'x' x 255, '*', "it's", '0', '-1', 'a:b}c') {
    my $name = substr $user, 0, 20;
    my $token = given(login($nginx, {user => $user}));
    my (undef, $claims) = opened($token);
    utf8::encode(my $sub = $claims->{sub} // '');
    is $sub, $user, "the user $name";
    is record($redis, $user, $claims->{sid})->{sub}, $user, "the record of $name";
    is $redis->cli('ZCARD', "session:user:{$user}"), 1, "the index of $name";
    my $response = $nginx->get('/', cookie($token));
    is_deeply [$response->status, $response->header('X-User')], [200, $user], "$name is let in";
}

# What is refused is a 500 without a cookie and without a trace in the store.
sub refused {
    my ($name, $wanted, $why) = @_;
    $redis->cli('FLUSHALL');
    $nginx->forget_log;
    my $response = login($nginx, $wanted);
    is $response->status, 500, "$name: 500";
    is $response->header('Content-Type'), 'application/problem+json', "$name: a problem";
    is_deeply $response->json, {title => 'Internal Server Error', status => 500}, "$name: which says so";
    is $response->header('Cache-Control'), 'no-store', "$name: not stored";
    is_deeply set_cookies($response), {}, "$name: no cookie";
    is_deeply [keys_of($redis, 'session:*:{*')], [], "$name: no record";
    is scalar($nginx->log_lines(qr/\[error\].*session: realm "\w+" no session.*$why/)), 1, "$name: the log says why";
}
my $no_name = 'is no name of 1 to 255 bytes in UTF-8';
refused('a user in Latin-1', {user => "\xe9"}, qr/"x-session-user" $no_name/);
refused('a long user', {user => 'x' x 256}, qr/"x-session-user" $no_name/);
refused('a tenant in Latin-1', {tenant => "\xe9"}, qr/"x-session-tenant" $no_name/);
refused('a long tenant', {tenant => 'x' x 256}, qr/"x-session-tenant" $no_name/);
refused('claims ' . substr($_, 0, 20), {claims => $_}, qr/"x-session-claims" is no JSON object/)
    for '{', 'role=admin', '[]', '"text"', '42', 'null', '{"a":1} x', '{"a":1,"a":2}', "{\"a\":\"\xe9\"}", '{"a":01}',
    '{"a":"\ud800"}', '[' x 2000;
refused('a session to end that has no name', {end => 'x' x 256}, qr/"x-session-end" is no "current", "all" or ID/);
refused('two users', {path => '/twice'}, qr/"x-session-user" stands there twice/);
refused('one user twice', {path => '/same'}, qr/"x-session-user" stands there twice/);
refused('claims that end in the past', {claims => '{"nbf":9999999999}'}, qr/the token would not be valid/);

my $response = $nginx->get('/login', grants({tenant => 't1', claims => '{"role":"admin"}'}));
is_deeply [$response->status, set_cookies($response)], [200, {}], 'claims without a user: no session';
$response = login($nginx, {user => '', claims => '{"role":"admin"}'});
is_deeply [$response->status, set_cookies($response)], [200, {}], 'an empty user: none either';
$response = $nginx->get('/under');
is $response->header('X_Session_User'), undef, 'a header with underscores is no secret way out';

# The module's own claims are its own.
my @own = (sub => '"43"', jti => '"j"', sid => '"s"', iat => 1, exp => 9999999999, version => '"v0"');
$nginx->forget_log;
my (undef, $claims) = opened(given(login($nginx, {claims => '{' . join(',', map {qq("$own[$_*2]":$own[$_*2+1])} 0 .. 5)
    . ',"iss":"them","aud":"all","tenant":"t9"}', tenant => 't1'})));
is $claims->{sub}, '42', 'the user is not that of the claims';
is $claims->{tenant}, 't1', 'nor the tenant';
is $claims->{version}, 'v1', 'nor the version';
isnt $claims->{$_}, {@own}->{$_} =~ tr/"//dr, "nor $_" for qw(jti sid iat exp);
is $claims->{exp} - $claims->{iat}, 8 * 3600, 'nor its life';
is_deeply [@$claims{qw(iss aud)}], ['them', 'all'], 'names that the realm does not use stay';
is scalar($nginx->log_lines(qr/\[warn\].*claim "$_" of the upstream gives way to the module's own/)), 1, "a warning: $_"
    for qw(sub jti sid iat exp version tenant);
is scalar($nginx->log_lines(qr/gives way/)), 7, 'and no other';
(undef, $claims) = opened(given(login($nginx, {path => '/named', claims => '{"iss":"them","aud":["all"]}'})));
is_deeply [$claims->{iss}, json($claims->{aud}) =~ tr/[]//dr], ['me', '"us"'], 'nor issuer and audience';
is scalar($nginx->log_lines(qr/claim "$_" of the upstream gives way/)), 1, "a warning: $_" for qw(iss aud);

(undef, $claims) = opened(given(login($nginx, {claims => '{"tenant":"t2"}'})));
is record($redis, '42', $claims->{sid})->{tenant}, 't2', 'a tenant among the claims is one';
my $odd = '{"a":"\u00e9\"\\\\","b":{"c":[true,null,1.5,-0]},"":0,"big":9007199254740993,"e":1e3}';
(undef, $claims) = opened(given(login($nginx, {claims => $odd})));
is_deeply [@$claims{'a', '', 'e'}, $claims->{b}{c}[2]], ["\xe9\"\\", 0, 1000, 1.5], 'values come through as they are';
is "$claims->{big}", '9007199254740993', 'large numbers too';

done;
