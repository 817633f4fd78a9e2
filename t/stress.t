# Clients that stay, leave, send bodies and reset streams, a Redis that is slow around the timeout and lost now and
# then, reloads in between: every answer is its own user's. TEST_STRESS_SECONDS makes it longer.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Load;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $http2 = free_port();
my $realm = "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation strict;
    redis_timeout 60ms; redis_connections 2;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => $realm, open => "$realm store_error allow;"},
    main => 'worker_shutdown_timeout 20s;',
    server => "listen 127.0.0.1:$http2 http2; client_max_body_size 10m; keepalive_timeout 5s;",
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }',
);
my $seconds = 0 + ($ENV{TEST_STRESS_SECONDS} // 14);

my @good = map { Load::user("good$_", "200 valid good$_", '503 store') } 1 .. 8;
my @bad = map { Load::user("bad$_", '401 revoked', '503 store') } 1 .. 5;
my @stale = map { Load::user("stale$_", '401 stale', '503 store') } 1 .. 3;
$redis->cli('SET', "session:revoked:{bad$_}:id-bad$_", 1) for 1 .. 5;
$redis->cli('SET', "session:stale:{stale$_}", '*') for 1 .. 3;
my @open = map { Load::user("good$_", "200 valid good$_") } 1 .. 4;

my @loads = (
    Load->start($nginx, seconds => $seconds, http2_port => $http2, users => [@good, @bad, @stale],
        clients => [qw(once keep keep pipeline body leave leave http2 http2)]),
    Load->start($nginx, seconds => $seconds, path => '/open', users => \@open, clients => [qw(keep leave)]),
);
my ($end, $turn) = (time + $seconds - 1, 0);
while (time < $end) {
    $proxy->mode('delay', (0, 5, 20, 40, 55, 59, 61, 65, 90, 0)[rand 10]);
    $proxy->cut if $turn % 17 == 5;
    $nginx->reload if $turn % 40 == 20;
    $turn++;
    sleep 0.06;
}
$proxy->mode('delay', 0);
my ($met, $open) = map { $_->finish } @loads;

for (['one realm', $met], ['the other', $open]) {
    my ($name, $result) = @$_;
    is_deeply $result->{wrong}, [], "$name: every answer is its own user's";
    is_deeply $result->{failed}, [], "$name: no request failed";
    cmp_ok $result->{answers}, '>', 50, "$name: answers";
    note explain $result;
}
cmp_ok $met->{counts}{'401 revoked'} // 0, '>', 10, 'some were revoked';
cmp_ok $met->{counts}{'503 store'} // 0, '>', 1, 'some had no answer';
ok wait_until(sub { $nginx->get('/', map { join ': ', @$_ } @{$good[0]{headers}})->answer eq '200 valid' }, 3),
    'and afterwards all is well';
unlike $nginx->whole_log, qr/exited on signal/, 'no worker died';

done;
