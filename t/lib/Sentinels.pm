# A Redis with replicas and the sentinels that watch over them, all real and on loopback.
#
#   my $fleet = Sentinels->new;             # a master, a replica, three sentinels that know each other
#   $fleet->master->cli('SET', …); $fleet->fail_over; $fleet->master->kill; $fleet->wait_for_master($other);
#
# Settings, all optional: replicas, sentinels (numbers), name (of the master), host (announced in place of 127.0.0.1); redis and sentinel: settings of each
# server, as RedisServer has them.
package Sentinels;

use strict;
use warnings;

use Carp qw(croak);

use RedisServer;
use Workspace qw(connections read_file wait_until);

my @replication = ('repl-diskless-sync yes', 'repl-diskless-sync-delay 0', 'repl-ping-replica-period 1');

sub new {
    my ($class, %setting) = @_;
    my %redis = %{$setting{redis} // {}};
    my @config = (@replication, @{delete $redis{config} // []});
    push @config, "masterauth $redis{password}" if $redis{password};
    push @config, 'tls-replication yes' if $redis{tls};
    my $host = $setting{host} // '127.0.0.1';
    push @config, "replica-announce-ip $host" if $setting{host};
    my $master = RedisServer->new(%redis, config => \@config);
    my @replicas = map { RedisServer->new(%redis, config => [@config, "replicaof $host @{[ $master->port ]}"]) }
        1 .. $setting{replicas} // 1;
    my $self = bless {servers => [$master, @replicas], name => $setting{name} // 'mymaster'}, $class;
    my $number = $setting{sentinels} // 3;
    my $quorum = int($number / 2) + 1;
    $self->{sentinels} = [map {
        OneSentinel->new(%{$setting{sentinel} // {}}, watched => $master, name => $self->{name}, host => $host,
            quorum => $quorum)
    } 1 .. $number];
    $self->settle;
    return $self;
}

# Until every sentinel knows the others and the replicas, and these have all that the master has.
sub settle {
    my ($self) = @_;
    my ($servers, $sentinels) = map { scalar @{$self->{$_}} } qw(servers sentinels);
    wait_until {
        !grep { $_->knows('num-slaves') != $servers - 1 || $_->knows('num-other-sentinels') != $sentinels - 1 }
            $self->sentinels
    } 20 or croak 'the sentinels do not find each other: ' . read_file("$self->{sentinels}[0]{folder}/redis.log");
    wait_until {
        !grep { $_->cli('INFO', 'replication') !~ /role:master|master_link_status:up/ } $self->servers
    } 20 or croak 'the replicas do not follow';
}

sub servers { @{$_[0]{servers}} }
sub sentinels { @{$_[0]{sentinels}} }
sub address { join ' ', map { $_->address } $_[0]->sentinels }

# As the realm takes them; for tests that are not about time.
sub topology {"redis_topology sentinel $_[0]{name};"}
sub directives { "redis @{[ $_[0]->address ]}; @{[ $_[0]->topology ]} redis_connect_timeout 3s; redis_timeout 3s;" }

# A command at the master, and a write that outlives a failover.
sub cli { my ($self, @command) = @_; return $self->master->cli(@command) }
sub replicated { my ($self, @write) = @_; return wait_until { $self->master->replicated(@write) } 20 }

# The server that most sentinels take for the master.
sub master {
    my ($self) = @_;
    my %votes;
    $votes{$_->master_port}++ for grep { $_->pid } $self->sentinels;
    my ($port) = sort { $votes{$b} <=> $votes{$a} } keys %votes;
    return +(grep { $_->port == $port } $self->servers)[0];
}

sub replicas {
    my ($self) = @_;
    my $master = $self->master->port;
    return grep { $_->port != $master } $self->servers;
}

# Until every sentinel that runs has another master than that one, who says so itself.
sub wait_for_other {
    my ($self, $before, $seconds) = @_;
    return wait_until {
        my @ports = map { $_->master_port } grep { $_->pid } $self->sentinels;
        return if grep { $_ == $before->port || $_ != $ports[0] } @ports;
        return $self->master->cli('ROLE') =~ /^master/;
    } $seconds // 30;
}

# In good order, by a sentinel; the new master.
sub fail_over {
    my ($self) = @_;
    my $before = $self->master;
    $RedisServer::emptied = 1;    # the next master may not have got the id that tells it from an emptied one
    my ($sentinel) = grep { $_->pid } $self->sentinels;
    wait_until { $sentinel->cli('SENTINEL', 'FAILOVER', $self->{name}) eq 'OK' } 10 or croak 'no failover';
    $self->wait_for_other($before) or croak 'the failover does not end';
    return $self->master;
}

# How many connections those processes have to the server, or to all of the fleet.
sub connections_to { my ($self, $server, @pids) = @_; return connections([$server->port], @pids) }
sub clients { my ($self, @pids) = @_; return connections([map { $_->port } $self->servers, $self->sentinels], @pids) }

package OneSentinel;

use strict;
use warnings;

use parent -norequire, 'RedisServer';

sub configuration {
    my ($self) = @_;
    my ($watched, $name, $host) = @$self{qw(watched name host)};
    my @watch = ('sentinel resolve-hostnames yes', "sentinel monitor $name $host $watched->{port} $self->{quorum}",
        "sentinel down-after-milliseconds $name 1000", "sentinel failover-timeout $name 3000");
    push @watch, 'sentinel announce-hostnames yes' unless $host =~ /^[\d.]+$/;
    push @watch, "sentinel auth-pass $name $watched->{password}" if $watched->{password};
    push @watch, 'tls-replication yes' if $watched->{tls};
    push @watch, "sentinel sentinel-pass $self->{password}" if $self->{password};
    local $self->{config} = [@watch, @{$self->{config} // []}];
    return $self->SUPER::configuration;
}

sub arguments { '--sentinel' }

# Sentinels of a test are quicker than those of a site.
sub start {
    my ($self) = @_;
    $self->SUPER::start;
    $self->cli('SENTINEL', 'DEBUG', 'INFO-PERIOD', 300, 'PUBLISH-PERIOD', 200, 'SLAVE-RECONF-TIMEOUT', 1000);
    return $self;
}

sub knows { ($_[0]->cli('SENTINEL', 'MASTER', $_[0]{name}) =~ /^\Q$_[1]\E\n(\d+)$/m)[0] // -1 }
sub master_port { ($_[0]->cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', $_[0]{name}) =~ /^(\d+)$/m)[0] // 0 }

1;
