# Redis is killed, hangs, comes back: 503 within the timeout, at once while it is known to be away, well again within
# two seconds of its return, and a line in the log instead of a flood.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $redis->address ]}; revocation strict;
    redis_timeout 300ms;";
my $nginx = Nginx->new(
    realms => {app => $key, open => "$key store_error allow;", other => 'key v1 file=v1.key; revocation off;'},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }
        location /other { auth_session other; proxy_pass http://backend; }',
);
my $good = cookie(mint({jti => 'good'}));
my $revoked = cookie(mint({jti => 'bad'}));

sub revoke { $redis->cli('SET', 'session:revoked:{42}:bad', 1) }
sub well { $nginx->get('/', $good)->answer eq '200 valid' && $nginx->get('/', $revoked)->answer eq '401 revoked' }

# The answers to so many requests, and the seconds of the quickest: the slowest tells of the machine.
sub ask {
    my ($path, $times) = @_;
    my ($quickest, %answers) = (9);
    for (1 .. $times) {
        my $start = time;
        $answers{$nginx->get($path, $good)->answer}++;
        my $taken = time - $start;
        $quickest = $taken if $taken < $quickest;
    }
    note "$path: $quickest s";
    return (join(' ', sort keys %answers), $quickest);
}

sub refuses {
    my ($what, $within) = @_;
    my ($answers, $quickest) = ask('/', 10);
    is $answers, '503 store', "$what: 503";
    cmp_ok $quickest, '<', $within, "$what: within $within s";
}

sub returns {
    my ($what) = @_;
    my $start = time;
    eventually { well() } 2, "$what: well again within two seconds";
    note sprintf '%s: back after %.2f s', $what, time - $start;
}

revoke();
ok well(), 'all is well';

$redis->kill;
refuses('killed', 0.1);
my ($answers) = ask('/open', 5);
is $answers, '200 valid', 'killed: store_error allow lets through';
like $nginx->log, qr/realm "open" let through unchecked: user="42" id="good"/, 'killed: and says so';
is $nginx->get('/other', bearer(mint({})))->answer, '200 valid', 'killed: a realm without Redis does not care';
my $response = $nginx->get('/', $good);
is $response->header('Retry-After'), 1, 'killed: Retry-After';
is $response->json->{reason}, 'store', 'killed: the reason';
$redis->start;
revoke();
returns('killed');

$redis->stop;
refuses('stopped', 0.1);
$redis->start;
revoke();
returns('stopped');

$redis->pause;
my $start = time;
is $nginx->get('/', $good)->answer, '503 store', 'hanging: 503';
cmp_ok time - $start, '>', 0.25, 'hanging: the first one waits for the timeout';
refuses('hanging', 0.5);
sleep patience(0.5);
refuses('hanging for a while', 0.1);
$redis->resume;
returns('hanging');

$nginx->forget_log;
for (1 .. 3) {
    $redis->kill;
    $nginx->get('/', $good) for 1 .. 20;
    $redis->start;
    revoke();
    eventually { well() } 2, "restart $_: well again";
}

$redis->kill;
$nginx->forget_log;
my $end = time + 3;
while (time < $end) { $nginx->get('/', $good); sleep 0.01 }
my @lines = $nginx->log_lines(qr/\[(?:warn|error|crit|alert)\]/);
cmp_ok scalar @lines, '<=', 8, 'three seconds away: no flood of lines' or diag @lines[0 .. 9];
ok $nginx->reload(drained => 1), 'a reload while it is away';
is $nginx->get('/', $good)->answer, '503 store', 'the new worker knows';
($answers) = ask('/open', 5);
is $answers, '200 valid', 'and lets through where it is told to';
$redis->start;
revoke();
returns('away when the worker began');

done;
