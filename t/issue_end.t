# An upstream ends sessions: X-Session-End current, all or the id of one, X-Session-Stale for a user; alone and
# with a login.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $store = FaultProxy->new(target => $redis->port);
my $base = 'key v1 file=v1.key; cookie access_token path=/app samesite=lax; revocation strict;';
my $nginx = Nginx->new(
    realms => {app => "$base @{[ $redis->directives ]}",
        pair => "$base refresh_cookie refresh path=/app/refresh; @{[ $redis->directives ]}",
        away => "$base redis @{[ $store->address ]}; redis_timeout 300ms;"},
    backend => login_backend() . '
        location /denied { add_header X-Session-End current always; return 403; }
        location /moved { add_header X-Session-End current; return 302 /bye; }',
    locations => join('', map {"location /$_ { session_issue $_; proxy_pass http://backend; }"} qw(app pair away))
        . join('', map {"location /$_ { session_issue app; proxy_pass http://backend; }"} qw(denied moved))
        . 'location / { auth_session app; proxy_pass http://backend; }',
);
my $absolute = 30 * 86400;
sub user { my ($user, $path) = (@_, '/app'); given(login($nginx, {user => $user, path => $path})) }
sub sid { (opened($_[0]))[1]{sid} }
sub answers { join ' ', map { $nginx->get('/', cookie($_))->reason } @_ }
sub says { my ($wanted, @headers) = @_; login($nginx, {user => '', path => '/app', %$wanted}, @headers) }
sub mark { $redis->cli('GET', "session:stale:{$_[0]}") }
sub ttl { my ($key) = @_; $redis->cli('TTL', "session:$key") }
sub near { my ($got, $expected, $name) = @_; cmp_ok abs($got - $expected), '<=', 3, $name }
my %deleted = (value => '', path => '/app', 'max-age' => 0, expires => 'Thu, 01 Jan 1970 00:00:00 GMT', secure => '',
    httponly => '', samesite => 'Lax');

# current
my ($mine, $phone) = map { user('42') } 1 .. 2;
my $other = user('43');
my $response = says({end => 'current'}, cookie($mine));
is $response->body, 'welcome', 'current: the answer of the upstream';
is_deeply set_cookies($response), {access_token => \%deleted}, 'the cookie is deleted';
is $response->header('Cache-Control'), 'private', 'for this client alone';
is answers($mine, $phone, $other), 'revoked valid valid', 'that session, no other';
is_deeply record($redis, 42, sid($mine)), {}, 'its record is gone';
near ttl('revoked:{42}:' . sid($mine)), 8 * 3600 + 60, 'revoked until its tokens are over';
unlike $redis->cli(qw(ZRANGE session:user:{42} 0 -1)), qr/\Q@{[ sid($mine) ]}/, 'out of the index';
is_deeply set_cookies(says({end => 'current'})), {}, 'nobody: nothing to delete';
is_deeply set_cookies(says({end => 'current'}, cookie(tamper($phone)))), {}, 'nor by a forged cookie';
is_deeply set_cookies(says({end => 'current'}, bearer($phone))), {}, 'no cookie was sent: none is deleted';
is answers($phone), 'revoked', 'but the session is over';
is says({end => 'current'}, cookie($mine))->status, 200, 'what is over may end again';
my $long = mint({sub => '42', sid => 's', jti => 'j', exp => time + 90 * 86400});
says({end => 'current'}, cookie($long));
near ttl("revoked:{42}:$_"), 90 * 86400 + 60, "a token with a longer life: $_ is revoked as long" for qw(s j);
says({end => 's'}, cookie(user('42')));
near ttl('revoked:{42}:s'), 90 * 86400 + 60, 'which is never made shorter';
for my $path (qw(denied moved)) {
    $mine = user('42');
    $response = $nginx->get("/$path", cookie($mine));
    like $response->status, qr/^(?:403|302)$/, "$path: comes through";
    is_deeply set_cookies($response), {access_token => \%deleted}, "$path: the cookie is deleted";
    is answers($mine), 'revoked', "$path: the session is over";
}
$response = login($nginx, {path => '/pair'});
$response = says({path => '/pair', end => 'current'}, cookie(given($response)), cookie(given($response, 'refresh'),
    'refresh'));
