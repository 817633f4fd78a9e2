# A realm whose cookie is an opaque id: the login gets a random id, the store has the session; renewed and ended.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use OpaqueIds;

my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "cookie sid samesite=lax; token cookie=sid format=opaque; redis @{[ $proxy->address ]};
    redis_connect_timeout 2s; redis_timeout 2s;";
my $nginx = Nginx->new(
    realms => {
        app => "$base revocation strict; access_lifetime 1h; record require; require_claims sub;",
        cached => "$base access_lifetime 1h;",
        short => "$base revocation strict; access_lifetime 100s; absolute_timeout 250s; renew 50%; idle_timeout 80s;",
        two => "$base revocation strict; session_limit 2;",
    },
    backend => login_backend(),
    locations => join('', map {"
        location /$_ { auth_session $_; proxy_pass http://backend/echo; }
        location /$_/login { session_issue $_; proxy_pass http://backend; }
        location = /$_/logout { session_logout $_; }"} qw(app cached short two)) . '
        location = /status { session_status; }',
    echo => '$session_user $session_id $session_tenant $session_claim_role',
);
sub id_of { given($_[0], 'sid') }
sub in { my ($id, $realm) = (@_, 'app'); $nginx->get("/$realm", cookie($id, 'sid')) }
sub named { my ($id) = @_; +{split /\n/, $redis->cli('HGETALL', id_key($id))} }
sub ttl { $redis->cli('TTL', $_[0]) }

my $response = login($nginx, {path => '/app/login', claims => '{"role":"admin"}', tenant => 't1'});
my $id = id_of($response);
like $id, qr/^[A-Za-z0-9_-]{22,}$/, 'an id of 128 bits or more';
is_deeply set_cookies($response), {sid => {value => $id, path => '/', 'max-age' => 3600, secure => '', httponly => '',
    samesite => 'Lax'}}, 'is all that the cookie has';
my $named = named($id);
is_deeply [sort keys %$named], [qw(sid sub)], 'the key of its hash names the session';
isnt $named->{sid}, $id, 'whose own id is another';
my $record = record($redis, '42', $named->{sid});
is_deeply [@$record{qw(sub tenant)}, json(JSON::PP::decode_json($record->{claims}))],
    ['42', 't1', '{"role":"admin","tenant":"t1"}'], 'the record';
cmp_ok abs(ttl(id_key($id)) - 3600), '<=', 3, 'the id is kept as long as its record';
cmp_ok abs(ttl("session:data:{42}:$named->{sid}") - 3600), '<=', 3, 'an hour';
is in($id)->body, "42 $named->{sid} t1 admin", 'the next request';
is scalar(grep { index($redis->cli('KEYS', '*'), $_) >= 0 } $id), 0, 'no key of the store has the id';
my @ids = map { id_of(login($nginx, {path => '/app/login'})) } 1 .. 20;
is scalar(keys %{{map { $_ => 1 } $id, @ids}}), 21, 'never the same twice';
is login($nginx, {path => '/app/login', claims => '{"iat":'})->status, 500, 'claims that are no JSON: no session';

# A login with the cookie of another session replaces it; fixation gives nothing.
$response = login($nginx, {path => '/app/login'}, cookie($id, 'sid'));
my $next = id_of($response);
isnt $next, $id, 'a new id';
is_deeply [in($id)->answer, in($next)->answer], ['401 revoked', '200 valid'], 'the old one is over';
$response = login($nginx, {path => '/app/login'}, cookie(my $fixed = new_id(), 'sid'));
isnt id_of($response), $fixed, 'an id that somebody chose is not taken';
is in($fixed)->answer, '401 record', 'and opens nothing';

# It ends by logout, by the upstream's word, by a mark.
$response = $nginx->post('/app/logout', cookie($next, 'sid'));
is $response->status, 200, 'logout';
is set_cookies($response)->{sid}{'max-age'}, 0, 'deletes the cookie';
is in($next)->answer, '401 revoked', 'and ends the session';
is $redis->cli('EXISTS', 'session:data:{42}:' . named($next)->{sid}), 0, 'its record is gone';
is $nginx->post('/app/logout', cookie(new_id(), 'sid'))->status, 200, 'logout of nothing';
is $nginx->post('/app/logout', cookie($ids[0], 'sid'), 'Origin: https://evil.example')->status, 403,
    'of a foreign page';
login($nginx, {path => '/app/login', user => '', end => 'current'}, cookie($ids[0], 'sid'));
is in($ids[0])->answer, '401 revoked', 'X-Session-End: current';
login($nginx, {path => '/app/login', user => '', end => named($ids[1])->{sid}}, cookie($ids[2], 'sid'));
is_deeply [map { in($_)->answer } @ids[1, 2]], ['401 revoked', '200 valid'], 'X-Session-End: SID';
login($nginx, {path => '/app/login', user => '', end => 'all'}, cookie($ids[2], 'sid'));
like in($_)->answer, qr/^401 (?:revoked|stale)$/, 'X-Session-End: all' for @ids[2 .. 5];
my $other = id_of(login($nginx, {path => '/cached/login', user => '7'}));
is in($other, 'cached')->answer, '200 valid', 'cached';
$nginx->post('/cached/logout', cookie($other, 'sid'));
is in($other, 'cached')->answer, '401 revoked', 'a logout counts at once';
$other = id_of(login($nginx, {path => '/cached/login', user => '7'}));
login($nginx, {path => '/cached/login', user => '', stale => '7'});
is in($other, 'cached')->answer, '401 stale', 'X-Session-Stale';
is in(id_of(login($nginx, {path => '/cached/login', user => '7'})), 'cached')->answer, '200 valid',
    'a login in the second of the mark';
my @three = map { my $one = id_of(login($nginx, {path => '/two/login', user => '9'})); sleep 0.02; $one } 1 .. 3;
is_deeply [map { in($_, 'two')->answer } @three], ['401 revoked', ('200 valid') x 2], 'session_limit';

# Renewal gives the record and the id a new end, the id stays.
$id = id_of(login($nginx, {path => '/short/login', user => '5'}));
my $data = 'session:data:{5}:' . named($id)->{sid};
is_deeply set_cookies(in($id, 'short')), {}, 'not due';
my $renewed = status('short')->{renewed};
$redis->cli('HSET', $data, created_at => time - 60, expires_at => time + 40);
$response = in($id, 'short');
is $response->answer, '200 valid', 'due';
my $given = set_cookies($response)->{sid};
is $given->{value}, $id, 'the same id';
cmp_ok abs($given->{'max-age'} - 100), '<=', 3, 'for a hundred seconds more';
cmp_ok abs($redis->cli('HGET', $data, 'expires_at') - time - 100), '<=', 3, 'the record\'s end';
cmp_ok abs(ttl($_) - 100), '<=', 3, 'kept to it' for $data, id_key($id);
is status('short')->{renewed} - $renewed, 1, 'counted';
is_deeply set_cookies(in($id, 'short')), {}, 'not due again, whatever the whole session\'s age';
$redis->cli('HSET', $data, created_at => time - 200, expires_at => time + 10);
cmp_ok abs((set_cookies(in($id, 'short'))->{sid}{'max-age'} // 0) - 49), '<=', 3, 'never past absolute_timeout';
$redis->cli('HSET', $data, last_activity_at => time - 30);
in($id, 'short');
eventually { $redis->cli('HGET', $data, 'last_activity_at') >= time - 3 } 3, 'activity is noted';
$redis->cli('HSET', $data, last_activity_at => time - 90);
is in($id, 'short')->answer, '401 idle', 'idle_timeout';

# The store away: nothing is claimed.
$id = id_of(login($nginx, {path => '/app/login', user => '8'}));
$proxy->mode('refuse');
is in($id)->answer, '503 store', 'a request';
is $nginx->post('/app/logout', cookie($id, 'sid'))->status, 503, 'a logout';
is login($nginx, {path => '/app/login', user => '8'}, @$_)->status, 503, 'a login' for [], [cookie($id, 'sid')];
$proxy->mode('pass');
eventually { in($id)->answer eq '200 valid' } 10, 'back';

sub status { $nginx->get('/status')->json->{realms}{$_[0]} }
done;
