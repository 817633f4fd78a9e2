# A kept connection to each worker of one or several nginx, to see what every one of them knows.
#
#   my @nginx = map { Nginx->new(workers => 2, server => Everywhere::server(), …) } 1 .. 2;
#   my $all = Everywhere->new(@nginx);
#   my @answers = $all->ask('/', $cookie);    # "200 valid HIT", of each worker
#   $all->agree('401 revoked', '/', $cookie);    # whether all begin with that
package Everywhere;

use strict;
use warnings;

use Carp qw(croak);

use Client;
use Workspace qw(free_port wait_until);

# The kernel shares connections to this port out among the workers; each answer tells who gave it.
sub server {
    return 'listen 127.0.0.1:' . free_port() . ' reuseport; keepalive_requests 1000000;
        add_header X-Cache "$session_cache" always; add_header X-Worker "$pid" always;';
}

sub port { $_[0]{setting}{server} =~ /listen 127\.0\.0\.1:(\d+) reuseport/ ? $1 : croak 'no such port' }

sub new {
    my ($class, @nginx) = @_;
    return (bless {nginx => \@nginx}, $class)->connect;
}

# Anew, after a reload or the death of a worker.
sub connect {
    my ($self) = @_;
    $self->{clients} = [];
    for my $nginx (@{$self->{nginx}}) {
        my %of;
        wait_until {
            my $client = Client->connect(port => port($nginx));
            my $response = say_on($client, '/') // return;
            $of{$response->header('X-Worker')} //= $client;
            my @workers = $nginx->workers;
            return @workers == ($nginx->{setting}{workers} // 1) && @workers == grep { $of{$_} } @workers;
        } 20 or croak 'a worker does not answer';
        push @{$self->{clients}}, map { $of{$_} } sort { $a <=> $b } $nginx->workers;
    }
    return $self;
}

sub send_on {
    my ($client, $path, @headers) = @_;
    $client->send(Client::format_request('GET', $path, 'Connection: keep-alive', @headers));
}

sub say_on {
    my ($client, @request) = @_;
    send_on($client, @request);
    return $client->response;
}

sub clients { @{$_[0]{clients}} }

sub answer {
    my ($response) = @_;
    return $response ? join ' ', $response->answer, $response->header('X-Cache') // '' : 'nothing';
}

# One after the other.
sub ask {
    my ($self, $path, @headers) = @_;
    return map { answer(say_on($_, $path, @headers)) } $self->clients;
}

sub agree {
    my ($self, $start, $path, @headers) = @_;
    return !grep { index($_, $start) != 0 } $self->ask($path, @headers);
}

1;
