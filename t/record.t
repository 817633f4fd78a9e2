# A session's record: required, whatever program wrote it; times that end the session, activity that keeps it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "key v1 file=v1.key; cookie access_token; login /in reason=why; redis @{[ $proxy->address ]};
    redis_connect_timeout 2s; redis_timeout 2s;";
my %realms = (
    app => "$base revocation strict; record require; absolute_timeout 1d;",
    only => "$base revocation off; record require;",
    idle => "$base revocation strict; record require; idle_timeout 80s;",
    loose => "$base revocation strict; idle_timeout 80s;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    workers => 2,
    backend => login_backend(),
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms) . '
        location /dry { auth_session idle; auth_session_dry_run on; proxy_pass http://backend; }
        location = /health { session_health idle; }
        location = /login { session_issue idle; proxy_pass http://backend; }
        location = /logout { session_logout idle; }',
);
my $key = 'session:data:{42}:s1';
my $cookie = cookie(mint({jti => 'j1', sid => 's1'}));
sub field { $redis->cli('HGET', $key, $_[0]) }
sub record { $redis->cli('DEL', $key); $redis->cli('HSET', $key, @_) if @_ }
sub answer { my ($realm, @headers) = @_; $nginx->get("/$realm", @headers ? @headers : $cookie)->answer }
sub writes { [map { $redis->calls($_) } qw(eval evalsha hset)] }

my $response = $nginx->get('/app', $cookie);
is $response->answer, '401 record', 'no record';
is_deeply cookies_of($response), {}, 'the cookie stays';
like $nginx->navigate('/app', $cookie)->header('Location'), qr{/in\?why=record$}, 'a navigation goes to the login';
is answer('only'), '401 record', 'without revocations too';
is answer('loose'), '200 valid', 'where none is required none is missed';

# By other programs, with as little as they like.
my @good = (['sub alone', sub => 42], ['times', sub => 42, created_at => time - 5, expires_at => time + 50],
    ['no sub', created_at => time, expires_at => time + 50], ['empty fields', sub => '', tenant => '', ip => ''],
    ['all', sub => 42, tenant => 't', created_at => time, expires_at => time + 50, last_activity_at => time,
        ip => '::1', user_agent => "a\nb", mine => 'x']);
for my $case (@good) {
    my ($name, @fields) = @$case;
    record(@fields);
    is answer($_), '200 valid', "$name: $_" for qw(app only);
}
$redis->cli('RENAME', $key, 'session:data:{43}:s1');
is answer('app'), '401 record', "another user's record of that name";
record(sub => 42);
is answer('app', cookie(mint({jti => 's1'}))), '200 valid', 'a token without a sid: its jti names the record';
my $bare = mint({});
is answer('app', cookie($bare)), '401 record', 'with neither';
$redis->cli('HSET', 'session:data:{42}:' . token_hash($bare), sub => 42);
is answer('app', cookie($bare)), '200 valid', 'its hash';

my @bad = (['401 expired', 'expires_at', sub => 42, expires_at => time - 1],
    ['401 expired', 'expires_at, with an activity', sub => 42, expires_at => time, last_activity_at => time],
    ['401 expired', 'absolute_timeout', sub => 42, created_at => time - 86401, expires_at => time + 50],
    ['503 store', 'an expires_at that is no time', sub => 42, expires_at => '2030-01-01T00:00:00Z'],
);
for my $case (@bad) {
    my ($answer, $name, @fields) = @$case;
    record(@fields);
    is answer('app'), $answer, "$name: $answer";
}
for my $command (['SET', $key, 'x'], ['RPUSH', $key, 'x'], ['SADD', $key, 'x'], ['ZADD', $key, 1, 'x']) {
    record();
    $redis->cli(@$command);
    is answer($_), '503 store', "$command->[0] in its place: $_" for qw(app only idle loose);
}

# Idle.
my @activity = (['401 idle', last_activity_at => time - 100], ['200 valid', last_activity_at => time - 40],
    ['401 idle', created_at => time - 100], ['200 valid', created_at => time - 40]);
for my $case (@activity) {
    my ($answer, @times) = @$case;
    for my $realm (qw(idle loose)) {
        record(sub => 42, expires_at => time + 500, @times);
        is answer($realm), $answer, "$realm: @{[ $times[0], time - $times[1] ]} seconds ago: $answer";
    }
}
record(sub => 42, last_activity_at => time - 100);
$response = $nginx->get('/idle', $cookie);
is cookies_of($response)->{access_token}{value}, '', 'an idle session loses its cookie';
is_deeply [field('last_activity_at') <= time - 100, answer('idle')], [1, '401 idle'], 'asking does not wake it';

# Activity is noted once in twenty seconds, a quarter of the timeout, however many ask.
record(sub => 42, last_activity_at => my $then = time - 40);
$redis->cli('EXPIRE', $key, 77);
my $before = writes();
$nginx->get(@$_) for ['/dry', $cookie], ['/health', $cookie], ['/idle', cookie(tamper(mint({sid => 's1'})))],
    ['/idle', cookie(mint({sid => 's1', exp => 1}))];
sleep 0.2;
is_deeply writes(), $before, 'no activity: a dry run, the health, what is refused';
my @clients = map { $nginx->connect } 1 .. 40;
$_->send(Client::format_request('GET', '/idle', $cookie)) for @clients;
is scalar(grep { $_->response->answer eq '200 valid' } @clients), 40, 'forty at once';
eventually { field('last_activity_at') > $then } 3, 'activity';
cmp_ok abs(field('last_activity_at') - time), '<=', 5, 'is noted';
my $after = writes();
is $after->[2] - $before->[2], 1, 'once';
answer('idle') for 1 .. 20;
is_deeply writes(), $after, 'those that come soon after do not even try';
cmp_ok $redis->cli('TTL', $key), '<=', 77, 'the record does not live longer for it';
$redis->cli('HSET', $key, last_activity_at => time - 30);
is answer('idle', bearer(mint({sid => 's1'}))), '200 valid', 'a bearer token is activity';
eventually { field('last_activity_at') >= time - 10 } 3, 'too';
$redis->cli('HSET', $key, last_activity_at => time - 8);
$before = writes();
answer('idle');
sleep 0.2;
is_deeply writes(), $before, 'not yet again after eight seconds';

# A session that ends while a request is on its way stays ended.
$redis->cli('HSET', $key, last_activity_at => time - 40);
my $client = $nginx->connect;
$before = writes();
$proxy->mode('delay', 600);
$client->send(Client::format_request('GET', '/idle', $cookie));
sleep 0.2;
record();
is $client->response->answer, '200 valid', 'judged before the end';
$proxy->mode('pass');
sleep 0.3;
isnt join(' ', @{writes()}), join(' ', @$before), 'activity is told to the store';
is $redis->cli('EXISTS', $key), 0, 'which does not bring the record back';
my $user = log_in($nginx, '/login', 'X-Login: 42');
$redis->cli('HSET', "session:data:{42}:$user->{sid}", last_activity_at => time - 30);
@clients = map { $nginx->connect } 1 .. 20;
$_->send(Client::format_request('GET', '/idle', $user->{only_access})) for @clients[0 .. 9];
$nginx->post('/logout', $user->{only_access});
$_->send(Client::format_request('GET', '/idle', $user->{only_access})) for @clients[10 .. 19];
$_->response for @clients;
sleep 0.2;
is $redis->cli('EXISTS', "session:data:{42}:$user->{sid}"), 0, 'a logout among requests is the end';

record(sub => 42, last_activity_at => time - 30);
$redis->cli('ACL', 'SETUSER', 'default', '-@scripting');
is answer('idle'), '200 valid', 'activity that cannot be noted refuses nobody';
$redis->cli('ACL', 'SETUSER', 'default', '+@scripting');
$proxy->mode('refuse');
is answer($_), '503 store', "the store is away: $_" for qw(app only idle);

done;
