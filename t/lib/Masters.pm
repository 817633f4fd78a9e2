# An nginx that runs as a daemon, so that it takes USR2, and the masters that come and go.
#
#   my $masters = Masters->start(Nginx->prepare(…));
#   my $new = $masters->upgrade;
package Masters;

use strict;
use warnings;

use Workspace qw(read_file write_file wait_until);

sub start {
    my ($class, $nginx) = @_;
    write_file($nginx->{file}, read_file($nginx->{file}) =~ s/daemon off/daemon on/r);
    my $self = bless {nginx => $nginx, owner => $$, known => [], pid_file => $nginx->prefix . '/nginx.pid'}, $class;
    $self->launch;
    $nginx->{started} = 1;    # for `done` to look at its log
    return $self;
}

# A master, once its workers serve.
sub launch {
    my ($self) = @_;
    unlink $self->{nginx}->prefix . '/backend.sock';
    unless (my $starter = fork) { $self->{nginx}->become_nginx }
    else { waitpid $starter, 0 }
    return $self->{current} = $self->wait_for_master(0);
}

sub current { $_[0]{current} }

sub wait_for_master {
    my ($self, $not) = @_;
    my $master = wait_until {
        my ($pid) = read_file($self->{pid_file}) =~ /(\d+)/;
        $pid && $pid != $not && workers_of($pid) && $pid
    } 20 or die "no master:\n" . $self->{nginx}->log;
    push @{$self->{known}}, $master;
    return $master;
}

# Starts another master beside the one that there is.
sub upgrade {
    my ($self) = @_;
    kill USR2 => $self->{current};
    return $self->wait_for_master($self->{current});
}

# One of two ends in good order, the other one is left.
sub leave {
    my ($self, $one, $other) = @_;
    kill QUIT => $one;
    $self->{current} = $other;
    return wait_until { !alive($one) && !workers_of($one) } 20;
}

sub kill_all {
    my ($self) = @_;
    kill STOP => grep { alive($_) } @{$self->{known}};
    my @all = map { ($_, workers_of($_)) } grep { alive($_) } @{$self->{known}};
    kill KILL => @all;
    wait_until { !grep { alive($_) } @all } 10;
    unlink $self->{pid_file};
}

sub workers_of {
    my ($master) = @_;
    my @children = grep { read_file("/proc/$_/stat") =~ /\) [^Z] $master / } map {/(\d+)$/} glob '/proc/[0-9]*';
    return grep { read_file("/proc/$_/cmdline") =~ /worker process/ } @children;
}

sub alive { kill 0 => $_[0] and read_file("/proc/$_[0]/stat") !~ /\) Z/ }

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->kill_all if $self->{owner} == $$;
}

1;
