# A login: the upstream says who it is, nginx mints the token, keeps the record and sets the cookie.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $store = "cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {
        app => "key v1 file=v1.key; $store",
        named => "key v2 file=v2.key; key v1 file=v1.key; issuer https://login.example; audience a b;
            access_lifetime 20m; claims subject=uid id=tid session=session tenant=org version=kv; $store",
        one => "key v1 file=v1.key; audience only; $store",
    },
    backend => login_backend(),
    locations => '
        location /login { session_issue app; proxy_pass http://backend; }
        location /named { session_issue named; proxy_pass http://backend; }
        location /one { session_issue one; proxy_pass http://backend; }
        location / { auth_session app; proxy_pass http://backend/echo; }
        location /in-named { auth_session named; proxy_pass http://backend/echo; }',
    echo => '$session_user $session_id $session_tenant $session_claim_role',
);
my $id = qr/^[A-Za-z0-9_-]{22,}$/;

my $before = time;
my $response = login($nginx, {claims => '{"role":"admin","n":[1,{"a":null}]}', tenant => 't1'}, 'User-Agent: Test/1.0');
my ($header, $claims) = opened(given($response));
is $response->status, 200, 'the upstream\'s answer';
is $response->body, 'welcome', 'with its body';
is_deeply $header, {alg => 'HS256', typ => 'JWT', kid => 'v1'}, 'the header of the token';
is_deeply [sort keys %$claims], [qw(exp iat jti n role sid sub tenant version)], 'its claims, no others';
is_deeply [@$claims{qw(sub tenant version role)}, json($claims->{n})], ['42', 't1', 'v1', 'admin', '[1,{"a":null}]'],
    'what was given';
cmp_ok $claims->{iat} - $before, '<=', 2, 'made now';
is $claims->{exp} - $claims->{iat}, 8 * 3600, 'for eight hours';
like $_, $id, 'random' for @$claims{qw(jti sid)};
isnt $claims->{jti}, $claims->{sid}, 'two ids';
is_deeply set_cookies($response), {access_token => {value => given($response), path => '/', 'max-age' => 8 * 3600,
    secure => '', httponly => '', samesite => 'None'}}, 'the cookie';
is scalar(grep {/^x-session/i} map { $_->[0] } @{$response->{headers}}), 0, 'no header that was meant for nginx';
is $nginx->get('/', cookie(given($response)))->body, "42 $claims->{sid} t1 admin", 'the next request';

my $record = record($redis, '42', $claims->{sid});
my $now = delete $record->{created_us};
is int($now / 1e6) - $claims->{iat}, 0, 'microseconds of the login';
is_deeply $record, {sub => '42', tenant => 't1', created_at => $claims->{iat}, last_activity_at => $claims->{iat},
    expires_at => $claims->{exp}, tokens_until => $claims->{exp}, ip => '127.0.0.1', user_agent => 'Test/1.0',
    claims => $record->{claims}}, 'the record';
is_deeply JSON::PP::decode_json($record->{claims}), {role => 'admin', n => [1, {a => undef}], tenant => 't1'},
    'the claims in it';
my $key = "session:data:{42}:$claims->{sid}";
cmp_ok abs($redis->cli('EXPIRETIME', $key) - $claims->{exp}), '<=', 2, 'kept to its end';
is $redis->cli('ZRANGE', 'session:user:{42}', 0, -1, 'WITHSCORES'), "$claims->{sid}\n$claims->{exp}", 'the index';
cmp_ok abs($redis->cli('EXPIRETIME', 'session:user:{42}') - $claims->{exp}), '<=', 2, 'kept as long';

my (undef, $second) = opened(given(login($nginx, {})));
isnt $second->{$_}, $claims->{$_}, "another $_ for another browser" for qw(sid jti);
is_deeply [sort split /\n/, $redis->cli('ZRANGE', 'session:user:{42}', 0, -1)],
    [sort $claims->{sid}, $second->{sid}], 'both are in the index';
is_deeply [sort keys %$second], [qw(exp iat jti sid sub version)], 'no tenant: no claim';
ok !exists record($redis, '42', $second->{sid})->{$_}, "no field $_" for qw(tenant claims refresh);

my $long = 'A' x 5000;
my (undef, $noisy) = opened(given(login($nginx, {user => 'noisy'}, "User-Agent: $long")));
cmp_ok length(record($redis, 'noisy', $noisy->{sid})->{user_agent}), '<=', 1024, 'a long user agent is cut';

$response = login($nginx, {path => '/named', tenant => 'o1', claims => '{"sub":"other","jti":"x"}'});
($header, $claims) = opened(given($response), 'v2');
is_deeply $header, {alg => 'HS256', typ => 'JWT', kid => 'v2'}, 'the first key signs';
is_deeply [sort keys %$claims], [qw(aud exp iat iss jti kv org session sub tid uid)], 'names of the realm';
is_deeply [@$claims{qw(iss uid org kv sub jti)}], ['https://login.example', '42', 'o1', 'v2', 'other', 'x'],
    'names that are free are the upstream\'s';
is_deeply $claims->{aud}, ['a', 'b'], 'the audience';
is $claims->{exp} - $claims->{iat}, 1200, 'access_lifetime';
is $nginx->get('/in-named', cookie(given($response)))->body, "42 $claims->{session} o1", 'the next request';
is record($redis, '42', $claims->{session})->{tenant}, 'o1', 'the record';
(undef, $claims) = opened(given(login($nginx, {path => '/one'})));
is json($claims->{aud}) =~ tr/[]//dr, '"only"', 'one audience';

done;
