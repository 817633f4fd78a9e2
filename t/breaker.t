# A Redis that hangs costs the first requests their timeout and no others: while it is known to be down they fail at once,
# one connection probes it at a time, and session_status tells of it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis @{[ $proxy->address ]};
        redis_connections 4; redis_timeout 400ms; live_connections keep;",
    locations => 'location / { auth_session app; root ' . folder() . '; } location = /status { session_status; }',
);
write_file('page', 'hello', 0644);
my $cookie = cookie(mint({}));
my @states = qw(closed half_open open);

sub store { status_of($nginx)->{store} }
sub breaker { store()->{breaker} }
sub well { wait_until { $nginx->get('/page', $cookie)->answer eq '200 valid' } 3 }

# How long each of so many requests took, one after the other.
sub ask {
    my ($times) = @_;
    my @taken;
    for (1 .. $times) {
        my $start = time;
        my $answer = $nginx->get('/page', $cookie)->answer;
        push @taken, time - $start;
        $answer eq '503 store' or fail $answer;
        sleep 0.01;
    }
    return @taken;
}
sub slow { scalar grep { $_ > 0.2 } @_ }

eventually { $proxy->open_connections == 4 && well() } 5, 'four connections, and all is well';
my $node = {node => $proxy->address, breaker => 'closed', workers => {closed => 1, half_open => 0, open => 0}};
is_deeply store()->{nodes}, [$node], 'the node is asked';
is breaker(), 'closed', 'so is the store';

for my $fault (['silent'], ['drop'], 'stands still') {
    my $name = ref $fault ? $fault->[0] : $fault;
    my $opened = store()->{breaker_opened};
    ref $fault ? $proxy->mode(@$fault) : $redis->pause;
    $proxy->forget;
    my $begin = time;
    cmp_ok slow(ask(50)), '<=', 2, "$name: one request waits, or two on a busy machine";
    my (%seen, $most);
    for (1 .. 100) {
        $seen{breaker()} = 1;
        sleep 0.01;
    }
    ok !$seen{closed}, "$name: it is left alone";
    ok $seen{open} && $seen{half_open}, "$name: and probed";
    my ($probes, $seconds) = ($proxy->accepted, time - $begin);
    note sprintf '%s: %d probes in %.1f s', $name, $probes, $seconds;
    cmp_ok $probes, '<=', 6 + 2 * $seconds, "$name: by one connection at a time";
    is store()->{breaker_opened}, $opened + 1, "$name: counted";
    my %workers = %{store()->{nodes}[0]{workers}};
    is $workers{open} + $workers{half_open}, 1, "$name: by worker";
    my $metrics = $nginx->get('/status?format=prometheus')->body;
    my %metric = map { $_ => $metrics =~ /^nginx_session_store_breaker\{realm="app",node="\Q$node->{node}\E",state="$_"\} (\d)$/m
        ? $1 : '-' } @states;
    is join(' ', @metric{@states}), '0 ' . ($metric{open} ? '0 1' : '1 0'), "$name: in metrics too";
    my $page = $nginx->get('/status', 'Accept: text/html')->body;
    like $page, qr/Breaker (?:half_)?open|Store<.*?Away/s, "$name: and on the page";
    my $end = time;
    ref $fault ? $proxy->mode('pass') : $redis->resume;
    eventually { well() } 2, "$name: well again";
    note sprintf '%s: after %.2f s', $name, time - $end;
    eventually { breaker() eq 'closed' && store()->{connections} == 4 } 3, "$name: with all connections";
}

# One connection that is lost, or cannot be made, is no node that is down.
my $opened = store()->{breaker_opened};
$proxy->cut;
is $nginx->get('/page', $cookie)->answer, '200 valid', 'lost connections are made again';
eventually { store()->{connections} == 4 } 3, 'all of them';
is store()->{breaker_opened}, $opened, 'the node was asked all the while';

# A server that greets and says no more is not tried on and on.
$proxy->mode('answer', {PING => "+PONG\r\n", 'GET session:generation' => '', barrier => '', '*' => ''});
$proxy->cut;
my @taken = ask(60);
cmp_ok slow(@taken), '<=', 8, 'one that greets only costs few a timeout';
$proxy->mode('pass');
eventually { well() } 2, 'well again';

# A reload gives each worker its own view, and takes away that of those who have gone.
$proxy->mode('silent');
ask(2);
ok $nginx->reload(workers => 2, drained => 1), 'a reload';
eventually { my %w = %{store()->{nodes}[0]{workers}}; $w{closed} + $w{open} + $w{half_open} == 2 } 3, 'two workers';
$proxy->mode('pass');
eventually { well(); breaker() eq 'closed' } 3, 'well again';
is store()->{nodes}[0]{workers}{closed}, 2, 'for both';

done;
