# A private Redis Cluster on loopback: masters of real redis-server, and replicas where they are wanted.
#
#   my $cluster = RedisCluster->new(masters => 3, replicas => 1);    # replicas of each master
#   my $node = $cluster->owner_of('session:epoch');                  # a RedisServer with {id}
#   $cluster->cli('SET', 'session:stale:{42}', '*');                 # where the key is
#   $cluster->move_slot($slot, $to);
#
# Settings: masters, replicas, timeout (ms until a node counts as lost), server (redis-server or valkey-server),
# and what RedisServer takes, for each node.
package RedisCluster;

use strict;
use warnings;

use Carp qw(croak);

use RedisServer;
use Workspace qw(connections free_port wait_until);

sub new {
    my ($class, %setting) = @_;
    my $masters = delete $setting{masters} // 3;
    my $replicas = delete $setting{replicas} // 0;
    my $self = bless {timeout => delete $setting{timeout} // 500, server => \%setting, nodes => []}, $class;
    my @masters = map { $self->add_node } 1 .. $masters;
    my $share = 16384 / $masters;
    for my $i (0 .. $#masters) {
        my ($first, $last) = (int($i * $share), int(($i + 1) * $share) - 1);
        $masters[$i]->ok('CLUSTER', 'ADDSLOTS', $first .. $last);
        $masters[$i]->ok('CLUSTER', 'SET-CONFIG-EPOCH', $i + 1);
    }
    $self->meet(@masters);
    $self->add_replica($_) for map { ($_) x $replicas } @masters;
    wait_until { !grep { !$_->is_ready($masters * $replicas) } $self->nodes } 20
        or croak 'the cluster does not start: ' . $masters[0]->cli('CLUSTER', 'INFO');
    return $self;
}

# Another node, which nobody knows yet.
sub add_node {
    my ($self) = @_;
    my %setting = %{$self->{server}};
    my @config = ('cluster-enabled yes', 'cluster-config-file nodes.conf', "cluster-node-timeout $self->{timeout}",
        'cluster-port ' . free_port(), 'repl-diskless-sync-delay 0', 'cluster-allow-replica-migration no');
    my $node = RedisClusterNode->new(%setting, config => [@config, @{$setting{config} // []}]);
    $node->{id} = $node->cli('CLUSTER', 'MYID');
    push @{$self->{nodes}}, $node;
    return $node;
}

# Until each of them knows all.
sub meet {
    my ($self, @nodes) = @_;
    my @known = $self->nodes;
    for my $node (@nodes) {
        $known[0]->ok('CLUSTER', 'MEET', '127.0.0.1', $node->port, $node->bus_port) unless $node == $known[0];
    }
    wait_until { !grep { my $node = $_; grep { !$node->knows($_) } @known } @known } 20 or croak 'the nodes do not meet';
}

sub add_master {
    my ($self) = @_;
    my $node = $self->add_node;
    $self->meet($node);
    wait_until { $node->cli('CLUSTER', 'INFO') =~ /cluster_state:ok/ } 20 or croak 'the master does not join';
    return $node;
}

sub add_replica {
    my ($self, $master) = @_;
    my $node = $self->add_node;
    $self->meet($node);
    $node->ok('CLUSTER', 'REPLICATE', $master->{id});
    $node->{of} = $master;
    wait_until { $node->cli('INFO', 'replication') =~ /master_link_status:up/ } 20 or croak 'the replica does not follow';
    return $node;
}

sub nodes { grep { $_->{pid} && !$_->{paused} } @{$_[0]{nodes}} }
sub masters { grep { $_->cli('ROLE') =~ /^master/ } $_[0]->nodes }
sub replicas_of { my ($self, $master) = @_; grep { ($_->{of} // 0) == $master } $self->nodes }

# As the realm's `redis` takes it.
sub address { join ' ', map { $_->address } @{$_[0]{nodes}}[0 .. 1] }
sub topology {'redis_topology cluster;'}
sub directives { "redis @{[ $_[0]->address ]}; @{[ $_[0]->topology ]} redis_connect_timeout 3s; redis_timeout 3s;" }

# How many connections those processes have to the nodes.
sub clients { my ($self, @pids) = @_; return connections([map { $_->port } @{$self->{nodes}}], @pids) }

# CRC-16/XMODEM of the key or its hash tag.
sub slot_of {
    my ($self, $key) = @_;
    my $crc = 0;
    for my $byte (unpack 'C*', $key =~ /\{([^}]+)\}/ && $` !~ /\{/ ? $1 : $key) {
        $crc ^= $byte << 8;
        $crc = ($crc << 1 ^ ($crc & 0x8000 ? 0x1021 : 0)) & 0xffff for 1 .. 8;
    }
    return $crc % 16384;
}
sub some_node { ($_[0]->nodes)[0] }

# The node that holds the slot itself.
sub owner_of_slot {
    my ($self, $slot) = @_;
    my ($owner) = grep { my $node = $_; grep { $slot >= $_->[0] && $slot <= $_->[1] } $node->own_slots } $self->nodes;
    return $owner;
}
sub owner_of { my ($self, $key) = @_; return $self->owner_of_slot($self->slot_of($key)) }

# A command at the node that has its key, the first argument behind the name; redis-cli follows what the nodes say.
sub cli { my ($self, @command) = @_; return $self->some_node->cli_port('-c', @command) }

# A write that outlives a failover.
sub replicated {
    my ($self, @write) = @_;
    return wait_until {
        my $node = $self->some_node;
        $node->replicated_at(['-c', '-p', $node->port], @write);
    } 20;
}

# A user whose keys are in that node's slots; another one for each round.
sub user_at {
    my ($self, $node, $round) = (@_, 0);
    my @own = $node->own_slots;
    for my $number (1 .. 100000) {
        my $user = "user$number";
        my $slot = $self->slot_of("{$user}");
        next unless grep { $slot >= $_->[0] && $slot <= $_->[1] } @own;
        return $user unless $round--;
    }
    croak 'no such user';
}

# Resharding, step by step.
sub begin_move {
    my ($self, $slot, $to) = @_;
    my $from = $self->owner_of_slot($slot);
    $to->ok('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $from->{id});
    $from->ok('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $to->{id});
    return $from;
}

sub move_keys {
    my ($self, $from, $to, @keys) = @_;
    return unless @keys;
    my $answer = $from->cli('MIGRATE', '127.0.0.1', $to->port, '', 0, 5000, 'REPLACE', 'KEYS', @keys);
    croak "MIGRATE: $answer" unless $answer =~ /^(?:OK|NOKEY)$/;
}

sub keys_in { my ($self, $node, $slot) = @_; grep {length} split /\n/, $node->cli('CLUSTER', 'GETKEYSINSLOT', $slot, 1000) }

sub end_move {
    my ($self, $slot, $to) = @_;
    for my $node ($to, grep { $_ != $to } $self->masters) {
        $node->ok('CLUSTER', 'SETSLOT', $slot, 'NODE', $to->{id});
    }
}

sub move_slot {
    my ($self, $slot, $to) = @_;
    my $from = $self->begin_move($slot, $to);
    $self->move_keys($from, $to, $self->keys_in($from, $slot));
    $self->end_move($slot, $to);
}

package RedisClusterNode;

use strict;
use warnings;

use Carp qw(croak);
use parent -norequire, 'RedisServer';

sub bus_port { $_[0]->configuration =~ /^cluster-port (\d+)/m ? $1 : croak 'no bus port' }

sub ok {
    my ($self, @command) = @_;
    my $answer = $self->cli(@command);
    croak "@command[0 .. 1]: $answer" unless $answer eq 'OK';
}

# redis-cli over TCP, which can follow redirections.
sub cli_port { my ($self, @command) = @_; return $self->cli_at(['-p', $self->port], @command) }

sub knows { my ($self, $other) = @_; return $self->cli('CLUSTER', 'NODES') =~ /^$other->{id} (?!.*handshake)/m }

# Whether it can answer, and knows so many replicas.
sub is_ready {
    my ($self, $replicas) = @_;
    my @known = $self->cli('CLUSTER', 'NODES') =~ /\bslave\b/g;
    return $self->cli('CLUSTER', 'INFO') =~ /cluster_state:ok/ && @known == $replicas;
}

# [first, last] of each range that it holds.
sub own_slots {
    my ($self) = @_;
    my ($slots) = $self->cli('CLUSTER', 'NODES') =~ /^\S+ \S+ myself,master \S+ \S+ \S+ \S+ \S+(.*)$/m or return;
    return map { /^(\d+)(?:-(\d+))?$/ ? [$1, $2 // $1] : () } split / /, $slots;
}

1;
