# While Redis is down only the probe of a worker's breaker connects to it: the connection that hears of changes waits until
# Redis is well again, and is back with the others.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=400ms; redis @{[ $proxy->address ]};",
    server => 'add_header X-Cache $session_cache always;',
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
);
my $cookie = cookie(mint({}));

sub breaker { status_of($nginx)->{store}{breaker} }
sub answer { my $response = $nginx->get('/', $cookie); return $response->answer . ' ' . $response->header('X-Cache') }

# A probe that fails at once is followed by the next after 375 ms or more.
for my $mode (qw(close silent)) {
    eventually { answer() eq '200 valid HIT' } 5, "$mode: a cache before";
    $proxy->mode($mode);
    $proxy->cut;
    eventually { answer(); breaker() ne 'closed' } 5, "$mode: known to be down";
    sleep 1.5;    # the first probes follow each other sooner
    $proxy->forget;
    my $start = time;
    sleep 3;
    my ($probes, $seconds) = ($proxy->accepted, time - $start);
    cmp_ok $probes, '>=', 1, "$mode: probed";
    cmp_ok $probes, '<=', 1 + $seconds / 0.375, "$mode: by one at a time";
    note sprintf '%s: %d in %.1f s', $mode, $probes, $seconds;
    $proxy->mode('pass');
    eventually { answer() eq '200 valid HIT' } 2, "$mode: a cache again";
}

done;
