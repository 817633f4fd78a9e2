# A master fails and its replica takes over, by itself or on demand: known revocations stay, what the replica has counts,
# users are served again as soon as the cluster has decided, and a revocation at the new master is heard.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, replicas => 1);
my $base = "key v1 file=v1.key; cookie access_token; redis @{[ $cluster->address ]}; redis_topology cluster;
    redis_timeout 1s; redis_connect_timeout 1s;";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached max_stale=2s;"},
    workers => 2,
    server => Everywhere::server(),
    locations => join '', map {"location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }"}
        qw(strict cached),
);
my $all = Everywhere->new($nginx);
my $master = $cluster->owner_of('session:epoch');
my ($replica) = $cluster->replicas_of($master);
my $user = $cluster->user_at($master);
my %cookie = map { $_ => cookie(mint({sub => $user, jti => $_})) } qw(good bad asked later);

sub revoke {
    my ($id, $node) = @_;
    ok $node->replicated('SET', "session:revoked:{$user}:$id", 1), "$id is revoked, and a replica knows";
}

# 503 may come in between, anything else may not.
sub come_to {
    my ($name, %answer) = @_;
    for my $realm (qw(strict cached)) {
        for my $token (sort keys %answer) {
            my %said;
            my $there = wait_until {
                my @answers = map {/^(\d+ \w+)/} $all->ask("/$realm", $cookie{$token});
                $said{$_}++ for @answers;
                !grep { $_ ne $answer{$token} } @answers;
            } 20;
            ok $there, "$name: $realm: $token: $answer{$token}";
            delete @said{$answer{$token}, '503 store'};
            is_deeply \%said, {}, "$name: $realm: $token: never wrong";
        }
    }
}

revoke(bad => $master);
revoke(asked => $master);
come_to('before', good => '200 valid', bad => '401 revoked');

$master->kill;
eventually { $replica->cli('ROLE') =~ /^master/ } 20, 'the replica takes over';
come_to('after a failure', good => '200 valid', bad => '401 revoked', asked => '401 revoked');
$replica->cli('SET', "session:revoked:{$user}:later", 1);
my $good = $cookie{good};
for my $realm (qw(strict cached)) {
    eventually { $all->agree('401 revoked', "/$realm", $cookie{later}) } 5, "$realm: what is new there counts";
}
eventually { $all->agree('200 valid HIT', '/cached', $good) } 10, 'the new master tells what changes';
$replica->cli('SET', "session:stale:{$user}", '*');
eventually { $all->agree('401 stale', '/cached', $good) } 2, 'and is heard';
$replica->cli('DEL', "session:stale:{$user}");
eventually { $all->agree('200 valid', '/cached', $good) } 2, 'again';

# The old one comes back as a replica, and takes over on demand.
$master->start;
eventually { $master->cli('INFO', 'replication') =~ /role:slave.*master_link_status:up/s } 20, 'the old one follows';
is $master->calls('get') + $master->calls('exists'), 0, 'and is not asked';
ok wait_until(sub {
    $master->cli('CLUSTER', 'FAILOVER');
    return wait_until { $master->cli('ROLE') =~ /^master/ } 6;
}, 30), 'a failover on demand';
come_to('after it', good => '200 valid', bad => '401 revoked', asked => '401 revoked', later => '401 revoked');
eventually { $all->agree('200 valid HIT', '/cached', $good) } 10, 'the old master tells what changes again';
$cluster->cli('SET', "session:stale:{$user}", '*');
eventually { $all->agree('401 stale', "/$_", $good) } 3, "$_: a mark there" for qw(strict cached);
is $nginx->reload(drained => 1), 1, 'a reload';
$all->connect;
eventually { $all->agree('401 stale', "/$_", $good) } 5, "$_: afterwards" for qw(strict cached);

done;
