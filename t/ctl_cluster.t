# session-ctl --redis-topology cluster: each command goes to the master that has its slot, also where slots are on their way
# or have moved; lists and numbers are of all masters; over TLS each node's certificate is verified.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;
use RedisCluster;

my $cluster = RedisCluster->new(masters => 3);
my @masters = $cluster->masters;
my @users = map { $cluster->user_at($_) } @masters;
my @place = ((map { ('--redis', $_->address) } @masters[0, 1]), qw(--redis-topology cluster));
for my $user (@users) {
    for my $id (1 .. 400) {
        last if $id > 3 && $user ne $users[0];
        $cluster->owner_of("{$user}")->cli('HSET', "session:data:{$user}:$id", sub => $user, created_at => time, expires_at => time + 900);
    }
    $cluster->owner_of("{$user}")->cli('ZADD', "session:user:{$user}", map { (time + 900, $_) } 1 .. 3);
}

is ctl('stats', @place, '--json')->json->{total}, 406, 'sessions of all masters are counted';
is scalar(ctl('list', @place, '--all')->lines), 406, 'and listed';
for my $user (@users) {
    is scalar(ctl('list', @place, '--user', $user)->lines), 3, "$user: the sessions of one user";
    my $result = ctl('revoke', @place, '--user', $user, qw(--id 1));
    is $result->status, 0, "$user: revoked" or diag $result->errors;
    is $cluster->owner_of("{$user}")->cli('EXISTS', "session:revoked:{$user}:1"), 1, "$user: where its slot is";
    is ctl('stale', @place, '--user', $user, '--deleted')->status, 0, "$user: marked";
    is $cluster->owner_of("{$user}")->cli('GET', "session:stale:{$user}"), '*', "$user: there too";
}
is ctl('epoch', @place, qw(--before now --tenant t1))->status, 0, 'an epoch';
like $cluster->cli('GET', 'session:epoch:t1'), qr/^\d+$/, 'is where its key belongs';
is ctl('stats', '--redis', '127.0.0.1:' . free_port(), @place)->status, 0, 'a node that is away is passed over';
is ctl('stats', '--redis', $masters[2]->address, qw(--redis-topology cluster))->status, 0, 'one node knows all';

# Slots on their way, and moved.
my ($from, $to) = @masters;
my $mover = $cluster->user_at($from, 1);
my $slot = $cluster->slot_of("{$mover}");
$cluster->begin_move($slot, $to);
is ctl('stale', @place, '--user', $mover, '--deleted')->status, 0, 'on the way: ASK is followed';
like ctl('revoke', @place, '--user', $mover, qw(--id 1))->errors, qr/TRYAGAIN/, 'what needs several keys has to wait';
$cluster->end_move($slot, $to);
is $to->cli('GET', "session:stale:{$mover}"), '*', 'to where the slot goes';
is ctl('revoke', @place, '--user', $mover, qw(--id 2))->status, 0, 'moved';
is $to->cli('EXISTS', "session:revoked:{$mover}:2"), 1, 'it is there';

# Not for a cluster, and none.
my $single = RedisServer->new;
for my $case (
    [2, 'has one database only', @place, qw(--redis-database 1)],
    [2, 'does not go with', @place, qw(--redis-wait 1)],
    [2, 'a node of a cluster is HOST:PORT', qw(--redis unix:x.sock --redis-topology cluster)],
    [3, 'CLUSTER SLOTS was answered with', '--redis', $single->address, qw(--redis-topology cluster)],
    [3, 'MOVED', '--redis', (grep { $_ != $cluster->owner_of('session:epoch') } @masters)[0]->address],
) {
    my ($status, $message, @words) = @$case;
    my $result = ctl('epoch', @words, qw(--before now));
    is $result->status, $status, $message or diag $result->errors;
    like $result->errors, qr/\Q$message\E/, 'says so';
}

# TLS: nodes are known by the host name that the cluster prefers.
my $safe = RedisCluster->new(masters => 3, tls => ['localhost'],
    config => ['cluster-announce-hostname localhost', 'cluster-preferred-endpoint-type hostname', 'tls-cluster yes']);
my $port = ($safe->masters)[0]->port;
my @tls = (qw(--redis-topology cluster --ca-file), authority());
is ctl('stats', '--redis', "rediss://localhost:$port", @tls)->status, 0, 'by the name of each node';
is ctl('stats', '--redis', "rediss://127.0.0.1:$port", @tls, qw(--redis-ssl-name localhost))->status, 0, 'by a name that is given';
is ctl('stats', '--redis', "rediss://127.0.0.1:$port", @tls)->status, 3, 'an address that no certificate has';
is ctl('stats', '--redis', "rediss://localhost:$port", @tls, qw(--redis-ssl-name other.test))->status, 3, 'another name';

done;
