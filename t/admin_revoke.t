# session_admin's /revoke: tokens as RFC 7009 has it, and IDs; what was revoked stays out, what is no token changes nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key($_) for qw(v1 other);
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; @{[ $redis->directives ]}",
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location /admin { session_admin app write=on; }',
);
my $admin = Admin->new($nginx, '/admin');
sub alive { $nginx->get('/', bearer($_[0]))->answer }
sub refresh { $nginx->post('/refresh', "Cookie: refresh_token=$_[0]")->answer }
sub revoke {
    my ($token, $more) = (@_, '');
    my $response = $admin->send(POST => '/revoke', "token=$token$more", 'Content-Type: application/x-www-form-urlencoded');
    return $response->status == 200 && $response->body eq qq({"revoked":true}\n) ? 'revoked' : $response->status . $response->body;
}

# Both tokens of a session, each by itself.
for my $which (qw(access_token refresh_token)) {
    my ($session, $other) = map { $admin->begin('42') } 1, 2;
    is revoke($session->{$which}, '&token_type_hint=whatever&x=y'), 'revoked', "the $which";
    is alive($session->{access_token}), '401 revoked', "$which: the session is out";
    is refresh($session->{refresh_token}), '401 revoked', "$which: and cannot be refreshed";
    is_deeply record($redis, '42', $session->{id}), {}, "$which: its record is gone";
    is alive($other->{access_token}), '200 valid', "$which: another goes on";
    is revoke($session->{$which}), 'revoked', "$which: again";
}

# Foreign tokens: by what names them.
for my $claims ({jti => 'j1'}, {sid => 's1'}, {jti => 'j2', sid => 's2'}, {}, {jti => 'r1', exp => time + 999_999}) {
    my $token = mint({sub => '43', %$claims});
    is alive($token), '200 valid', json($claims) . ': before';
    is revoke($token), 'revoked', json($claims) . ': revoked';
    is alive($token), '401 revoked', json($claims) . ': at once';
}
cmp_ok $redis->cli('TTL', 'session:revoked:{43}:r1'), '>', 999_000, 'for as long as the token is good';
my $late = mint({sub => '43', jti => 'late', exp => time - 5});
is revoke($late), 'revoked', 'an expired one';

# What is none of ours.
my $before = join ' ', keys_of($redis, '*');
my $victim = $admin->begin('44');
my @good = ($victim->{access_token}, $victim->{refresh_token});
$before = join ' ', keys_of($redis, '*');
my $none = encode_base64url('{"alg":"none"}') . '.' . (split /\./, $good[0])[1] . '.';
is revoke($_), 'revoked', 'no token of ours: the same answer'
    for 'x', 'a.b.c', tamper($good[0]), tamper($good[1]), $none, mint({sub => '44', sid => $victim->{id}}, key => 'other'),
    'x' x 9000, '%0d%0a', '%00';
is join(' ', keys_of($redis, '*')), $before, 'and nothing is written';
is alive($good[0]), '200 valid', 'nothing has ended';

# By ID.
my $token = mint({sub => '45', jti => 'a/b {x}', sid => 's'});
is_deeply $admin->send(POST => '/revoke', {user => '45', id => 'a/b {x}', exp => time + 100})->json,
    {user => '45', id => 'a/b {x}', revoked => JSON::PP::true()}, 'an ID';
is alive($token), '401 revoked', 'is out at once';
is $admin->send(POST => '/revoke', {user => '45', id => 'unknown'})->status, 200, 'without a time';
cmp_ok $redis->cli('TTL', 'session:revoked:{45}:unknown'), '>', 86400 * 29, 'as long as a session may last';
$redis->cli('SET', 'session:revoked:{45}:mine', 1);
is $admin->send(POST => '/revoke', {user => '45', id => 'mine', exp => time + 5})->status, 200, 'revoked already';
is $redis->cli('TTL', 'session:revoked:{45}:mine'), -1, 'is never shortened';

# No token in a log or an answer.
unlike $admin->send(GET => '/sessions?user=44')->body, qr/\Q$_\E/, 'no token in a list' for @good, map { token_hash($_) } @good;

done;
