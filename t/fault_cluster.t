# A Redis Cluster, of which a master dies, stands still or hands over to its replica, and whose slots move: nobody waits for
# long, nobody passes who must not, and all is as before once the cluster has decided.
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Kit;
use RedisCluster;

my $cluster = RedisCluster->new(masters => 3, replicas => 1);
my $faults = Faults->new(fleet => $cluster);

# The master of those who are known by now, and its replica.
sub pair {
    my $master = $cluster->owner_of('session:epoch');
    my ($replica) = grep { $_->cli('INFO', 'replication') =~ /master_port:@{[ $master->port ]}\b.*link_status:up/s }
        $cluster->nodes;
    return ($master, $replica);
}
sub has_taken_over { my ($node) = @_; wait_until { $node->cli('ROLE') =~ /^master/ } 20 }
sub follows { my ($node) = @_; eventually { $node->cli('INFO', 'replication') =~ /link_status:up/ } 20, 'it follows' }

my ($master, $replica) = pair();
$faults->endures('a master hands over', begin => sub { $replica->ok('CLUSTER', 'FAILOVER'); has_taken_over($replica) },
    end => sub { });
follows($master);

($master, $replica) = pair();
$faults->endures('a master dies', begin => sub { $master->kill }, end => sub { has_taken_over($replica) }, deaf => 1);
$master->start;
follows($master);

($master, $replica) = pair();
$faults->endures('a master stands still', begin => sub { $master->pause }, end => sub { has_taken_over($replica) },
    deaf => 1);
$master->resume;
follows($master);

# Slots of all, by what operators use.
my $mover;
sub reshard {
    my ($first, @others) = $cluster->masters;
    $mover = fork // die "fork: $!";
    return if $mover;
    for my $round (1 .. 100) {
        my ($from, $to) = $round % 2 ? ($first, $others[0]) : ($others[0], $first);
        $first->cli_port('--cluster', 'reshard', '127.0.0.1:' . $first->port, '--cluster-from', $from->{id},
            '--cluster-to', $to->{id}, '--cluster-slots', 200, '--cluster-yes', '--cluster-replace');
    }
    POSIX::_exit(0);
}
sub moves { my $sum = 0; $sum += $_->calls('cluster\|setslot') for $cluster->masters; return $sum }
my $moves = moves();
$faults->endures('slots move', begin => \&reshard, end => sub { kill TERM => $mover; waitpid $mover, 0 }, seconds => 4);
cmp_ok moves() - $moves, '>', 100, 'they did';

done;
