# renew keeps the record as long as the new token, and where the store cannot do that there is no new token.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "key v1 file=v1.key; cookie access_token; access_lifetime 2h; renew 50; revocation strict;
    redis @{[ $proxy->address ]}; redis_connect_timeout 3s; redis_timeout 3s;";
my %realms = (app => $base, strict => "$base record require;", lenient => "$base store_error allow;");
my $nginx = Nginx->new(
    realms => \%realms,
    locations => join '', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms,
);
sub aged { mint({iat => time - 3600, exp => time + $_[0], jti => 'j1', sid => 's1'}) }
sub get { my ($path, $token) = @_; $nginx->get($path, cookie($token)) }
sub renewed { given($_[0])->{access} }

my $key = 'session:data:{42}:s1';
sub record { $redis->cli('DEL', $key); $redis->cli('HSET', $key, sub => 42, created_at => time - 3600, @_);
    $redis->cli('EXPIRE', $key, 100) }
is get('/strict', aged(50))->answer, '401 record', 'no record, no token';
record(expires_at => time + 100);
my $token = renewed(get('/strict', aged(50)));
is $redis->cli('HGET', $key, 'expires_at'), payload($token)->{exp}, 'expires_at grows';
cmp_ok $redis->cli('TTL', $key), '>=', 7190, 'and its time to live';
is $redis->cli('ZSCORE', 'session:user:{42}', 's1'), payload($token)->{exp}, 'and the index';
record(expires_at => time + 90000);
get('/strict', aged(50));
cmp_ok $redis->cli('HGET', $key, 'expires_at'), '>', time + 80000, 'expires_at never shrinks';
cmp_ok $redis->cli('TTL', $key), '>', 80000, 'nor the time to live';
record();
ok renewed(get('/strict', aged(50))), 'a record without expires_at';

# A store that cannot write, or is away, gives no new life.
$redis->cli('ACL', 'SETUSER', 'default', '-@scripting');
for my $path ('/app', '/strict') {
    my $response = get($path, aged(50));
    is $response->answer, '200 valid', "$path: the store only reads";
    is_deeply cookies_of($response), {}, "$path: not renewed";
}
$redis->cli('ACL', 'SETUSER', 'default', '+@scripting');
ok renewed(get('/strict', aged(50))), 'the store writes again';
record(expires_at => time + 100);
$redis->cli('DEL', 'session:user:{42}');
$redis->cli('SET', 'session:user:{42}', 'no sorted set');
is_deeply cookies_of(get('/strict', aged(50))), {}, 'a key of another type: not renewed';
$redis->cli('DEL', 'session:user:{42}');

# The session ends between the question and the renewal.
for my $end (['revoked', sub { $redis->cli('SET', "session:revoked:{42}:$_[0]", 1) }, 's1', 'j1'],
    ['stale', sub { $redis->cli('SET', 'session:stale:{42}', time) }, 1],
    ['no record', sub { $redis->cli('DEL', $key) }, 1]) {
    my ($name, $do, @which) = @$end;
    for my $which (@which) {
        record(expires_at => time + 100);
        $proxy->mode('delay', 200);
        my $client = $nginx->connect;
        $client->send(Client::format_request('GET', '/strict', cookie(aged(50))));
        sleep 0.1;
        $do->($which);
        is_deeply cookies_of($client->response), {}, "$name meanwhile: not renewed";
        $proxy->mode('pass');
        $redis->cli('DEL', 'session:stale:{42}', "session:revoked:{42}:$which");
    }
}
$redis->cli('SET', 'session:epoch', 'yesterday');
my $unclear = get('/lenient', aged(50));
is $unclear->answer, '200 valid', 'store_error allow, an answer that is none: let in';
is_deeply cookies_of($unclear), {}, 'but not renewed';
$redis->cli('DEL', 'session:epoch');
$proxy->mode('refuse');
my $response = get('/lenient', aged(50));
is $response->answer, '200 valid', 'no store: let in';
is_deeply cookies_of($response), {}, 'but not renewed';

done;
