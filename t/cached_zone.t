# The zone of a realm: a small one under many sessions gives no wrong verdict and keeps revocations before all else; it
# survives reloads, of another size as well, and never answers for another server, database or prefix.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $key = 'key v1 file=v1.key; cookie access_token; revocation cached max_stale=60s; redis_timeout 5s;
    redis_connect_timeout 5s; store_error allow;';
my $realm = "$key redis @{[ $proxy->address ]};";
my $nginx = Nginx->new(
    workers => 2,
    realm => "$realm zone 64k;",
    server => Everywhere::server(),
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
);
my $all = Everywhere->new($nginx);
my $probes = 0;
my $good = cookie(mint({sub => 'good', jti => 'j'}));

sub users { my ($name, $count) = @_; map { cookie(mint({sub => "$name$_", jti => 'j'})) } 1 .. $count }
sub revoke { my ($name, $count) = @_; $redis->cli('MSET', map { ("session:revoked:{$name$_}:j", 1) } 1 .. $count) }
sub ready { my ($name) = @_; eventually { $all->agree('200 valid HIT', '/', $good) } 10, "$name: a cache" }

# How many of them get this from each worker.
sub count_said {
    my ($answer, @cookies) = @_;
    return scalar grep { $all->agree($answer, '/', $_) } @cookies;
}

# What is remembered when nobody can be asked: the realm lets through who is not known to be revoked.
sub remembered {
    my (@cookies) = @_;
    $proxy->mode('refuse');
    my $count = count_said('401 revoked', @cookies);
    $proxy->mode('pass');
    my $probe = cookie(mint({sub => 'probe' . ++$probes, jti => 'j'}));
    $redis->cli('SET', "session:revoked:{probe$probes}:j", 1);
    wait_until { $all->agree('401 revoked', '/', $probe) } 10 or fail 'Redis is found again';
    return $count;
}

# Far more sessions than there is place for.
ready('small');
my @early = users('early', 20);
revoke('early', 20);
is count_said('401 revoked', @early), 20, 'some who are known to be revoked';
my @good = users('many', 1500);
is count_said('200 valid', @good), 1500, 'and many others after them';
is remembered(@early), 20, 'they are remembered';
my @bad = users('bad', 300);
revoke('bad', 300);
for my $round (1 .. 2) {
    is count_said('200 valid', @good), 1500, "round $round: all who are good";
    is count_said('401 revoked', @bad), 300, "round $round: all who are not";
}
my $kept = remembered(@bad);
cmp_ok $kept, '>', 20, "revocations that are remembered: $kept of 300";
revoke('many', 50);
eventually { count_said('401 revoked', @good[0 .. 49]) == 50 } 5, 'changes are seen';
is count_said('200 valid', @good[50 .. 1499]), 1450, 'by nobody else';
cmp_ok remembered(@bad, @good[0 .. 49]), '>', $kept - 6, 'and as many when a thousand others have passed';

# A reload with the same zone, and with others.
$nginx->reload(realm => "$realm zone 256k;", drained => 1);
$all->connect;
my @few = users('few', 10);
revoke('few', 10);
is count_said('401 revoked', @few), 10, 'known to be revoked';
my $counted = status_of($nginx)->{requests}{valid};
for my $size ('256k', '128k', '1m', '1m') {
    ok $nginx->reload(realm => "$realm zone $size;", drained => 1), "$size: a reload";
    $all->connect;
    cmp_ok status_of($nginx)->{requests}{valid}, '>=', $counted, "$size: counters are kept";
    is count_said('401 revoked', @few), 10, "$size: revocations too";
    is remembered(@few), 10, "$size: and they are remembered";
    is count_said('200 valid', @good[50 .. 99]), 50, "$size: the others are good";
}
ready('large');
count_said('200 valid', @good[50 .. 99]);
is count_said('200 valid HIT', @good[50 .. 99]), 50, 'a zone that is large enough keeps all';

# A change while a zone of another size takes over and nobody tells: what was known before is not believed, whichever
# number the next connection has.
$nginx->quit;
$nginx = Nginx->new(%{$nginx->{setting}}, server => Everywhere::server());
$all = Everywhere->new($nginx);
ready('anew');
my @changed = users('changed', 6);
eventually { count_said('200 valid HIT', @changed) == 6 } 5, 'known to be good';
$proxy->only('CLIENT');
$proxy->mode('silent');
$proxy->cut;
$nginx->reload(realm => "$realm zone 2m;", drained => 1);
revoke('changed', 6);
$proxy->mode('pass');
$proxy->cut;
$proxy->only;
$all->connect;
for my $connection (1 .. 6) {
    ready("connection $connection");
    ok $all->agree('401 revoked', '/', $changed[$connection - 1]), "connection $connection: revoked";
    $redis->cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    wait_until { !$all->agree('200 valid HIT', '/', $good) } 1;
}

# Another server, database, prefix: each says what it says, whatever the others did.
my $second = RedisServer->new;
my %place = (
    first => [$redis, [], 'session:', ''],
    second => [$second, [], 'session:', ''],
    prefix => [$redis, [], 'p:', 'redis_prefix p:;'],
    database => [$redis, ['-n', 2], 'session:', 'redis_database 2;'],
);
my %user = map { $_ => cookie(mint({sub => $_, jti => 'j'})) } keys %place;
for (keys %place) {
    my ($server, $options, $prefix) = @{$place{$_}};
    $server->cli(@$options, 'SET', "${prefix}revoked:{$_}:j", 1);
}
for my $name (qw(first second first prefix second database first database prefix first)) {
    my ($server, undef, undef, $more) = @{$place{$name}};
    my $address = $server == $redis ? $proxy->address : $server->address;
    ok $nginx->reload(realm => "$key redis $address; $more zone 2m;"), "$name: a reload";
    $all->connect;
    for my $time ('at once', 'then') {
        my %said = map { $_ => join ' ', map {/^(\d+)/} $all->ask('/', $user{$_}) } keys %user;
        is_deeply \%said, {map { $_ => $_ eq $name ? '401 401' : '200 200' } keys %user}, "$name: $time";
        ready($name);
    }
}

done;
