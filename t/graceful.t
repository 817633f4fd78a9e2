# Reloads, a binary upgrade and the end, with lookups in flight all the time: every request has one complete answer, and
# workers that are to go are gone with their last one, or after the timeout of a Redis that is silent; with one Redis,
# with sentinels and with a cluster.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Load;
use Masters;
use RedisCluster;
use Sentinels;
use Time::HiRes qw(time);

new_key('v1');
write_file('page', 'hello', 0644);
my ($delay, $timeout) = (80, 1);    # of a reply, ms; of Redis, s
my @modes = qw(strict cached);
my %cookie = map { $_ => cookie(mint({sub => $_, jti => "id-$_"})) } qw(good bad);
my @users = map {
    my $path = "/$_";
    ({%{Load::user('good', '200 valid hello')}, path => $path}, {%{Load::user('bad', '401 revoked')}, path => $path})
} @modes;

sub play {
    my ($name, $where, $redis, @proxies) = @_;
    $redis->cli('SET', 'session:revoked:{bad}:id-bad', 1);
    my $connections = sub { join ' ', map { $_->open_connections } @proxies };
    my $before = $connections->();    # those of a sentinel
    my $nginx = Nginx->prepare(
        workers => 2,
        main => join('', map {"env $_;"} qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS)),    # for sanitizers
        realms => {map { $_ => "key v1 file=v1.key; cookie access_token; revocation $_; $where
            redis_timeout ${timeout}s; redis_connect_timeout 3s;" } @modes},
        locations => join('', map {"location /$_ { auth_session $_; root @{[ folder() ]}; rewrite ^ /page break; }"} @modes),
    );
    my $masters = Masters->start($nginx);
    my $well = sub { !grep { $nginx->get("/$_", $cookie{good})->answer ne '200 valid' } @modes };
    my $in_flight = sub {
        my @clients = map { $nginx->connect } 1 .. 8;
        $clients[$_]->send(Client::format_request('GET', '/strict', $cookie{$_ % 2 ? 'bad' : 'good'})) for 0 .. 7;
        sleep 0.05;
        return @clients;
    };
    my $answers = sub { join ' ', map { my $response = $_->response; $response ? $response->answer : 'nothing' } @_ };
    my $each_own = join ' ', ('200 valid', '401 revoked') x 4;

    # How long workers that are told to go stay, and that others serve.
    my $leave = sub {
        my ($what, $how) = @_;
        my %old = map { $_ => 1 } Masters::workers_of($masters->current);
        my $start = time;
        $how->();
        ok wait_until(sub { !grep { Masters::alive($_) } keys %old }, 20), "$name: $what: the old workers go";
        note sprintf '%s: %s: after %.2f s', $name, $what, time - $start;
        cmp_ok time - $start, '<', patience($timeout + 1.5), "$name: $what: in time";
        eventually { Masters::workers_of($masters->current) == 2 } 5, "$name: $what: others serve";
    };
    my $reload = sub { kill HUP => $masters->current };

    eventually { $well->() } 10, "$name: all is well";
    $_->mode('delay', $delay) for @proxies;
    my $load = Load->start($nginx, seconds => 120, clients => [qw(once once keep keep pipeline)], users => \@users);
    sleep 0.5;
    $leave->("reload $_", $reload) for 1 .. 4;
    my $old = $masters->current;
    my $new = $masters->upgrade;
    sleep 0.3;
    $leave->('upgrade', sub { kill WINCH => $old; $masters->{current} = $new });
    ok $masters->leave($old, $new), "$name: the old master goes";
    sleep 0.3;
    my $met = $load->stop;
    note explain $met;
    is_deeply [$met->{failed}, $met->{wrong}], [[], []], "$name: each request has its own answer";
    cmp_ok $met->{answers}, '>', 100, "$name: and they are many";

    # Redis says no more.
    eventually { $well->() } 5, "$name: well";
    $_->mode('drop') for @proxies;
    my @clients = $in_flight->();
    $leave->('silent', $reload);
    like $answers->(@clients), qr/^(?:503 store 401 revoked ?){4}$/, "$name: silent: they are told so, or what is known";
    $_->mode('delay', $delay) for @proxies;
    eventually { $well->() } 5, "$name: well again";

    @clients = $in_flight->();
    kill QUIT => $new;
    is $answers->(@clients), $each_own, "$name: quit: all are answered";
    eventually { !Masters::alive($new) } $timeout + 1, "$name: quit: and nginx ends";
    eventually { $connections->() eq $before } 5, "$name: with all connections";
}

my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
play('one Redis', "redis @{[ $proxy->address ]};", $redis, $proxy);

# Sentinels watch, and name, the proxy.
$redis = RedisServer->new;
$proxy = FaultProxy->new(target => $redis->port);
my $sentinel = OneSentinel->new(watched => $proxy, name => 'mymaster', host => '127.0.0.1', quorum => 1);
wait_until { $proxy->open_connections == 2 } 5;
play('sentinels', "redis @{[ $sentinel->address ]}; redis_topology sentinel mymaster;", $redis, $proxy);

# Nodes announce the proxies before them.
my $cluster = RedisCluster->new(masters => 2);
my @proxies = map { FaultProxy->new(target => $_->port) } $cluster->nodes;
$_->[0]->ok(qw(CONFIG SET cluster-announce-port), $_->[1]->port)
    for map { [($cluster->nodes)[$_], $proxies[$_]] } 0 .. $#proxies;
eventually {
    !grep { my $slots = $_->cli('CLUSTER', 'SLOTS'); grep { index($slots, $_->port) < 0 } @proxies } $cluster->nodes
} 10, 'a cluster behind proxies';
play('a cluster', join(' ', 'redis', map { $_->address } @proxies) . '; redis_topology cluster;', $cluster, @proxies);

done;