is_deeply [sort keys %{set_cookies($response)}], ['access_token', 'refresh'], 'both cookies';
is set_cookies($response)->{refresh}{path}, '/app/refresh', 'each with its path';

# all
my @tokens = map { user('42') } 1 .. 3;
my ($foreign) = mint({sub => '42', iat => time - 10});
$response = says({end => 'all'}, cookie($tokens[0]));
is_deeply set_cookies($response), {access_token => \%deleted}, 'all: the cookie is deleted';
like answers(@tokens, $foreign, $other), qr/^(?:(?:revoked|stale) ){4}valid$/, 'all of the user, also without a record';
is $redis->cli('ZCARD', 'session:user:{42}'), 0, 'no record is left';
near mark('42'), time, 'marked now';
near ttl('stale:{42}'), $absolute + 60, 'as long as any token may live';
@tokens = map { user('42') } 1 .. 2;
my $new = given(says({user => '42', end => 'all'}));
like answers(@tokens, $new), qr/^(?:(?:revoked|stale) ){2}valid$/, 'with a login: all but the new one';
@tokens = map { user('42') } 1 .. 2;
$new = given(says({user => '43', end => 'all'}, cookie($tokens[0])));
like answers(@tokens, $new, $other), qr/^(?:(?:revoked|stale) ){2}valid valid$/,
    'all belongs to whom the request came from';
is says({end => 'all'})->status, 200, 'nobody: nothing to do';
is answers($other), 'valid', 'and nothing done';

# one
@tokens = map { user('42') } 1 .. 3;
$response = says({end => sid($tokens[1])}, cookie($tokens[0]));
is_deeply set_cookies($response), {}, 'one: the own cookie stays';
is answers(@tokens), 'valid revoked valid', 'that one is over';
is_deeply set_cookies(says({end => sid($tokens[0])}, cookie($tokens[0]))), {access_token => \%deleted},
    'the own one: deleted';
is answers(@tokens), 'revoked revoked valid', 'and over';
says({end => sid($other)}, cookie($tokens[2]));
says({end => "{43}:" . sid($other)}, cookie($tokens[2]));
is answers($other), 'valid', "another user's is out of reach";
$new = given(says({user => '42', end => sid($tokens[2])}));
is answers($tokens[2], $new), 'revoked valid', 'with a login: one of its user';

# stale
@tokens = (user('42'), user('43'));
$response = says({stale => '42'}, cookie($tokens[1]));
is_deeply set_cookies($response), {}, 'stale: no cookie changes';
is answers(@tokens), 'stale valid', 'the user is out, another is not';
near ttl('stale:{42}'), $absolute + 60, 'as long as any token may live';
for my $mark ('*', time + 1000) {
    $redis->cli('SET', 'session:stale:{44}', $mark);
    says({stale => '44'});
    is mark('44'), $mark, "a mark that says more stays: $mark";
}
$redis->cli('SET', 'session:stale:{44}', 5);
says({stale => '44', end => 'current'}, cookie($tokens[1]));
near mark('44'), time, 'one that says less does not';
is answers($tokens[1]), 'revoked', 'and both are done at once';

# While the store is away nothing is claimed.
$redis->cli('DEL', 'session:stale:{42}');
$mine = user('42', '/away');
$store->mode('refuse');
for my $wanted ({end => 'current'}, {end => 'all'}, {end => 'x'}, {stale => '42'}) {
    $response = says({path => '/away', %$wanted}, cookie($mine));
    is_deeply [$response->status, $response->json->{reason}, set_cookies($response)], [503, 'store', {}],
        'the store is away: 503, ' . json($wanted);
}
is answers($mine), 'valid', 'nothing was done';

done;
