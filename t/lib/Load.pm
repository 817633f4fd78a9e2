# Clients by the dozen against an nginx, in a process of their own; see clients.py for the job.
#
#   my $load = Load->start($nginx, seconds => 3, clients => ['keep', 'http2'], http2_port => $port,
#       users => [Load::user('alice', '200 valid alice')]);
#   # nice => 10: clients that leave the processors to those who are measured
#   … meanwhile …
#   my $met = $load->finish;    # {counts, answers, wrong, failed, slowest}
package Load;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);
use IO::Handle;
use IO::Select;
use IPC::Open2 qw(open2);
use JSON::PP ();

use Tokens qw(cookie mint);
use Workspace qw(patience);

my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

# A user with a token of his own and the answers he may get.
sub user {
    my ($name, @answers) = @_;
    return {headers => [[split /: /, cookie(mint({sub => $name, jti => "id-$name"})), 2]], answers => \@answers};
}

sub start {
    my ($class, $nginx, %job) = @_;
    %job = (port => $nginx->port, path => '/', patience => patience(10), seconds => 2, %job);
    my @nice = exists $job{nice} ? ('nice', '-n', delete $job{nice}) : ();
    my $pid = open2(my $from, my $to, @nice, $python, dirname(__FILE__) . '/clients.py');
    $to->autoflush;
    print $to JSON::PP->new->encode(\%job), "\n";
    defined readline $from or croak 'clients.py failed';
    return bless {pid => $pid, from => $from, to => $to, owner => $$}, $class;
}

sub running { !IO::Select->new($_[0]{from})->can_read($_[1] // 0) }

sub finish {
    my ($self) = @_;
    local $/;
    my $output = readline $self->{from};
    waitpid delete $self->{pid}, 0;
    croak 'clients.py failed' if $?;
    return JSON::PP->new->decode($output);
}

# The same before the seconds are over.
sub stop {
    my ($self) = @_;
    close $self->{to};
    return $self->finish;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{pid} && $self->{owner} == $$;
    kill KILL => $self->{pid};
    waitpid $self->{pid}, 0;
}

1;
